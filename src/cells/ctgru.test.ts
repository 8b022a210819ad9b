import { expect, test } from 'vitest';
import { naive } from '../../test/naive.ts';
import { distance, irregular } from '../../test/networks.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { ctgru } from './ctgru.ts';

const engines = [
  { backend: 'javascript', precision: 'float64' },
  { backend: 'wasm', precision: 'float64' },
  { backend: 'wasm', precision: 'float32' },
] as const;

test.for(['published', 'paper-code'] as const)('the form %s computes what its equation says', (form) => {
  const net = model({ cell: ctgru({ form, slots: 3 }), inputs: 2, units: 3, seed: 2 });
  const sequences = irregular(net, 2, 2, { masked: false });
  // float64; only the order of sums differs.
  expect(
    distance(program(net, { backend: 'javascript' }).forward(sequences).outputs, naive(net, sequences)),
  ).toBeLessThan(1e-13);
});

/** All parameters 0, so that scales are chosen from ln τ = 0 and nothing is stored: slots fade, and what is stored is 0. */
const still = (form: 'published' | 'paper-code') => {
  const net = model({ cell: ctgru({ form, slots: 3 }), inputs: 1, units: 1 });
  return { ...net, parameters: net.parameters.map(() => 0) };
};

test.for(engines)('slots fade at their time scales as computed by hand, on $backend $precision', (engine) => {
  const before = [1, 2, -3];
  const dt = 0.7;
  const logs = [0, Math.log(10) / 2, Math.log(10)];
  const weights = logs.map((log) => Math.exp(-(log ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kept = before.map((value, m) => (1 - weights[m]! / total) * value);
  const fading = {
    published: logs.map((log) => Math.exp(-dt / Math.exp(log))),
    // exp(−1/0) = 0: the paper's code empties its first slot at each sample.
    'paper-code': logs.map((log) => (log === 0 ? 0 : Math.exp(-1 / log))),
  };
  for (const form of ['published', 'paper-code'] as const) {
    const { final } = program(still(form), engine).forward({ batch: 1, steps: 1, x: [5], dt: [dt], initial: before });
    const wanted = kept.map((value, m) => value * fading[form][m]!);
    // Rounding of a dozen operations in either precision.
    expect(distance(final, wanted)).toBeLessThan(engine.precision === 'float32' ? 1e-6 : 1e-14);
    if (form === 'paper-code') expect(final[0]).toBe(0);
  }
});

test.for(engines)(
  'gradients of the form paper-code are finite, its empty slot included, on $backend $precision',
  (engine) => {
    const net = model({ cell: ctgru({ form: 'paper-code' }), inputs: 2, units: 3, seed: 1 });
    const it = program(net, engine);
    const { outputs } = it.forward(irregular(net, 2, 4), { tape: true });
    const { parameters, x } = it.backward(outputs);
    expect([...parameters, ...x].every(Number.isFinite)).toBe(true);
    expect(parameters.some((value) => value !== 0)).toBe(true);
  },
);

test('the elapsed time matters to the published form only', () => {
  const answer = (form: 'published' | 'paper-code', dt: number) => {
    const net = model({ cell: ctgru({ form }), inputs: 1, units: 2, seed: 3 });
    const sequences = { batch: 1, steps: 2, x: [1, -1], dt: [dt, dt] };
    return program(net, { backend: 'javascript' }).forward(sequences).outputs;
  };
  expect(answer('published', 0.1)).not.toEqual(answer('published', 3));
  expect(answer('paper-code', 0.1)).toEqual(answer('paper-code', 3));
});

test('layers are as many as the forms say', () => {
  const count = (form: 'published' | 'paper-code') =>
    model({ cell: ctgru({ form }), inputs: 3, units: 5 }).parameters.length;
  // Three layers on input, state and a constant; in the paper's code two of them for each of the 8 slots.
  expect(count('published')).toBe(3 * 5 * (3 + 5 + 1));
  expect(count('paper-code')).toBe((1 + 2 * 8) * 5 * (3 + 5 + 1));
});

test('wrong options are refused', () => {
  expect(() => ctgru({ form: 'new' as never })).toThrow(
    'ctgru: form is "new", but must be "published" or "paper-code"',
  );
  expect(() => ctgru({ slots: 0 })).toThrow('ctgru: slots is 0, but must be a whole number of at least 1');
});
