import type { Interval } from './interval.ts';
import { entry, rangesOf } from './ranges.ts';
import type { Box, System } from './system.ts';

/** A box made of two, entry by entry. */
export const combine = (a: Box, b: Box, by: (x: Interval, y: Interval) => Interval): Box =>
  new Map(
    [...a].map(([state, own]) => [state, rangesOf(own.lo.length, (k) => by(entry(own, k), entry(b.get(state)!, k)))]),
  );

export const intersection = (a: Interval, b: Interval): Interval => ({
  lo: Math.max(a.lo, b.lo),
  hi: Math.min(a.hi, b.hi),
});

const sizeOf = ({ lo, hi }: Interval) => Math.max(Math.abs(lo), Math.abs(hi));

/** An interval with room of a share of its size on both sides; one that is 0 gets the least there is. */
export const widened = (range: Interval, share: number): Interval => {
  const room = share * sizeOf(range) + (share === 0 ? 0 : Number.MIN_VALUE);
  return Number.isFinite(room) ? { lo: range.lo - room, hi: range.hi + room } : range;
};

/** Where an interval that grew from one to another is after some more times. */
export const further = (from: Interval, to: Interval, times: number): Interval => ({
  lo: to.lo - times * (from.lo - to.lo),
  hi: to.hi + times * (to.hi - from.hi),
});

/** The largest change of a bound, as a share of the size of its entry. */
export function distance(a: Box, b: Box): number {
  let most = 0;
  for (const [state, own] of a) {
    const other = b.get(state)!;
    for (let k = 0; k < own.lo.length; k++) {
      const [x, y] = [entry(own, k), entry(other, k)];
      for (const [from, to] of [
        [x.lo, y.lo],
        [x.hi, y.hi],
      ] as const) {
        if (from === to) continue;
        const change = Math.abs(from - to) / Math.max(sizeOf(y), Number.MIN_VALUE);
        most = Math.max(most, Number.isNaN(change) ? 1 : change);
      }
    }
  }
  return most;
}

/** Whether all that flows has bounds. */
export const isBounded = (box: Box, { flowing }: System): boolean =>
  [...flowing].every((state) => {
    const { lo, hi } = box.get(state)!;
    return lo.every(Number.isFinite) && hi.every(Number.isFinite);
  });
