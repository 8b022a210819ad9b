import { add, type Interval, mul, point } from './interval.ts';

/** One instance of a term g·(a + b·z) of a unit's rest + slope·z: it pulls towards −a/b, with the strength g·|b|. */
export interface Pull {
  readonly g: Interval;
  readonly a: Interval;
  readonly b: Interval;
}

/** All values of rest + slope·z, rounded outwards. */
export const total = (pulls: readonly Pull[], z: number): Interval =>
  pulls.reduce((sum, { g, a, b }) => add(sum, mul(g, add(a, mul(b, point(z))))), point(0));

/** All values of the slope, rounded outwards. */
export const slopeOf = (pulls: readonly Pull[]): Interval =>
  pulls.reduce((sum, { g, b }) => add(sum, mul(g, b)), point(0));

/** Whether a pull may be a push: away from −a/b. */
export const pushes = ({ g, b }: Pull): boolean => (g.lo < 0 && b.lo < 0) || (g.hi > 0 && b.hi > 0);

/** The same unit upside down: −rest + slope·z, whose upper bound is minus the lower one. */
export const mirrored = (pulls: readonly Pull[]): Pull[] =>
  pulls.map(({ g, a, b }) => ({ g, a: { lo: -a.hi, hi: -a.lo }, b }));

/** What a point may be wrong by where a pull is as strong as one likes, so that it is on the right side of it. */
const ROOM = 1e-13;

/**
 * The least z at which the largest value of rest + slope·z is not positive: −∞ where that is so for all small z, undefined where it is so
 * nowhere. The largest value is convex and piecewise linear in z, so Newton's method comes from the left, ends, and does not overshoot.
 * Not rounded outwards: it is a proposal, to be checked.
 */
export function leastRoot(pulls: readonly Pull[]): number | undefined {
  const reach = domain(pulls);
  if (!reach) return undefined;
  let z = reach.lo;
  if (z === Number.NEGATIVE_INFINITY) {
    const kinks = pulls.flatMap(({ a, b }) => [a.lo / -b.lo, a.hi / -b.lo, a.lo / -b.hi, a.hi / -b.hi]);
    const least = kinks.reduce((low, kink) => (Number.isFinite(kink) ? Math.min(low, kink) : low), 0);
    z = Math.min(reach.hi, least - Math.max(1, Math.abs(least)));
    const { value, slope } = largest(pulls, z);
    // To the left of all kinks it is a line.
    if (value <= 0) return slope < 0 ? z - value / slope : Number.NEGATIVE_INFINITY;
  }
  for (;;) {
    const { value, slope } = largest(pulls, z);
    if (value <= 0) return z;
    const next = z - value / slope;
    if (!(slope < 0 && next <= reach.hi)) return undefined;
    if (next <= z) return z;
    z = next;
  }
}

/** Where the largest value is finite: a pull without limit to its strength may only pull down. Undefined where it is so nowhere. */
function domain(pulls: readonly Pull[]): Interval | undefined {
  let [lo, hi] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const infinite = (x: Interval) => !(Number.isFinite(x.lo) && Number.isFinite(x.hi));
  for (const { g, a, b } of pulls) {
    if (g.lo === 0 && g.hi === 0) continue;
    if (a.hi === Number.POSITIVE_INFINITY || (a.lo === Number.NEGATIVE_INFINITY && g.lo < 0)) return undefined;
    if (!infinite(g)) continue;
    if (g.lo < 0) return undefined;
    // g·(a + b·z) with g to infinity: a + b·z must not be positive.
    if (b.hi < 0) lo = Math.max(lo, a.hi / -b.lo, a.hi / -b.hi);
    else if (b.lo > 0) hi = Math.min(hi, -a.hi / b.lo, -a.hi / b.hi);
    else if (a.hi > 0 || b.lo !== 0 || b.hi !== 0) return undefined;
  }
  const [from, to] = [lo + ROOM * Math.abs(lo), hi - ROOM * Math.abs(hi)];
  if (lo === Number.NEGATIVE_INFINITY) return { lo, hi: hi === Number.POSITIVE_INFINITY ? hi : to };
  return hi === Number.POSITIVE_INFINITY || from <= to ? { lo: from, hi } : undefined;
}

/** The largest value of rest + slope·z at z, and how it goes on from there. */
function largest(pulls: readonly Pull[], z: number): { value: number; slope: number } {
  let [value, slope] = [0, 0];
  for (const { g, a, b } of pulls) {
    let [best, rate] = [Number.NEGATIVE_INFINITY, 0];
    const pull = z < 0 ? b.lo : b.hi;
    for (const [from, by] of [
      [a.hi, pull],
      [a.lo, z < 0 ? b.hi : b.lo],
    ] as const) {
      const distance = from + (by === 0 || z === 0 ? 0 : by * z);
      for (const strength of [g.lo, g.hi]) {
        const own = strength === 0 || distance === 0 ? 0 : strength * distance;
        const gradient = by === 0 || strength === 0 || !Number.isFinite(strength) ? 0 : strength * by;
        if (own > best || (own === best && gradient > rate)) [best, rate] = [own, gradient];
      }
    }
    value += best;
    slope += rate;
  }
  return { value, slope };
}
