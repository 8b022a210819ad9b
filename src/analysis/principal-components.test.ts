import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { principalComponents } from './principal-components.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0);

/** The greatest error in A·v = λ·v and v·w = [v is w], over the size of A. */
function worstResidual(matrix: ArrayLike<number>, n: number): number {
  const { values, vectors } = symmetricEigen(matrix, n);
  const size = Math.max(1e-300, ...Array.from(matrix, Math.abs));
  let worst = 0;
  for (let k = 0; k < n; k++) {
    const v = vectors.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) {
      const row = Array.from(matrix).slice(i * n, (i + 1) * n);
      worst = Math.max(worst, Math.abs(dot(row, v) - values[k]! * v[i]!) / size);
      const other = vectors.subarray(i * n, (i + 1) * n);
      worst = Math.max(worst, Math.abs(dot(v, other) - (i === k ? 1 : 0)));
    }
  }
  return worst;
}

/** Symmetric matrices of every kind: dense ones, ones of low rank, with equal eigenvalues, diagonal ones, zero. */
function symmetric(n: number, rank: number, seed: number): Float64Array {
  const draw = random(seed);
  const matrix = new Float64Array(n * n);
  for (let r = 0; r < rank; r++) {
    const v = Array.from({ length: n }, () => draw.normal());
    const weight = r % 3 === 0 ? 1 : draw.normal() * 10 ** draw.integer(6);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j]! += weight * v[i]! * v[j]!;
  }
  return matrix;
}

test('eigenvalues and vectors of symmetric matrices satisfy their definition', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 14 }), fc.nat(), (n, rank, seed) => {
      // A few roundings for each of n rotations and reflections.
      return worstResidual(symmetric(n, rank, seed), n) < 1e-13;
    }),
    { seed: 3, numRuns: 300 },
  );
  expect(worstResidual(symmetric(60, 20, 1), 60)).toBeLessThan(1e-13);
});

test('eigenvalues of the second difference are 2 − 2·cos(kπ/(n + 1)), in falling order', () => {
  const n = 40;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    matrix[i * n + i] = 2;
    if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
  }
  symmetricEigen(matrix, n).values.forEach((value, k) => {
    // QL's backward error is a few roundings of the greatest, 4.
    expect(Math.abs(value - (2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1))))).toBeLessThan(1e-14);
  });
});

test('a diagonal matrix keeps its entries, and equal ones make no trouble', () => {
  const { values, vectors } = symmetricEigen([2, 0, 0, 0, 5, 0, 0, 0, 2], 3);
  expect([...values]).toEqual([5, 2, 2]);
  expect([...vectors].map(Math.abs)).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1]);
});

test('points on a line have one component, along it, with all of the variance', () => {
  const points = [-2, 0, 1, 5].map((s) => [1 + 3 * s, 2 - 4 * s, 7]);
  const { mean, directions, variances, explained, scores } = principalComponents(points, { components: 2 });
  // Integers, and a rounding or two of each.
  const near = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThan(1e-13);
  [4, -2, 7].forEach((wanted, i) => {
    near(mean[i]!, wanted);
  });
  // The entry of greatest size is positive, as MATLAB has it.
  [-0.6, 0.8, 0].forEach((wanted, i) => {
    near(directions[0]![i]!, wanted);
  });
  near(variances[0]! / 25, (9 + 1 + 0 + 16) / 3);
  near(explained[0]!, 1);
  near(explained[1]!, 0);
  [3, 1, 0, -4].forEach((wanted, k) => {
    near(scores[k]![0]! / 5, wanted);
  });
});

test('scores are uncorrelated, with the stated variances, which add up to that of the points', () => {
  const draw = random(9);
  const n = 50;
  const points = Array.from({ length: n }, () => {
    const [a, b] = [draw.normal(), draw.normal()];
    return [1e3 + a, 2 * a + b, a - b + 0.1 * draw.normal(), 5, draw.normal()];
  });
  const { scores, variances, explained } = principalComponents(points);
  expect(variances).toHaveLength(5);
  for (let c = 0; c < 5; c++)
    for (let d = 0; d < 5; d++) {
      const product = scores.reduce((sum, score) => sum + score[c]! * score[d]!, 0) / (n - 1);
      // The coordinates' offset of 1e3 costs three digits of sixteen.
      expect(Math.abs(product - (c === d ? variances[c]! : 0))).toBeLessThan(1e-12);
    }
  expect(Math.abs(explained.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-14);
});

test('components are refused where there are none to have', () => {
  expect(() => principalComponents([])).toThrow('principalComponents: there are no points');
  expect(() => principalComponents([[1, 2]])).toThrow(
    'principalComponents: there is 1 point, but at least 2 are wanted',
  );
  expect(() =>
    principalComponents(
      [
        [1, 2],
        [3, 4],
      ],
      { components: 0 },
    ),
  ).toThrow('principalComponents: components is 0, but must be a whole number of at least 1');
  expect(() => principalComponents([[1], [2]], { component: 1 } as object)).toThrow(
    'principalComponents: there is no option "component"; the options are components',
  );
  expect(() => symmetricEigen([1, 2, 3], 2)).toThrow('symmetricEigen: the matrix has 3 numbers, but 2 × 2 has 4');
});
