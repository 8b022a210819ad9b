import { div, hull, type Interval, neg, point } from './interval.ts';
import { type Pull, pushes, slopeOf } from './pull.ts';

/** Ends of an interval; null where there is no bound. */
export interface Bounds {
  readonly lo: number | null;
  readonly hi: number | null;
}

/** No bounds at all. */
export const unbounded: Bounds = { lo: null, hi: null };

/** An interval as plain JSON data. */
export const bounds = ({ lo, hi }: Interval): Bounds => ({
  lo: Number.isFinite(lo) ? lo + 0 : null,
  hi: Number.isFinite(hi) ? hi + 0 : null,
});

/** Time constants −1/slope, as far as the slope is not positive. */
export const timeConstants = (slope: Interval): Bounds =>
  bounds(div(point(1), { lo: Math.max(0, -slope.hi), hi: Math.max(0, -slope.lo) }));

/**
 * Theorem 2 of Hasani et al. 2021, in general form: between where the state is put otherwise and all values −a/b that terms pull to; none
 * where a term may push, or is no pull.
 */
export function closedRange(pulls: readonly Pull[], elsewhere: Interval): Bounds {
  let range = elsewhere;
  for (const pull of pulls) {
    const { a, b } = pull;
    const isDrive = b.hi === 0 && (a.lo !== 0 || a.hi !== 0);
    if (pushes(pull) || isDrive) return unbounded;
    if (b.hi < 0) range = hull(range, div(a, neg(b)));
  }
  return bounds(range);
}

/** Theorem 1, in general form: all terms at full strength, or those alone that never let go. */
export const closedTimeConstants = (pulls: readonly Pull[]): Bounds =>
  pulls.some(pushes) ? unbounded : timeConstants(slopeOf(pulls));
