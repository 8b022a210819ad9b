import { expect, test } from 'vitest';
import { measureMetric, metrics } from './metrics.ts';

const every = (outputs: number) => ({ outputs, when: 'every' }) as const;

test('accuracy is the weighted share of kept rows whose first largest output is the class', () => {
  const outputs = [0.1, 0.9, 3, 3, 2, 1, NaN, NaN];
  const data = { batch: 2, steps: 2, x: [], mask: [1, 1, 1, 0], target: [1, 0, 1, NaN] };
  expect(measureMetric(metrics.accuracy, outputs, data, every(2))).toEqual({ value: 2 / 3 });
  const weighted = { ...data, weights: [1, 1, 2, 5] };
  expect(measureMetric(metrics.accuracy, outputs, weighted, every(2))).toEqual({ value: 0.5 });
});

test('mse and mae are means over kept rows, each output apart and together', () => {
  const outputs = [1, 2, NaN, 0, 3, -2];
  const data = { batch: 1, steps: 3, x: [], mask: [1, 0, 1], target: [0, 0, 5, NaN, 0, 0] };
  expect(measureMetric(metrics.mse, outputs, data, every(2))).toEqual({ value: 4.5, perOutput: [5, 4] });
  expect(measureMetric(metrics.mae, outputs, data, every(2))).toEqual({ value: 2, perOutput: [2, 2] });
});

test('with a readout at the last step a metric has one row per sequence, and none for a sequence without steps', () => {
  const data = { batch: 3, steps: 2, x: [], mask: [1, 0, 0, 0, 1, 1], target: [1, NaN, 1] };
  const shape = { outputs: 1, when: 'last' } as const;
  expect(measureMetric(metrics.mae, [2, NaN, 5], data, shape)).toEqual({ value: 2.5, perOutput: [2.5] });
});
