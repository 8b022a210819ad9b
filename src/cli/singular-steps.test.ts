import { expect, test } from 'vitest';
import { gru } from '../cells/gru.ts';
import { ltc } from '../cells/ltc.ts';
import { type ModelOptions, model } from '../model.ts';
import { exponential } from '../solvers/exponential.ts';
import { stack } from '../stack.ts';
import { singularSteps } from './singular-steps.ts';

/** One neuron with f = tanh and τ = 2, whose slope is 0.5 at most: 1 − sub-step·slope is 0 at a sub-step of 2. */
const neuron = (options: Partial<ModelOptions> = {}) => {
  const of = model({
    cell: ltc({ activation: 'tanh' }),
    inputs: 1,
    units: 1,
    constraints: 'none',
    unfolds: 2,
    ...options,
  });
  of.parameters[of.layout.find(({ name }) => name === 'tau')!.offset] = 2;
  return of;
};
const sequences = (longest: number) => ({ batch: 1, steps: 3, x: [0, 0, 0], dt: [1, longest, 99], mask: [1, 1, 0] });
const said =
  'semi-implicit divides by 1 − sub-step·slope, and the slope of x[0] may be as large as 0.5: at a sub-step of 2 that is 0; here they are as long as';

test('a division by zero within the sub-steps of the data is told, and one that is near, but none that is far', () => {
  expect(singularSteps(neuron(), sequences(4.2))).toEqual([`${said} 2.10; use more sub-steps, or exponential`]);
  expect(singularSteps(neuron(), sequences(2.4))).toEqual([
    `${said} 1.20, and training moves the slope; use more sub-steps, or exponential`,
  ]);
  expect(singularSteps(neuron(), sequences(1.9))).toEqual([]);
  expect(singularSteps(neuron({ unfolds: 6 }), sequences(4.2))).toEqual([]);
  expect(singularSteps(neuron({ solver: exponential }), sequences(4.2))).toEqual([]);
});

test('of a stack every layer is looked at, and named', () => {
  const layers = [model({ cell: gru(), inputs: 1, units: 1 }), neuron()];
  expect(singularSteps(stack({ layers }), sequences(4.2))).toEqual([expect.stringMatching(/^layer 2: semi-implicit/)]);
});
