import { checkOptions, truth, wholeFrom } from '../options.ts';
import { pcg64 } from '../random.ts';
import { checkWhole, type Wiring, wiring } from './wiring.ts';

/** Options of {@link full}. */
export interface FullOptions {
  /** Seed of the polarities, 0 … 2^53 − 1; default 1111. */
  readonly seed?: number;
  /** Whether a unit has a synapse onto itself; default true. */
  readonly selfConnections?: boolean;
}

/**
 * Every input and every unit is wired to every unit, two synapses in three excitatory: the `FullyConnected` of `ncps`, synapse for
 * synapse, with `seed` as its `erev_init_seed`. Throws when an argument is out of range.
 */
export function full(units: number, outputs = units, options: FullOptions = {}): Wiring {
  checkOptions('full', options, { seed: wholeFrom(0), selfConnections: truth });
  const { seed = 1111, selfConnections = true } = options;
  checkWhole('full: seed', seed, 0, Number.MAX_SAFE_INTEGER);
  return wiring({
    name: 'full',
    units,
    outputs,
    signs(inputs) {
      const draw = pcg64(seed);
      const sign = () => (draw.integer(3) === 0 ? -1 : 1);
      const recurrent = new Int8Array(units * units);
      for (let k = 0; k < recurrent.length; k++) {
        // A unit's synapse onto itself is every (units + 1)th.
        if (selfConnections || k % (units + 1) !== 0) recurrent[k] = sign();
      }
      return { recurrent, sensory: new Int8Array(inputs * units).map(sign) };
    },
  });
}
