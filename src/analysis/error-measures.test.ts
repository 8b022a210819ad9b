import { expect, test } from 'vitest';
import { errorMeasures } from './error-measures.ts';

test('errors are measured in the unit of what is predicted', () => {
  expect(errorMeasures([0, 2, 4, 6], [1, 3, 5, 3])).toEqual({
    rmse: Math.sqrt(3),
    mae: 1.5,
    bias: 0,
    r2: 1 - 3 / 5,
  });
});

test('what never varies explains nothing, and of nothing nothing is known', () => {
  expect(errorMeasures([3, 3], [3, 4])).toMatchObject({ bias: 0.5, r2: Number.NaN });
  expect(errorMeasures([], [])).toEqual({ rmse: Number.NaN, mae: Number.NaN, bias: Number.NaN, r2: Number.NaN });
  expect(() => errorMeasures([1], [])).toThrow(
    'errorMeasures: 0 numbers are predicted, but 1 are true; wanted as many',
  );
});
