import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { factor, solve, solveTransposed } from './lu.ts';

test('what is solved meets the equation, and the transposed one, also where a pivot is 0', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(1e6), (n, seed) => {
      const draw = random(seed);
      const entry = () => 2 * draw.uniform() - 1;
      const a = Float64Array.from({ length: n * n }, (_, k) => (n > 1 && k % (n + 1) === 0 ? 0 : entry()));
      // Away from singular: a permutation is added whose entries are large beside all others.
      for (let i = 0; i < n; i++) a[i * n + ((i + 1) % n)]! += 4 * n;
      const wanted = Float64Array.from({ length: n }, entry);
      const times = (transposed: boolean) =>
        wanted.map((_, i) => wanted.reduce((sum, x, j) => sum + (transposed ? a[j * n + i]! : a[i * n + j]!) * x, 0));
      const [right, left] = [times(false), times(true)];
      const [factors, order] = [a.slice(), new Int32Array(n)];
      factor(factors, n, order);
      solve(factors, n, order, right);
      solveTransposed(factors, n, order, left);
      for (let i = 0; i < n; i++) {
        // The condition number is below 3: rounding.
        expect(Math.abs(right[i]! - wanted[i]!)).toBeLessThan(1e-13);
        expect(Math.abs(left[i]! - wanted[i]!)).toBeLessThan(1e-13);
      }
    }),
    { seed: 3, numRuns: 100 },
  );
});
