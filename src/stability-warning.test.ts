import { expect, test } from 'vitest';
import { irregular } from '../test/networks.ts';
import { cell, vector } from './cells/cell.ts';
import { gru } from './cells/gru.ts';
import { synaptic } from './cells/synaptic.ts';
import { type ModelOptions, model } from './model.ts';
import { program } from './program.ts';
import { solvers } from './solvers/index.ts';
import { stabilityWarning } from './stability-warning.ts';

/** One neuron that decays at 10 a time unit. */
const decay = (options: Partial<ModelOptions>) =>
  model({
    cell: cell({
      name: 'decay',
      paper: 'made for this test',
      equation: 'dx/dt = -rate * x',
      params: { rate: vector('state', 10) },
    }),
    inputs: 1,
    units: 2,
    constraints: 'none',
    ...options,
  });
const sequences = { batch: 2, steps: 3, x: new Float64Array(6), dt: [1, 1, 1, 1, 2, 1] };

test('an explicit solver is warned of with the numbers, and warned no more once they are heeded', () => {
  expect(stabilityWarning(decay({ solver: solvers.euler, unfolds: 6 }), sequences)).toEqual({
    message:
      'euler is unstable here: dt·rate reaches 3.3 (neuron 0, sequence 1, step 1), its limit is 2.0; use semi-implicit or 10 sub-steps',
    reached: 10 * (2 / 6),
    limit: 2,
    sequence: 1,
    step: 1,
    state: 0,
    enough: { unfolds: 10 },
  });
  expect(stabilityWarning(decay({ solver: solvers.euler, unfolds: 10 }), sequences)).toBe(undefined);
  const byLength = stabilityWarning(decay({ solver: solvers.rk4, maxStep: 0.5 }), sequences)!;
  expect(byLength.message).toContain('rk4 is unstable here: dt·rate reaches 5.0');
  expect(byLength.message).toContain('its limit is 2.8; use semi-implicit or maxStep 0.28');
  const { maxStep } = byLength.enough as { maxStep: number };
  expect(stabilityWarning(decay({ solver: solvers.rk4, maxStep }), sequences)).toBe(undefined);
});

test('masked steps do not count', () => {
  const of = decay({ solver: solvers.euler, unfolds: 5 });
  expect(stabilityWarning(of, sequences)?.step).toBe(1);
  expect(stabilityWarning(of, { ...sequences, mask: [1, 1, 1, 1, 0, 1] })).toBe(undefined);
});

test('solvers without a limit, cells without a flow and flows without a split have no warning', () => {
  for (const name of [
    'semi-implicit',
    'exponential',
    'exponential-midpoint',
    'implicit-euler',
    'trapezoid',
    'dopri5',
    'tsit5',
  ] as const)
    expect(stabilityWarning(decay({ solver: solvers[name], unfolds: 1 }), sequences), name).toBe(undefined);
  expect(stabilityWarning(decay({ cell: gru(), solver: solvers.euler }), sequences)).toBe(undefined);
  const logistic = cell({
    name: 'logistic',
    paper: 'Verhulst 1838',
    equation: 'dx/dt = rate * x * (1 - x)',
    params: { rate: vector('state', 100) },
  });
  expect(stabilityWarning(decay({ cell: logistic, solver: solvers.euler }), sequences)).toBe(undefined);
});

test.for([8, 32, 64])(
  'a synaptic network of %i units is warned of when, and only when, explicit steps blow up',
  (units) => {
    for (const name of ['euler', 'heun', 'rk4'] as const) {
      const of = model({ cell: synaptic(), inputs: units / 4, units, solver: solvers[name], unfolds: 6, seed: 3 });
      const data = irregular(of, 2, 8, { masked: false });
      const ones = { ...data, dt: new Float64Array(16).fill(1) };
      const { states } = program(of, { precision: 'float64' }).forward(ones, { states: true });
      const blows = states!.some((x) => !(Math.abs(x) < 10));
      expect(stabilityWarning(of, ones) !== undefined, `${name} ${units}`).toBe(blows);
    }
  },
);
