import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../random.ts';
import type { Labelled } from '../sequences.ts';
import { losses, measureLoss } from './losses.ts';
import type { AnswerShape } from './rows.ts';

const options = { seed: 2, numRuns: 60 };

/** Labelled sequences with a mask and weights; NaN wherever nothing may be read. */
const drawn = (seed: number, batch: number, steps: number, shape: AnswerShape, kind: 'numbers' | 'classes') => {
  const { uniform, integer, normal } = random(seed);
  const perSequence = shape.when === 'every' ? steps : 1;
  const rows = batch * perSequence;
  const mask = Float64Array.from({ length: batch * steps }, () => (uniform() < 0.7 ? 1 : 0));
  const weights = Float64Array.from({ length: rows }, () => (uniform() < 0.2 ? 0 : uniform() + 0.1));
  const counts = (row: number) =>
    weights[row]! > 0 &&
    (shape.when === 'every' ? mask[row] === 1 : mask.slice(row * steps, (row + 1) * steps).includes(1));
  const outputs = new Float64Array(rows * shape.outputs);
  const target = new Float64Array(kind === 'numbers' ? outputs.length : rows);
  const width = target.length / rows;
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < shape.outputs; k++) outputs[row * shape.outputs + k] = counts(row) ? 2 * normal() : NaN;
    for (let k = 0; k < width; k++) {
      const value = kind === 'numbers' ? normal() : integer(shape.outputs);
      target[row * width + k] = counts(row) ? value : NaN;
    }
  }
  const data: Labelled = { batch, steps, x: [], mask, target, weights };
  return { data, outputs, counts };
};

const settings = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 20 }),
  steps: fc.integer({ min: 1, max: 5 }),
  outputs: fc.integer({ min: 2, max: 5 }),
  when: fc.constantFrom('every' as const, 'last' as const),
});

for (const loss of Object.values(losses)) {
  test(`${loss.name}: the cotangent meets central differences, and what does not count stays exactly 0`, () => {
    fc.assert(
      fc.property(settings, ({ seed, batch, steps, outputs: n, when }) => {
        const shape = { outputs: n, when };
        const { data, outputs, counts } = drawn(seed, batch, steps, shape, loss.target);
        const cotangent = new Float64Array(outputs.length).fill(NaN);
        const scratch = new Float64Array(outputs.length);
        const { loss: value } = measureLoss(loss, outputs, data, shape, cotangent);
        expect(Number.isFinite(value)).toBe(true);
        for (let at = 0; at < outputs.length; at++) {
          if (!counts(Math.floor(at / n))) {
            expect(cotangent[at]).toBe(0);
            continue;
          }
          const h = 1e-5;
          const moved = (by: number) => {
            const changed = outputs.slice();
            changed[at] = changed[at]! + by;
            return measureLoss(loss, changed, data, shape, scratch).loss;
          };
          // Central differences: truncation h² · third derivative ≤ 1e-10, rounding 1e-16 · loss / h ≤ 1e-9.
          expect(Math.abs((moved(h) - moved(-h)) / (2 * h) - cotangent[at]!)).toBeLessThan(2e-9);
        }
      }),
      options,
    );
  });

  test(`${loss.name}: nothing that counts gives loss 0, weight 0 and no gradient`, () => {
    const shape = { outputs: 2, when: 'every' } as const;
    const target = loss.target === 'numbers' ? [NaN, NaN, NaN, NaN] : [NaN, NaN];
    const cotangent = new Float32Array(4).fill(7);
    const data = { batch: 1, steps: 2, x: [], mask: [0, 0], target };
    expect(measureLoss(loss, [NaN, 1, 2, Infinity], data, shape, cotangent)).toEqual({ loss: 0, weight: 0 });
    expect([...cotangent]).toEqual([0, 0, 0, 0]);
  });
}

test('mse is the mean over kept steps and outputs', () => {
  const data = { batch: 2, steps: 2, x: [], mask: [1, 0, 1, 1], target: [0, 0, NaN, NaN, 1, 1, 0, 0] };
  const cotangent = new Float64Array(8);
  const shape = { outputs: 2, when: 'every' } as const;
  const outputs = [1, 2, 9, 9, 1, 4, 0, -1];
  expect(measureLoss(losses.mse, outputs, data, shape, cotangent)).toEqual({
    loss: (1 + 4 + 0 + 9 + 0 + 1) / 6,
    weight: 3,
  });
  expect([...cotangent].map((value) => value * 3)).toEqual([1, 2, 0, 0, 0, 3, 0, -1]);
});

test('weights make a weighted mean: weight 2 counts as the same step twice', () => {
  const shape = { outputs: 1, when: 'last' } as const;
  const scratch = new Float64Array(3);
  const twice = { batch: 3, steps: 1, x: [], target: [0, 0, 1] };
  const weighted = { batch: 2, steps: 1, x: [], target: [0, 1], weights: [2, 1] };
  const a = measureLoss(losses.mse, [3, 3, 5], twice, shape, scratch);
  const b = measureLoss(losses.mse, [3, 5], weighted, shape, scratch.subarray(1));
  expect(a).toEqual(b);
});

test('cross-entropy of equal outputs is the logarithm of their number', () => {
  const data = { batch: 1, steps: 1, x: [], target: [3] };
  const shape = { outputs: 5, when: 'every' } as const;
  const { loss } = measureLoss(losses['cross-entropy'], [7, 7, 7, 7, 7], data, shape, new Float64Array(5));
  expect(loss).toBeCloseTo(Math.log(5), 15);
});

test('cross-entropy does not overflow: outputs ±1e6 give a finite loss and gradient', () => {
  const data = { batch: 2, steps: 1, x: [], target: [0, 1] };
  const shape = { outputs: 2, when: 'every' } as const;
  const cotangent = new Float64Array(4);
  const { loss } = measureLoss(losses['cross-entropy'], [1e6, -1e6, 1e6, -1e6], data, shape, cotangent);
  expect(loss).toBe(1e6);
  expect([...cotangent]).toEqual([0, 0, 0.5, -0.5]);
});
