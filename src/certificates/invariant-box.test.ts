import { expect, test } from 'vitest';
import { cell, matrix, positive, vector } from '../cells/cell.ts';
import { cells } from '../cells/index.ts';
import { type Model, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { certify } from './certify.ts';

/** The same model with another first entry of a parameter. */
function having(net: Model, name: string, value: number): Model {
  const { offset } = net.layout.find((slot) => slot.name === name)!;
  return withParameters(
    net,
    net.parameters.map((own, k) => (k === offset ? value : own)),
  );
}

/** A model of an equation. */
const of = (equation: string, params: Parameters<typeof cell>[0]['params'], units = 2) =>
  model({
    cell: cell({ name: 'own', paper: 'none', equation, params }),
    inputs: 1,
    units,
    constraints: 'none',
    seed: 1,
  });
const W = matrix('state', 'input');
const R = matrix('state', 'state');
const A = vector('state', -1, 1);

test('a state that is pushed away has no bound on one side either, because a long fused step throws it to the other', () => {
  const net = of("x' = relu(W @ u)\ndx/dt = k*x + b", { W, k: vector('state', 1), b: vector('state', 1) }, 1);
  // The flow never leads below 0; the step (0 + h)/(1 − h) with h = 2 does.
  const { states } = program({ ...net, unfolds: 1 }, { precision: 'float64' }).forward(
    { batch: 1, steps: 1, x: [0], dt: [2] },
    { states: true },
  );
  expect(states![0]).toBe(-2);
  expect(certify(net).units[0]!.range).toEqual({ lo: null, hi: null });
  // What decays keeps the one bound that it has.
  expect(certify(having(net, 'k', -1)).units[0]!.range).toEqual({ lo: 0, hi: null });
});

test.for([
  ['sums', 'f = relu(W @ u) + relu(R @ x)\ndx/dt = f*(A - x)'],
  ['functions of sums', 'f = tanh(softplus(W @ u) + abs(R @ x))\ndx/dt = f*(A - x)'],
])('strengths that are %s of what is not negative only pull, as Theorem 2 has it', ([, equation]) => {
  const { holds, units } = certify(of(equation!, { W, R, A }));
  expect(holds).toBe(true);
  for (const { range, theorem } of units) {
    expect(theorem.tau.lo).not.toBeNull();
    // Where a pull is as strong as one likes, a bound has a room of 1e-13.
    expect(range.lo!).toBeGreaterThanOrEqual(theorem.range.lo! - 1e-12);
    expect(range.hi!).toBeLessThanOrEqual(theorem.range.hi! + 1e-12);
  }
});

test('a state that decays between samples besides, in a jump, has the bounds of what pulls it', () => {
  const { holds, units } = certify(of("x' = x*exp(-dt/b)\ndx/dt = A - x", { A, b: positive(vector('state', 1, 2)) }));
  expect(holds).toBe(true);
  // A box that was found by growth has a room of 1e-6.
  for (const { range } of units) expect(Math.max(-range.lo!, range.hi!)).toBeLessThan(1.00001);
});

test('parameters that are not numbers have no certificate', () => {
  const net = model({ cell: cells.ltc(), inputs: 1, units: 1 });
  for (const name of ['W', 'b', 'tau', 'A'])
    expect([name, certify(having(net, name, Number.NaN)).holds]).toEqual([name, false]);
});
