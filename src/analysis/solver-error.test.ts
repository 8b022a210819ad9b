import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular } from '../../test/networks.ts';
import { cell, vector } from '../cells/cell.ts';
import { gru } from '../cells/gru.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type ModelOptions, model } from '../model.ts';
import { program } from '../program.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { euler } from '../solvers/euler.ts';
import { exponentialMidpoint } from '../solvers/exponential-midpoint.ts';
import { heun } from '../solvers/heun.ts';
import { implicitEuler } from '../solvers/implicit-euler.ts';
import { rk4 } from '../solvers/rk4.ts';
import { solverError } from './solver-error.ts';

const net = (options: Partial<ModelOptions> = {}) =>
  model({ cell: synaptic(), inputs: 2, units: 4, seed: 3, ...options });
const sequences = irregular(net(), 3, 3);
const fine = { precision: 'float64' } as const;

test('the error is that of the states after every sample, over the largest, and the reference is good to rounding', () => {
  const of = net({ solver: heun });
  const { error, perState, uncertainty } = solverError(of, sequences);
  const [given, wanted] = [of, net({ solver: rk4, unfolds: 600 })].map(
    (each) => program(each, fine).forward(sequences, { states: true }).states!,
  );
  expect(Math.abs(error - distance(given!, wanted!))).toBeLessThan(1e-9);
  expect(perState).toHaveLength(4);
  expect(Math.max(...perState)).toBe(error);
  expect(uncertainty).toBeLessThan(1e-11);
});

test.for([euler, exponentialMidpoint, rk4])('so many sub-steps of $name are enough, and few less are not', (solver) => {
  for (const wanted of [1e-2, 1e-3]) {
    const { enough } = solverError(net({ solver }), sequences, { wanted });
    const { unfolds, error } = enough as { unfolds: number; error: number };
    expect(error).toBeLessThanOrEqual(wanted);
    expect(solverError(net({ solver, unfolds }), sequences).error).toBe(error);
    const fewer = Math.floor(unfolds * 0.95) - 1;
    if (fewer > 0) expect(solverError(net({ solver, unfolds: fewer }), sequences).error).toBeGreaterThan(wanted);
  }
});

test('where sub-steps go by length, the answer is a length', () => {
  const of = net({ solver: heun, maxStep: 0.5 });
  const { enough } = solverError(of, sequences, { wanted: 1e-3 });
  const { maxStep } = enough as { maxStep: number };
  expect(maxStep).toBeLessThan(0.5);
  expect(solverError(net({ solver: heun, maxStep }), sequences).error).toBe(enough!.error);
});

test('an unstable solver has an error without bound, and the sub-steps that help are found', () => {
  const stiff = net({ units: 24, solver: euler, unfolds: 2 });
  const { error, enough } = solverError(stiff, { batch: 1, steps: 6, x: draws(12) }, { wanted: 0.05 });
  expect(error).toBeGreaterThan(10);
  expect((enough as { unfolds: number }).unfolds).toBeGreaterThan(2);
  expect(enough!.error).toBeLessThanOrEqual(0.05);
});

test('sub-steps that the solver finds no end of are too few', () => {
  const blow = cell({
    name: 'blow',
    paper: 'made for this test',
    equation: 'dx/dt = b * x^2',
    params: { b: vector('state', 1) },
  });
  const of = (unfolds: number) => net({ cell: blow, units: 1, constraints: 'none', solver: implicitEuler(), unfolds });
  // From 1 to 2; y = 1 + h·y² has no root where h is above 1/4.
  const once = { batch: 1, steps: 1, x: [0, 0], dt: [0.5], initial: [1] };
  expect(() => solverError(of(1), once)).toThrow('did not settle');
  const { enough } = solverError(of(64), once, { wanted: 3 });
  const { unfolds } = enough as { unfolds: number };
  expect(enough!.error).toBeLessThanOrEqual(3);
  expect(() => solverError(of(unfolds - 1), once)).toThrow('did not settle');
});

test('an adaptive solver has about the error its tolerance allows', () => {
  for (const rtol of [1e-4, 1e-8]) {
    const { error } = solverError(net({ solver: dopri5({ rtol, atol: rtol / 100 }), unfolds: 1 }), sequences);
    expect(error).toBeLessThan(10 * rtol);
  }
});

test('a cell without a flow, and an error that no reference can tell, are refused', () => {
  expect(() => solverError(net({ cell: gru() }), sequences)).toThrow('solverError: cell "gru" has no flow');
  expect(() => solverError(net(), sequences, { wanted: 0 })).toThrow(
    'solverError: wanted is 0, but must be a number above',
  );
  expect(() => solverError(net({ solver: euler, cell: ltc() }), sequences, { wanted: 1e-10 })).toThrow(
    /solverError: 65536 sub-steps have an error of .*, which is still above 1e-10/,
  );
});

test('states behind jumps count too', () => {
  const of = net({ cell: everyCell['jumps before and after a flow']!() });
  expect(solverError(of, irregular(of, 3, 3)).perState).toHaveLength(8);
});
