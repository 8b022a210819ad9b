import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Interval } from './interval.ts';
import { leastRoot, mirrored, type Pull, pushes, slopeOf, total } from './pull.ts';

const number = fc.double({ min: -5, max: 5, noNaN: true }).map((x) => Math.round(x * 64) / 64);
const point = (x: number): Interval => ({ lo: x, hi: x });
const strength = fc.tuple(number, number).map(([a, b]): Interval => ({ lo: Math.min(a, b), hi: Math.max(a, b) }));
const pull = fc.record({ g: strength, a: number.map(point), b: number.map(point) }) as fc.Arbitrary<Pull>;
const seed = { seed: 11, numRuns: 2000 };

/** The largest value of Σ g·(a + b·z), by the corners of every g. */
const largest = (pulls: readonly Pull[], z: number) =>
  pulls.reduce((sum, { g, a, b }) => sum + Math.max(g.lo * (a.lo + b.lo * z), g.hi * (a.lo + b.lo * z)), 0);

test('the least root is where the largest value first is not positive', () => {
  fc.assert(
    fc.property(fc.array(pull, { minLength: 1, maxLength: 5 }), (pulls) => {
      const root = leastRoot(pulls);
      // The largest value has its kinks at −a/b, so it is least at one of them, or beyond all.
      const kinks = pulls.map(({ a, b }) => -a.lo / b.lo).filter(Number.isFinite);
      const probes = [...kinks, -1e6, 1e6];
      const least = probes.reduce((best, z) => Math.min(best, largest(pulls, z)), Number.POSITIVE_INFINITY);
      const scale =
        1e-9 *
        pulls.reduce(
          (sum, { g, a, b }) => sum + (Math.abs(g.lo) + Math.abs(g.hi)) * (Math.abs(a.lo) + Math.abs(b.lo)),
          1,
        );
      if (root === undefined || root === Number.NEGATIVE_INFINITY) {
        if (root === undefined) expect(least).toBeGreaterThan(-scale);
        else expect(largest(pulls, -1e6)).toBeLessThanOrEqual(scale * 1e6);
        return;
      }
      expect(largest(pulls, root)).toBeLessThanOrEqual(scale * Math.max(1, Math.abs(root)));
      const before = root - Math.max(1e-6, Math.abs(root) * 1e-6);
      expect(largest(pulls, before)).toBeGreaterThan(-scale * Math.max(1, Math.abs(root)));
    }),
    seed,
  );
});

test('the values of a sum of pulls hold those at every strength', () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(pull, { minLength: 1, maxLength: 5 }), shares, number, (pulls, at, z) => {
      const of = ({ g }: Pull, k: number) => Math.min(g.hi, Math.max(g.lo, g.lo + at[k]! * (g.hi - g.lo)));
      const value = pulls.reduce((sum, own, k) => sum + of(own, k) * (own.a.lo + own.b.lo * z), 0);
      const slope = pulls.reduce((sum, own, k) => sum + of(own, k) * own.b.lo, 0);
      const [values, slopes] = [total(pulls, z), slopeOf(pulls)];
      // The reference rounds too: five terms of size below 200.
      expect(value).toBeGreaterThanOrEqual(values.lo - 1e-12);
      expect(value).toBeLessThanOrEqual(values.hi + 1e-12);
      expect(slope).toBeGreaterThanOrEqual(slopes.lo - 1e-12);
      expect(slope).toBeLessThanOrEqual(slopes.hi + 1e-12);
    }),
    seed,
  );
});

test('a pull without limit to its strength bounds by where it pulls to', () => {
  const infinite: Pull = { g: { lo: 0, hi: Number.POSITIVE_INFINITY }, a: point(3), b: point(-1) };
  const leak: Pull = { g: point(1), a: point(0), b: point(-0.5) };
  expect(leastRoot([leak, infinite])).toBeCloseTo(3, 12);
  expect(-leastRoot(mirrored([leak, infinite]))!).toBeCloseTo(0, 12);
  const push: Pull = { ...infinite, b: point(1) };
  expect(leastRoot([leak, push])).toBeUndefined();
  expect(leastRoot([leak, { ...infinite, b: point(0) }])).toBeUndefined();
});

test('a term pushes where its strength and its sign say so', () => {
  const of = (g: Interval, b: number): Pull => ({ g, a: point(1), b: point(b) });
  expect(pushes(of({ lo: 0, hi: 1 }, -1))).toBe(false);
  expect(pushes(of({ lo: -0.1, hi: 1 }, -1))).toBe(true);
  expect(pushes(of({ lo: 0, hi: 1 }, 2))).toBe(true);
  expect(pushes(of({ lo: -1, hi: 1 }, 0))).toBe(false);
});
