import { expect, test } from 'vitest';
import { moments } from './moments.ts';

test('mean and standard deviation are those of a sample, and equal numbers deviate by exactly 0', () => {
  expect(moments([1, 2, 3, 4])).toEqual({ mean: 2.5, deviation: Math.sqrt(5 / 3) });
  expect(moments([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, deviation: 0 });
  expect(moments([7])).toEqual({ mean: 7, deviation: Number.NaN });
});
