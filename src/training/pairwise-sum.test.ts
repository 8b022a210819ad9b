import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairwiseSum } from './pairwise-sum.ts';

const options = { seed: 1, numRuns: 100 };

/** The same order written as the specification does: blocks of 8 lanes, then level after level of neighbours. */
const byLevels = (values: readonly number[]): number => {
  let level: number[] = [];
  for (let from = 0; from < values.length; from += 8) {
    const l = Array.from({ length: 8 }, (_, lane) => values[from + lane] ?? 0);
    level.push(l[0]! + l[4]! + (l[2]! + l[6]!) + (l[1]! + l[5]! + (l[3]! + l[7]!)));
  }
  while (level.length > 1) {
    const next: number[] = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? level[i]! + level[i + 1]! : level[i]!);
    }
    level = next;
  }
  return level[0] ?? 0;
};

test('a pairwise sum has the bits of blocks of 8 added level by level', () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 300 });
  fc.assert(
    fc.property(numbers, (values) => {
      expect(pairwiseSum(values.length, (i) => values[i]!)).toBe(byLevels(values));
    }),
    options,
  );
});

test('a pairwise sum of ten million tenths is right to 1e-9, where a running sum is off by 1e-4', () => {
  let running = 0;
  for (let i = 0; i < 1e7; i++) running += 0.1;
  expect(Math.abs(running - 1e6)).toBeGreaterThan(1e-4);
  expect(Math.abs(pairwiseSum(1e7, () => 0.1) - 1e6)).toBeLessThan(1e-9);
});
