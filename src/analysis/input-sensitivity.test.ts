import { expect, test } from 'vitest';
import { distance, draws, irregular, withGaps } from '../../test/networks.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type ModelOptions, model } from '../model.ts';
import type { Network } from '../network.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { stack } from '../stack.ts';
import { inputSensitivity, type SensitivityOptions } from './input-sensitivity.ts';

const [batch, steps, inputs] = [3, 5, 2];
const net = (options: Partial<ModelOptions> = {}) =>
  model({ cell: synaptic(), inputs, units: 4, seed: 3, readout: { outputs: 2, when: 'every' }, ...options });

/** The same by central differences of every input; `row` is the step read of each sequence, −1 for none. */
function differences(of: Network, sequences: Sequences, output: number, row: (b: number) => number): Float64Array {
  const it = program(of, { precision: 'float64' });
  const rows = of.readout?.when === 'last' ? 1 : steps;
  const answer = (x: ArrayLike<number>, b: number) => {
    const at = rows === 1 ? 0 : row(b);
    return row(b) < 0 ? 0 : it.forward({ ...sequences, x }).outputs[(b * rows + at) * of.outputs + output]!;
  };
  return Float64Array.from(sequences.x, (value, k) => {
    if (!Number.isFinite(value)) return 0;
    const moved = (by: number) => Float64Array.from(sequences.x, (each, i) => (i === k ? each + by : each));
    const b = Math.floor(k / (steps * inputs));
    // The cube root of the rounding of float64 balances rounding and curvature.
    return (answer(moved(6e-6), b) - answer(moved(-6e-6), b)) / 1.2e-5;
  });
}
/** What is left of differences of numbers of size 1. */
const rough = 1e-8;

test('the sensitivity to every input is that of finite differences, by default of the last step that exists', () => {
  const of = net();
  const sequences = irregular(of, batch, steps);
  // The last step of sequence 1 is masked, and all of sequence 2.
  const last = [0, 1, 2].map((b) => [4, 3, 2, 1, 0].find((s) => sequences.mask![b * steps + s] !== 0) ?? -1);
  for (const output of [0, 1]) {
    const found = inputSensitivity(of, sequences, { output });
    expect(
      distance(
        found,
        differences(of, sequences, output, (b) => last[b]!),
      ),
    ).toBeLessThan(rough);
    expect(found.some((value) => value !== 0)).toBe(true);
  }
  expect(inputSensitivity(of, sequences)).toEqual(inputSensitivity(of, sequences, { output: 0 }));
});

test('the sensitivity at a step is 0 to all that comes later', () => {
  const of = net();
  const sequences = irregular(of, batch, steps, { masked: false });
  const found = inputSensitivity(of, sequences, { output: 1, step: 2 });
  expect(
    distance(
      found,
      differences(of, sequences, 1, () => 2),
    ),
  ).toBeLessThan(rough);
  for (let b = 0; b < batch; b++) {
    const own = Array.from(found.slice(b * steps * inputs, (b + 1) * steps * inputs));
    expect(own.slice(3 * inputs).every((value) => value === 0)).toBe(true);
    expect(own.slice(2 * inputs, 3 * inputs).every((value) => value !== 0)).toBe(true);
  }
});

test('a sequence without the step, and an input that is missing, has none', () => {
  const of = net({ missing: 'hold' });
  const sequences = withGaps(irregular(of, batch, steps), inputs);
  const found = inputSensitivity(of, sequences, { step: 0 });
  // Step 0 of sequence 0 is masked.
  expect(found.slice(0, steps * inputs).every((value) => value === 0)).toBe(true);
  const all = inputSensitivity(of, sequences);
  expect(Array.from(sequences.x).every((value, k) => !Number.isNaN(value) || all[k] === 0)).toBe(true);
});

test('networks of several layers, and answers at the last step only, are gone back through as well', () => {
  const layers = [model({ cell: ltc(), inputs, units: 3, seed: 1 }), net({ inputs: 3 })];
  const of = stack({ layers });
  const sequences = { batch, steps, x: draws(batch * steps * inputs) };
  expect(
    distance(
      inputSensitivity(of, sequences, { step: 3 }),
      differences(of, sequences, 0, () => 3),
    ),
  ).toBeLessThan(rough);
  const last = net({ readout: { outputs: 2, when: 'last' } });
  expect(
    distance(
      inputSensitivity(last, sequences),
      differences(last, sequences, 0, () => 4),
    ),
  ).toBeLessThan(rough);
  expect(() => inputSensitivity(last, sequences, { step: 1 })).toThrow(
    'inputSensitivity: step is 1, but this network answers at the last step only; leave it out',
  );
});

test.for([
  [{ output: 2 }, 'inputSensitivity: output is 2, but must be a whole number below 2'],
  [{ step: 5 }, 'inputSensitivity: step is 5, but must be a whole number below 5'],
  [{ at: 1 }, 'inputSensitivity: there is no option "at"; the options are output, step'],
] as const)('%o is refused', ([options, message]) => {
  const sequences = { batch, steps, x: draws(batch * steps * inputs) };
  expect(() => inputSensitivity(net(), sequences, options as SensitivityOptions)).toThrow(message);
});
