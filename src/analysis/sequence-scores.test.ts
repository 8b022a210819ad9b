import { expect, test } from 'vitest';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { mse } from '../losses/mse.ts';
import { accuracy } from '../metrics/accuracy.ts';
import { mse as squares } from '../metrics/mse.ts';
import { random } from '../random.ts';
import { measureMetric } from '../training/measure-metric.ts';
import { meansOfSequences, sequenceScores, weighted } from './sequence-scores.ts';

const source = random(5);
const [batch, steps] = [6, 4];
const numbers = (length: number) => Float64Array.from({ length }, () => source.normal());
// The last sequence has no step.
const mask = Float64Array.from({ length: batch * steps }, (_, row) => (row >= 20 || row % 5 === 3 ? 0 : 1));
const ones = new Uint32Array(batch).fill(1);

test('the mean of all sequences’ scores is the metric, of numbers and of classes, at every step and at the last', () => {
  for (const when of ['every', 'last'] as const) {
    const rows = when === 'every' ? batch * steps : batch;
    const shape = { outputs: 3, when };
    const outputs = numbers(rows * 3);
    const data = { batch, steps, x: [], mask };
    const regressed = { ...data, target: numbers(rows * 3) };
    const classified = { ...data, target: Float64Array.from({ length: rows }, () => source.integer(3)) };
    for (const [metric, of, loss] of [
      [squares, regressed, mse()],
      [accuracy, classified, crossEntropy()],
    ] as const) {
      const { value } = measureMetric(metric, outputs, of, shape, loss);
      const scores = sequenceScores(metric, outputs, of, shape, loss);
      expect(scores.weights[5]).toBe(0);
      // Two orders of the same float64 sum of some 70 terms.
      expect(Math.abs(weighted(scores, ones) - value)).toBeLessThan(1e-13);
    }
  }
});

test('the means of numbers that rows have are those of the rows that count', () => {
  const rows = Float64Array.from({ length: batch * steps }, (_, row) => (mask[row] === 0 ? Number.NaN : row));
  const scores = meansOfSequences(rows, { batch, steps, x: [], target: [], mask }, 'every');
  expect(scores.values[0]).toBe(1);
  expect(scores.weights[5]).toBe(0);
  expect(weighted(scores, [0, 0, 0, 0, 1, 7])).toBe(scores.values[4]);
});
