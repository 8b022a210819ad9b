import { combine, distance, further, intersection, isBounded, widened } from './box.ts';
import { hull, type Interval, reals } from './interval.ts';
import { leastRoot, mirrored, type Pull, slopeOf, total } from './pull.ts';
import { entry, type Ranges, rangesOf } from './ranges.ts';
import { type Box, everywhere, type Image, type System } from './system.ts';

/** Turns of the iterations below: a box has settled long before, or never will. */
const [REFINEMENTS, GROWTHS] = [60, 200];
/** A change of a bound, as a share of its size, that is none. */
const SETTLED = 1e-10;
/** Room around a box that has grown until it settled, as a share of its size. */
const ROOM = 1e-6;
/** Room added to a bound at which rounding does not let the check pass, as a share of its size. */
const ROOMS = [0, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8];

/**
 * An invariant box: from all numbers inwards; where that leaves a unit without bounds, from the initial states outwards. And the box in
 * which some unit has no bounds, where that is so.
 */
export function invariantBox(system: System, inputs: Ranges, initial: Interval): { box: Box; reached: Box } {
  const needs = (box: Box) => stepTo(system, system.image(box, inputs), initial);
  const refine = (box: Box) => {
    for (let turn = 0; turn < REFINEMENTS; turn++) {
      const smaller = combine(box, needs(box), intersection);
      if (distance(box, smaller) <= SETTLED) return smaller;
      box = smaller;
    }
    return box;
  };
  const sound = (box: Box) => checked(system, box, inputs, initial);
  const all = everywhere(system);
  const inwards = sound(refine(all)) ?? all;
  if (isBounded(inwards, system)) return { box: inwards, reached: inwards };

  // States that only jump keep what is known of them.
  let box: Box = new Map(
    [...inwards].map(([state, own]) => [
      state,
      system.flowing.has(state) ? rangesOf(own.lo.length, () => initial) : own,
    ]),
  );
  for (let turn = 0; turn < GROWTHS && isBounded(box, system); turn++) {
    const grown = combine(box, needs(box), hull);
    if (!isBounded(grown, system)) return { box: inwards, reached: box };
    if (distance(box, grown) <= SETTLED) {
      const outwards = sound(refine(combine(grown, grown, (own) => widened(own, ROOM))));
      if (outwards && isBounded(outwards, system)) return { box: outwards, reached: outwards };
      break;
    }
    // Late in a slow growth, its limit is beyond what it has reached.
    box = turn < GROWTHS / 2 ? grown : combine(box, grown, (from, to) => further(from, to, turn / 8));
  }
  return { box: inwards, reached: inwards };
}

/** What each entry needs at least, given that all states are in a box: infinite where nothing is enough. */
function stepTo(system: System, image: Image, initial: Interval): Box {
  return new Map(
    [...system.sizes].map(([state, size]) => {
      const pulls = system.flowing.has(state) ? image.pulls(state) : undefined;
      const jumped = image.jumped(state);
      return [
        state,
        rangesOf(size, (k) => {
          const inside = jumped ? hull(entry(jumped, k), initial) : initial;
          if (!pulls) return inside;
          const [hi, lo] = [leastRoot(pulls[k]!), leastRoot(mirrored(pulls[k]!))];
          if (hi === undefined || lo === undefined) return reals;
          const needed = { lo: Math.min(inside.lo, -lo), hi: Math.max(inside.hi, hi) };
          return isPushed(pulls[k]!, needed) ? reals : needed;
        }),
      ];
    }),
  );
}

/**
 * Whether a slope may be positive where the two conditions do not exclude it: where both bounds are one, or only one is finite. There,
 * nothing keeps a state that is pushed away from its bound, or a step that is too long for 1 − h·slope to be positive.
 */
const isPushed = (pulls: readonly Pull[], { lo, hi }: Interval): boolean =>
  (lo === hi || Number.isFinite(lo) !== Number.isFinite(hi)) && !(slopeOf(pulls).hi <= 0);

/** A box whose conditions hold in arithmetic rounded outwards, its bounds moved out as far as rounding needs; undefined where none does. */
function checked(system: System, candidate: Box, inputs: Ranges, initial: Interval): Box | undefined {
  let box = candidate;
  for (const room of ROOMS) {
    const image = system.image(box, inputs);
    let isSound = true;
    const moved = new Map(
      [...box].map(([state, own]) => {
        const pulls = system.flowing.has(state) ? image.pulls(state) : undefined;
        const jumped = image.jumped(state);
        return [
          state,
          rangesOf(own.lo.length, (k) => {
            const range = entry(own, k);
            const inside = jumped ? hull(entry(jumped, k), initial) : initial;
            const isLoose = pulls && isPushed(pulls[k]!, range);
            const isHigh =
              isLoose ||
              inside.hi > range.hi ||
              (pulls && Number.isFinite(range.hi) && !(total(pulls[k]!, range.hi).hi <= 0));
            const isLow =
              isLoose ||
              inside.lo < range.lo ||
              (pulls && Number.isFinite(range.lo) && !(total(pulls[k]!, range.lo).lo >= 0));
            if (isHigh || isLow) isSound = false;
            const wider = widened(range, room);
            return { lo: isLow ? wider.lo : range.lo, hi: isHigh ? wider.hi : range.hi };
          }),
        ] as const;
      }),
    );
    if (isSound) return box;
    box = moved;
  }
  return undefined;
}
