import { expect, test } from 'vitest';
import { verdict } from './result-intervals.ts';

const ours = (value: number) => ({ name: 'this model', value });

test('a verdict is about the best baseline, whichever way is better', () => {
  const rows = [
    ours(2),
    { name: 'mean', value: 9, difference: { value: -7, lo: -8, hi: -6 } },
    { name: 'linear', value: 3, difference: { value: -1, lo: -1.5, hi: -0.5 } },
  ];
  expect(verdict(rows, true)).toBe('this model is better than the best baseline (linear) by 1.000 (0.5000 to 1.500)');
  expect(verdict(rows, false)).toBe('this model is worse than the best baseline (mean) by 7.000 (6.000 to 8.000)');
});

test('a difference that may be 0 is a tie, and a figure without draws is told without an interval', () => {
  expect(verdict([ours(3), { name: 'mean', value: 2, difference: { value: 1, lo: -1, hi: 3 } }], true)).toBe(
    'this model and the best baseline (mean) are a tie: their difference, 1.000, may well be chance (−1.000 to 3.000)',
  );
  expect(verdict([ours(3), { name: 'paper', value: 2 }], true)).toBe(
    'this model is worse than the best baseline (paper) by 1.000',
  );
  expect(verdict([ours(2), { name: 'paper', value: 2 }], true)).toBe(
    'this model is as good as the best baseline (paper)',
  );
  expect(verdict([ours(2), { name: 'mean', value: 2, difference: { value: 0, lo: 0, hi: 0 } }], true)).toBe(
    'this model is as good as the best baseline (mean)',
  );
  expect(verdict([ours(2), { name: 'unknown', value: Number.NaN }], true)).toBeUndefined();
});
