import { expect, test } from 'vitest';
import { ltc } from '../cells/ltc.ts';
import { model } from '../model.ts';
import { shownOutputs, testAnswers } from './test-answers.ts';
import type { TestSet } from './training-set.ts';

/** A test part of two windows of two steps, whose last step does not exist; inputs a and b, in scaled units. */
const testSet = (of: 'value' | 'change'): TestSet => {
  const test = {
    batch: 2,
    steps: 2,
    x: [0, 1, 1, 1, 2, 1, 9, 9],
    target: [0.5, 1, -0.5, 9],
    mask: [1, 1, 1, 0],
  };
  return {
    name: 'n',
    title: 't',
    notes: [],
    missing: 0,
    metric: 'mse',
    inputNames: ['a', 'b'],
    outputNames: ['a'],
    timeUnit: 1,
    targetScaler: { mean: [10], deviation: [2] },
    task: { each: 'step', horizon: 1, of },
    split: {
      test,
      rollout: test,
      inputs: 2,
      outputs: 1,
      scaler: { mean: [100, 0], deviation: [5, 1] },
      baselines: () => [],
    },
  };
};

const net = model({ cell: ltc(), inputs: 2, units: 3, seed: 1, readout: { outputs: 1, when: 'every' } });

test('numbers are told in their own units, a change added to the present value, rows that do not count left out', () => {
  const outputs = Float64Array.of(0, 0, 0, Number.NaN);
  const value = testAnswers(testSet('value'), net, { outputs });
  expect(value).toMatchObject({
    kind: 'numbers',
    shown: [{ name: 'a', output: 0, truth: Float64Array.of(11, 12, 9), predicted: Float64Array.of(10, 10, 10) }],
  });
  const change = testAnswers(testSet('change'), net, { outputs });
  expect(change).toMatchObject({
    shown: [{ truth: Float64Array.of(111, 117, 119), predicted: Float64Array.of(110, 115, 120) }],
    measures: [{ name: 'a', mae: 4 / 3, bias: expect.closeTo(-2 / 3, 14) }],
  });
});

test('of many classes six are shown, from the best to the worst told; of two the second', () => {
  const score = (f1: number) => ({ actual: 1, said: 1, precision: f1, recall: f1, f1 });
  const of = (...scores: number[]) =>
    shownOutputs({
      kind: 'classes',
      names: scores.map(String),
      counts: new Float64Array(scores.length ** 2),
      perClass: scores.map(score),
    });
  expect(of(0.5, 0.9)).toEqual([1]);
  expect(of(0.1, 0.9, 0.5)).toEqual([0, 1, 2]);
  expect(of(0.1, 0.9, Number.NaN, 0.8, 0.3, 0.4, 0.5, 0.6)).toEqual([1, 3, 6, 5, 0, 2]);
});
