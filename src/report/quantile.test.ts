import { expect, test } from 'vitest';
import { position, quantile } from './quantile.ts';

test('a quantile is linear between neighbours of the sorted sample', () => {
  const sample = [40, 10, 30, 20];
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile(sample, share))).toEqual([10, 17.5, 25, 32.5, 40]);
  expect(quantile([3], 0.9)).toBe(3);
  expect(quantile([], 0.5)).toBeNaN();
});

test('a quantile among infinities is one of them', () => {
  expect(quantile([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.75)).toBe(Number.POSITIVE_INFINITY);
});

test('the position of a value is the share of the sample below it, equals counting half', () => {
  expect(position([1, 2, 3, 4], 2.5)).toBe(0.5);
  expect(position([1, 2, 2, 4], 2)).toBe(0.5);
  expect(position([1, 2], 0)).toBe(0);
  expect(position([1, 2], 9)).toBe(1);
  expect(position([], 9)).toBeNaN();
});
