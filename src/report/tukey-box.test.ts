import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tukeyBox } from './tukey-box.ts';

test('the quartiles of an odd sample count its median on both sides', () => {
  expect(tukeyBox([5, 1, 4, 2, 3])).toEqual({ median: 3, q1: 2, q3: 4, low: 1, high: 5, mean: 3, outliers: [] });
});

test('the quartiles of an even sample are medians of its halves', () => {
  expect(tukeyBox([6, 1, 5, 2, 4, 3])).toEqual({ median: 3.5, q1: 2, q3: 5, low: 1, high: 6, mean: 3.5, outliers: [] });
});

test('values equal to the median are on both of its sides, however many', () => {
  // Up to the median: 1 2 2 2 2, from it on: 2 2 2 2 9.
  expect(tukeyBox([2, 2, 1, 2, 9, 2])).toEqual({ median: 2, q1: 2, q3: 2, low: 2, high: 2, mean: 3, outliers: [1, 9] });
});

test('whiskers end at the extreme values within one and a half boxes, and what is beyond is an outlier', () => {
  // Quartiles 2 and 4, so the reach is from −1 to 7, both ends inside.
  const box = tukeyBox([-1.5, -1, 2, 3, 4, 7, 7.5]);
  expect(box).toMatchObject({ median: 3, q1: 0.5, q3: 5.5, low: -1.5, high: 7.5, outliers: [] });
  expect(tukeyBox([1, 2, 3, 4, 5, 12])).toMatchObject({ q1: 2, q3: 5, low: 1, high: 5, outliers: [12] });
});

test('a single value is a box of no height, and no value is no box', () => {
  expect(tukeyBox([7])).toEqual({ median: 7, q1: 7, q3: 7, low: 7, high: 7, mean: 7, outliers: [] });
  expect(tukeyBox([])).toMatchObject({ median: Number.NaN, q1: Number.NaN, low: Number.NaN, mean: Number.NaN });
});

test('a box does not depend on the order of its sample, is in order and loses no value', () => {
  const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sample, (values) => {
      const box = tukeyBox(values);
      const { mean, ...rest } = tukeyBox([...values].reverse());
      expect(box).toMatchObject(rest);
      const { low, q1, median, q3, high, outliers } = box;
      expect([low, q1, median, q3, high]).toEqual([low, q1, median, q3, high].toSorted((a, b) => a - b));
      const within = values.filter((value) => value >= low && value <= high);
      expect(within.length + outliers.length).toBe(values.length);
    }),
    { seed: 5, numRuns: 200 },
  );
});
