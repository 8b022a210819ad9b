import { expect, test } from 'vitest';
import { heldSteps } from './held-steps.ts';

test('evenly spaced steps have a column each', () => {
  expect([...heldSteps([0, 0.5, 1, 1.5], 4, 100)]).toEqual([0, 1, 2, 3]);
  expect([...heldSteps([7], 1, 100)]).toEqual([0]);
  expect([...heldSteps([7, 7, 7], 3, 100)]).toEqual([0, 1, 2]);
});

test('an unevenly spaced step is as wide as the time that leads to it', () => {
  expect([...heldSteps([0, 1, 5, 10], 4, 10)]).toEqual([1, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
});
