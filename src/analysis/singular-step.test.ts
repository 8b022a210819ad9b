import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cell, matrix, vector } from '../cells/cell.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type ModelOptions, model } from '../model.ts';
import { program } from '../program.ts';
import { solvers } from '../solvers/index.ts';
import { singularStep } from './singular-step.ts';
import { stability } from './stability.ts';

/** An ltc of one neuron with f = tanh, whose rate is 1/τ + f. */
const neuron = (tau: number, options: Partial<ModelOptions> = {}) => {
  const of = model({
    cell: ltc({ activation: 'tanh' }),
    inputs: 1,
    units: 1,
    constraints: 'none',
    unfolds: 1,
    seed: 1,
    ...options,
  });
  of.parameters[of.layout.find(({ name }) => name === 'tau')!.offset] = tau;
  of.parameters[of.layout.find(({ name }) => name === 'W')!.offset] = -1;
  return of;
};

test('with f = tanh the fused step divides by zero at Δt·(1 − 1/τ) = 1, and from there on that is warned of with neuron and step', () => {
  fc.assert(
    fc.property(fc.double({ min: 1.1, max: 20, noNaN: true }), (tau) => {
      const { message, ...found } = singularStep(neuron(tau))!;
      // Bounds are rounded outwards.
      const step = 1 / (1 - 1 / tau);
      expect(found).toEqual({ state: 'x', unit: 0, step: expect.closeTo(step, 9) });
      expect(found.step).toBeLessThanOrEqual(step * (1 + 1e-15));
      expect(stability(neuron(tau), step * (1 - 1e-9)).singular!.reached).toBe(false);
      expect(stability(neuron(tau), step * (1 + 1e-9)).singular!.reached).toBe(true);
      expect(message).toContain(
        'semi-implicit divides by 1 − sub-step·slope, and the slope of x[0] may be as large as',
      );
    }),
    { seed: 3, numRuns: 8 },
  );
  expect(singularStep(neuron(2))!.message).toBe(
    'semi-implicit divides by 1 − sub-step·slope, and the slope of x[0] may be as large as 0.5: at a sub-step of 2 that is 0',
  );
  expect(singularStep(neuron(0.9))).toBe(undefined);
});

test('stability says whether sub-steps are as long', () => {
  const { singular } = stability(neuron(2), 2.5);
  const found = singularStep(neuron(2))!;
  expect(singular).toEqual({ ...found, reached: true, message: `${found.message}; here one is 2.5` });
  expect(stability(neuron(2), 1.9).singular!.reached).toBe(false);
  expect(stability(neuron(2, { unfolds: 2 }), 2.5).singular!.reached).toBe(false);
  expect(stability(neuron(0.9), 2.5).singular).toBe(undefined);
});

test('what is warned of happens: just there a large input makes the fused step leave every bound', () => {
  // An input of 40 makes tanh −1, to the last digit, at any state below 20.
  const after = (dt: number) =>
    Math.abs(
      program(neuron(2), { precision: 'float64' }).forward({ batch: 1, steps: 1, x: [40], dt: [dt], initial: [0.3] })
        .final[0]!,
    );
  expect(after(1)).toBeLessThan(10);
  expect(after(2 * (1 - 1e-9))).toBeGreaterThan(1e6);
});

test('solvers that divide by nothing, and rates that stay positive, have no such step', () => {
  const { exponential, euler, rk4, trapezoid, dopri5 } = solvers;
  for (const solver of [exponential, solvers['exponential-midpoint'], euler, rk4, trapezoid, dopri5])
    expect(singularStep(neuron(2, { solver }))).toBe(undefined);
  for (const own of [ltc(), ltc({ activation: 'relu' }), synaptic()])
    expect(singularStep(model({ cell: own, inputs: 2, units: 3 }))).toBe(undefined);
});

test('a slope without an upper bound is said to be, of all neurons', () => {
  const growing = cell({
    name: 'growing',
    paper: 'made for this test',
    equation: 'dx/dt = (b * (W @ u) - 1) * x',
    params: { W: matrix('state', 'input', 1, 1), b: vector('state') },
  });
  const of = model({ cell: growing, inputs: 1, units: 3, constraints: 'none' });
  of.parameters[of.layout.find(({ name }) => name === 'b')!.offset + 1] = 1;
  expect(singularStep(of)).toEqual({
    state: 'x',
    unit: 1,
    step: 0,
    message:
      'semi-implicit divides by 1 − sub-step·slope, and the slope of x[1] has no upper bound: that may be 0 at any sub-step',
  });
  expect(singularStep(of, [{ state: 'x', unit: 1, slope: { lo: -1, hi: 4 } }])).toMatchObject({ unit: 1, step: 0.25 });
});
