import { evaluate } from '../backends/elementary.ts';
import type { Elementwise } from '../expression/node.ts';

/** All numbers from `lo` to `hi`; either may be infinite. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export const reals: Interval = { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };
export const point = (value: number): Interval => ({ lo: value, hi: value });
export const hull = (a: Interval, b: Interval): Interval => ({ lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) });
export const isPoint = ({ lo, hi }: Interval): boolean => lo === hi;

/**
 * A number moved down by one to two units in its last place, times `ulps`: more than the rounding of any operation of IEEE 754. No
 * lower end is +∞: where finite numbers overflow, the largest number is below them.
 */
const below = (x: number, ulps = 1): number =>
  x === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : x - ulps * (Math.abs(x) * 2 ** -52 + Number.MIN_VALUE);
const above = (x: number, ulps = 1): number => -below(-x, ulps);

export const neg = ({ lo, hi }: Interval): Interval => ({ lo: -hi, hi: -lo });

/** A sum, rounded down. One with 0 is exact, and so is one that comes out as 0, since no sum is too small for a number. */
const sumBelow = (a: number, b: number): number => (a === 0 || b === 0 || a + b === 0 ? a + b : below(a + b));

export function add(a: Interval, b: Interval): Interval {
  if (a.lo === 0 && a.hi === 0) return b;
  if (b.lo === 0 && b.hi === 0) return a;
  return { lo: sumBelow(a.lo, b.lo), hi: -sumBelow(-a.hi, -b.hi) };
}

/** A product, rounded down. 0 times infinity is 0: an infinite end stands for arbitrarily large numbers, and 0 for itself. */
function productBelow(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  const value = a * b;
  // Exact, or rounded from above 0; −0 is rounded from below.
  return Math.abs(a) === 1 || Math.abs(b) === 1 || Object.is(value, 0) ? value : below(value);
}

export function mul(a: Interval, b: Interval): Interval {
  if (a.lo === 1 && a.hi === 1) return b;
  if (b.lo === 1 && b.hi === 1) return a;
  return { lo: leastProduct(a, b), hi: -leastProduct(neg(a), b) };
}

const leastProduct = (a: Interval, b: Interval): number =>
  Math.min(productBelow(a.lo, b.lo), productBelow(a.lo, b.hi), productBelow(a.hi, b.lo), productBelow(a.hi, b.hi));

/** A quotient; where the divisor may be 0, all numbers, or those beyond the ends that are known. */
export function div(a: Interval, b: Interval): Interval {
  if (a.lo === 0 && a.hi === 0) return a;
  if (b.lo <= 0 && b.hi >= 0 && b.lo < 0 === b.hi > 0) return reals;
  if (b.hi <= 0) return div(neg(a), neg(b));
  return mul(a, {
    lo: Math.max(0, below(1 / b.hi)),
    hi: b.lo === 0 ? Number.POSITIVE_INFINITY : above(1 / b.lo),
  });
}

/** A whole power, which knows that an even one is not negative. */
export function power(a: Interval, exponent: number): Interval {
  if (exponent === 1) return a;
  const size = (x: number) => Math.abs(x) ** exponent;
  const signed = (x: number) => Math.sign(x) * size(x);
  const margin = 2 * exponent;
  if (exponent % 2 === 1) return { lo: below(signed(a.lo), margin), hi: above(signed(a.hi), margin) };
  const least = a.lo > 0 ? size(a.lo) : a.hi < 0 ? size(a.hi) : 0;
  return { lo: Math.max(0, below(least, margin)), hi: above(Math.max(size(a.lo), size(a.hi)), margin) };
}

/** Engines' elementary functions are within one unit in the last place (V8 and SpiderMonkey share fdlibm); this is four. */
const ULPS = 4;

/** Where the values of a function lie, and a point that its curve goes through, if one is known exactly. */
interface Values extends Interval {
  readonly through?: readonly [x: number, y: number];
}

/**
 * A function that never falls, of the error that `ulps` says. Outside of `formula`, where e^x
 * or e^−x overflows, the value at that end is a bound.
 */
