import { checkNames } from '../options.ts';
import { pcg64 } from '../random.ts';
import { checkWhole, type Wiring, wiring } from './wiring.ts';

/** Arguments of {@link random}. */
export interface RandomOptions {
  /** All neurons. */
  readonly units: number;
  /** Motor neurons, the outputs; default all units. */
  readonly outputs?: number;
  /** The share of synapses that do not exist, 0 … 1 without 1; of inputs and of units apart, rounded to a whole number of synapses, halves to even. */
  readonly sparsity: number;
  /** Seed of synapses and polarities, 0 … 2^53 − 1; default 1111. */
  readonly seed?: number;
}

/**
 * Synapses anywhere, as many as `sparsity` leaves, two in three excitatory: the `Random` of `ncps`, synapse for synapse, with `seed` as
 * its `random_seed`. Neurons may stand apart: `reachability` lists them. Throws when an argument is out of range.
 */
export function random(options: RandomOptions): Wiring {
  checkNames('random', options, ['units', 'outputs', 'sparsity', 'seed']);
  const { units, outputs = units, sparsity, seed = 1111 } = options;
  if (!(sparsity >= 0 && sparsity < 1))
    throw new Error(`random: sparsity is ${sparsity}, but must be at least 0 and less than 1`);
  checkWhole('random: seed', seed, 0, Number.MAX_SAFE_INTEGER);
  return wiring({
    name: 'random',
    units,
    outputs,
    signs(inputs) {
      const draw = pcg64(seed);
      const sign = () => (draw.integer(3) === 0 ? -1 : 1);
      const some = (sources: number, polarity: () => number): Int8Array => {
        const signs = new Int8Array(sources * units);
        for (const k of draw.choose(signs.length, nearest(signs.length * (1 - sparsity)))) signs[k] = polarity();
        return signs;
      };
      const recurrent = some(units, sign);
      // The package draws the polarity of a sensory synapse twice and keeps the second.
      const second = () => {
        sign();
        return sign();
      };
      return { recurrent, sensory: some(inputs, second) };
    },
  });
}

/** The nearest whole number, of two the even one, as NumPy rounds. */
function nearest(value: number): number {
  const rounded = Math.round(value);
  return value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
