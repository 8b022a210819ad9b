import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../backends/elementary.ts';
import type { Elementwise } from '../expression/node.ts';
import { add, div, type Interval, intervals, mul, neg, power, reals } from './interval.ts';

const seed = { seed: 5, numRuns: 2000 };
const end = fc.oneof(
  fc.double({ min: -40, max: 40, noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, 1e-300, -1e-300, 1e300, -1e300, Number.MIN_VALUE),
);
const interval = fc.tuple(end, end).map(([a, b]): Interval => ({ lo: Math.min(a, b), hi: Math.max(a, b) }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const inside = ({ lo, hi }: Interval, at: number) => Math.min(hi, Math.max(lo, lo * (1 - at) + hi * at));

const names = Object.keys(evaluate) as Elementwise[];
test.for(names)('%s of numbers in intervals is in its interval of them', (name) => {
  const of = evaluate[name] as (...args: readonly number[]) => number;
  fc.assert(
    fc.property(interval, interval, interval, share, share, share, (a, b, c, i, j, k) => {
      const args = [inside(a, i), inside(b, j), inside(c, k)].slice(0, of.length);
      const value = of(...args);
      const isUndefined = Number.isNaN(value) || (name === 'div' && args[1] === 0);
      if (isUndefined) return;
      const { lo, hi } = intervals[name](a, b, c);
      expect(value).toBeGreaterThanOrEqual(lo);
      expect(value).toBeLessThanOrEqual(hi);
    }),
    seed,
  );
});

/** An exact number as a fraction of big whole numbers. */
function exact(x: number): readonly [bigint, bigint] {
  let [top, bottom] = [x, 1n];
  while (!Number.isInteger(top)) [top, bottom] = [top * 2, bottom * 2n];
  return [BigInt(top), bottom];
}
const tame = fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-6);

test('sums, products and quotients of points hold the exact result, not only its rounding', () => {
  const isBelow = (x: number, [top, bottom]: readonly [bigint, bigint]) => {
    const [n, d] = exact(x);
    return n * bottom <= top * d;
  };
  fc.assert(
    fc.property(tame, tame, (x, y) => {
      const [[a, b], [c, d]] = [exact(x), exact(y)];
      const [p, q] = [
        { lo: x, hi: x },
        { lo: y, hi: y },
      ];
      const results = [
        [add(p, q), [a * d + c * b, b * d]],
        [mul(p, q), [a * c, b * d]],
        ...(c > 0n ? ([[div(p, q), [a * d, b * c]]] as const) : []),
      ] as const;
      for (const [{ lo, hi }, value] of results) {
        expect(isBelow(lo, value)).toBe(true);
        expect(isBelow(-hi, [-value[0], value[1]])).toBe(true);
      }
    }),
    seed,
  );
});

test('an interval is as wide as rounding asks for, no wider', () => {
  fc.assert(
    fc.property(tame, tame, (x, y) => {
      const { lo, hi } = mul({ lo: x, hi: x }, { lo: y, hi: y });
      // Two units in the last place, at most doubled at a power of two, on each side.
      expect(hi - lo).toBeLessThanOrEqual(8 * 2 ** -52 * Math.abs(x * y) + 8 * Number.MIN_VALUE);
    }),
    seed,
  );
});

test('0 times all numbers is 0, and a product of numbers that are not negative is not', () => {
  expect(mul({ lo: 0, hi: 0 }, reals)).toEqual({ lo: 0, hi: -0 });
  expect(mul({ lo: 0, hi: Number.POSITIVE_INFINITY }, { lo: -3, hi: 0 })).toEqual({
    lo: Number.NEGATIVE_INFINITY,
    hi: -0,
  });
  expect(mul({ lo: 0, hi: 2 }, { lo: 0, hi: 1e-320 }).lo).toBe(0);
});

test('a sum of numbers that are not negative is not, and one that comes out as 0 is 0', () => {
  const positive = { lo: 0, hi: Number.POSITIVE_INFINITY };
  expect(add(positive, positive)).toEqual(positive);
  const { lo, hi } = add({ lo: 0.25, hi: 0.25 }, { lo: -0.25, hi: -0.25 });
  expect([lo + 0, hi + 0]).toEqual([0, 0]);
});

test('a function has the sign that it has exactly, on either side of where it changes', () => {
  const [right, left] = [
    { lo: 0, hi: 3 },
    { lo: -3, hi: 0 },
  ];
  for (const name of ['tanh', 'erf'] as const) {
    expect(intervals[name](right, reals, reals).lo).toBe(0);
    expect(intervals[name](left, reals, reals).hi).toBe(0);
  }
  expect(intervals.log(add({ lo: 1, hi: 1 }, right), reals, reals).lo).toBe(0);
  expect(intervals.exp(left, reals, reals).hi).toBe(1);
});

test('a share of a number is not more than the number', () => {
  const decays = intervals.exp({ lo: -3, hi: 0 }, reals, reals);
  const { lo, hi } = mul(decays, { lo: -0.3, hi: 0.7 });
  expect([lo, hi]).toEqual([-0.3, 0.7]);
});

test('where e^x overflows or loses digits, functions made of it keep their bounds', () => {
  const at = (name: Elementwise, x: number) => intervals[name]({ lo: x, hi: x }, reals, reals);
  // e^−720 and (e^710 − 1)/710, from 60 digits.
  expect(at('sigmoid', -720).hi).toBeGreaterThan(2.0322308e-313);
  expect(at('phi', 710).lo).toBeLessThan(3.1468e305);
  expect(at('phi', 710).hi).toBe(Number.POSITIVE_INFINITY);
  expect(at('phi', -1e6).hi).toBeCloseTo(1e-6, 12);
});

test('what is not a number stays none, whatever function it goes through', () => {
  for (const name of ['softplus', 'exp', 'phi', 'sigmoid', 'tanh'] as const)
    expect(intervals[name]({ lo: Number.NaN, hi: Number.NaN }, reals, reals)).toEqual({
      lo: Number.NaN,
      hi: Number.NaN,
    });
});

test('an even power is not negative, and a product of the numbers is', () => {
  const a = { lo: -2, hi: 1 };
  expect(power(a, 2).lo).toBe(0);
  expect(mul(a, a).lo).toBeLessThan(-1.99);
  expect(power(neg(a), 3).lo).toBeLessThanOrEqual(-1);
  expect(power(neg(a), 3).hi).toBeGreaterThanOrEqual(8);
});

test('dividing by what may be 0 gives all numbers, or those on one side', () => {
  const one = { lo: 1, hi: 1 };
  expect(div(one, { lo: -1, hi: 1 })).toEqual(reals);
  expect(div(one, { lo: 0, hi: 2 }).lo).toBeCloseTo(0.5, 12);
  expect(div(one, { lo: 0, hi: 2 }).hi).toBe(Number.POSITIVE_INFINITY);
  expect(div(one, { lo: -2, hi: 0 }).hi).toBeCloseTo(-0.5, 12);
});