const rising =
  (op: Elementwise, values: Values, ulps = ULPS, formula = reals) =>
  ({ lo, hi }: Interval): Interval => {
    const at = evaluate[op] as (x: number) => number;
    const [x, y] = values.through ?? [Number.NaN, Number.NaN];
    return {
      lo: Math.max(lo >= x ? y : values.lo, below(limit(at, Math.min(lo, formula.hi)), ulps)),
      hi: Math.min(hi <= x ? y : values.hi, above(limit(at, Math.max(hi, formula.lo)), ulps)),
    };
  };

/** The value at a point; where a formula ends in ∞ − ∞ or ∞/∞, as those of phi and its derivative do, that is ∞. */
function limit(at: (x: number) => number, x: number): number {
  const value = at(x);
  return Number.isNaN(value) && x > 0 ? Number.POSITIVE_INFINITY : value;
}

const positive: Interval = { lo: 0, hi: Number.POSITIVE_INFINITY };

/** sin or cos: its extremes are ±1 at the maxima and minima inside, which lie `phase` away from whole turns. */
const periodic =
  (at: (x: number) => number, phase: number) =>
  ({ lo, hi }: Interval): Interval => {
    const turn = 2 * Math.PI;
    // Beyond this, the place within a turn is not known well enough.
    if (!(hi - lo < turn && Math.abs(lo) < 1e9 && Math.abs(hi) < 1e9)) return { lo: -1, hi: 1 };
    const room = 1e-6;
    const holds = (offset: number) => Math.floor((hi + room - offset) / turn) > Math.floor((lo - room - offset) / turn);
    return {
      lo: holds(phase + Math.PI) ? -1 : Math.max(-1, below(Math.min(at(lo), at(hi)), ULPS)),
      hi: holds(phase) ? 1 : Math.min(1, above(Math.max(at(lo), at(hi)), ULPS)),
    };
  };

const both = (a: Interval, b: Interval, of: (x: number, y: number) => number): Interval => ({
  lo: of(a.lo, b.lo),
  hi: of(a.hi, b.hi),
});

/** Every elementwise operation on intervals: all values that it takes on them, rounded outwards. */
export const intervals: Readonly<Record<Elementwise, (a: Interval, b: Interval, c: Interval) => Interval>> = {
  neg,
  exp: rising('exp', { ...positive, through: [0, 1] }),
  log: (a) => rising('log', { ...reals, through: [1, 0] })({ lo: Math.max(0, a.lo), hi: Math.max(0, a.hi) }),
  sqrt: (a) => rising('sqrt', positive)({ lo: Math.max(0, a.lo), hi: Math.max(0, a.hi) }),
  tanh: rising('tanh', { lo: -1, hi: 1, through: [0, 0] }),
  sigmoid: rising('sigmoid', { lo: 0, hi: 1, through: [0, 0.5] }, ULPS, { ...reals, lo: -708 }),
  softplus: rising('softplus', positive),
  phi: rising('phi', { ...positive, through: [0, 1] }, 2 * ULPS, { ...reals, hi: 709 }),
  // Its two terms cancel down to 1/2 near the end of the series.
  dphi: rising('dphi', positive, 16 * ULPS, { ...reals, hi: 709 }),
  sin: periodic(Math.sin, Math.PI / 2),
  cos: periodic(Math.cos, 0),
  // Its series and its continued fraction are within 1e-15 of 1.
  erf: rising('erf', { lo: -1, hi: 1, through: [0, 0] }, 16 * ULPS),
  relu: ({ lo, hi }) => ({ lo: Math.max(0, lo), hi: Math.max(0, hi) }),
  abs: ({ lo, hi }) => (lo >= 0 ? { lo, hi } : hi <= 0 ? { lo: -hi, hi: -lo } : { lo: 0, hi: Math.max(-lo, hi) }),
  sign: ({ lo, hi }) => ({ lo: Math.sign(lo), hi: Math.sign(hi) }),
  step: ({ lo, hi }) => ({ lo: lo > 0 ? 1 : 0, hi: hi > 0 ? 1 : 0 }),
  add,
  mul,
  div,
  min: (a, b) => both(a, b, Math.min),
  max: (a, b) => both(a, b, Math.max),
  equal: (a, b) =>
    isPoint(a) && isPoint(b) && a.lo === b.lo ? point(1) : { lo: 0, hi: a.hi < b.lo || b.hi < a.lo ? 0 : 1 },
  select: (c, a, b) => (c.lo > 0 || c.hi < 0 ? a : c.lo === 0 && c.hi === 0 ? b : hull(a, b)),
};
