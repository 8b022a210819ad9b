import { hasFlow } from '../cells/cell.ts';
import { interning } from '../expression/node.ts';
import { NotAffine } from '../expression/split.ts';
import type { Model } from '../model.ts';
import { check, checkNames } from '../options.ts';
import { hull, type Interval, point, reals } from './interval.ts';
import { type Proven, provenFor } from './proven.ts';
import { leastRoot, mirrored, type Pull, pushes, slopeOf, total } from './pull.ts';
import { entry, type Ranges, rangesOf } from './ranges.ts';
import { type Box, everywhere, type Image, type System, seenInputs, systemOf } from './system.ts';
import { type Violation, violationOf } from './violation.ts';

/** Ends of an interval; null where there is no bound. */
export interface Bounds {
  readonly lo: number | null;
  readonly hi: number | null;
}

/** From one number to another; either may be infinite. */
export type Range = readonly [lo: number, hi: number];

/** What a certificate assumes. */
export interface CertifyOptions {
  /** Of every input, or of each: what the network is given, so of scaled data its scaled range. Default all numbers. */
  readonly inputs?: Range | readonly Range[];
  /** Of every entry of the initial states; default 0, where the library starts. */
  readonly initial?: Range;
}

/** What is certain of one entry of a state. */
export interface UnitCertificate {
  readonly state: string;
  /** Its number within the state. */
  readonly unit: number;
  /** Where it stays at every time. */
  readonly range: Bounds;
  /** Of dx/dt = slope·x + rest, and the time constant −1/slope, in units of dt; null where the state has no flow, or no bound. */
  readonly slope: Bounds;
  readonly tau: Bounds;
  /**
   * The closed forms (Hasani et al. 2021, Theorems 1 and 2, in general form): the hull of the initial state, of what jumps make of it, and of
   * every value that a term pulls to; and the time constants where all terms pull as strongly as they can, or not at all. Null where a term may push.
   */
  readonly theorem: { readonly range: Bounds; readonly tau: Bounds };
}

/** A box that the states of a model never leave, as plain JSON data. */
export interface Certificate {
  readonly cell: string;
  /** Whether every unit that flows has bounds. Where it does not, those that are given hold none the less. */
  readonly holds: boolean;
  readonly inputs: readonly Bounds[];
  readonly initial: Bounds;
  readonly units: readonly UnitCertificate[];
  readonly outputs: readonly Bounds[];
  readonly solver: {
    readonly name: string;
    readonly proven: Proven;
    /** The longest sub-step that it is proven for, in units of dt; null where there is no limit, or none is proven. */
    readonly largestStep: number | null;
  };
  readonly summary: string;
  /** Where it does not hold: what may go wrong, and a trajectory that tries. */
  readonly violation?: Violation;
}

/** Turns of the iterations below: a box has settled long before, or never will. */
const [REFINEMENTS, GROWTHS] = [60, 200];
/** A change of a bound, as a share of its size, that is none. */
const SETTLED = 1e-10;
/** Room around a box that has grown until it settled, as a share of its size. */
const ROOM = 1e-6;
/** Room added to a bound at which rounding does not let the check pass, as a share of its size. */
const ROOMS = [0, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8];

/**
 * A box that no state leaves and an interval of each time constant, for all inputs in a range, all times between samples and any number of
 * sub-steps: the theorem for discrete steps of docs/theory.md, whose two conditions are checked term by term in interval arithmetic
 * rounded outwards. It is about exact arithmetic; a program's own rounding may leave the box by a few units in the last place a
 * step. Throws when the cell has no flow, or one that is not affine in its own state, or an option is out of range.
 */
export function certify(model: Model, options: CertifyOptions = {}): Certificate {
  checkNames('certify', options, ['inputs', 'initial']);
  const { cell } = model;
  if (!hasFlow(cell)) throw new Error(`certify: cell "${cell.name}" has no flow, so no time constants to certify`);
  const given = inputRanges(model, options.inputs);
  const initial = interval('certify: initial', options.initial ?? [0, 0]);
  return interning(() => {
    try {
      return certificate(model, given, initial);
    } catch (error) {
      if (!(error instanceof NotAffine)) throw error;
      throw new Error(`certify: cell "${cell.name}" is not dx/dt = slope*x + rest: ${error.message}`);
    }
  });
}

function certificate(model: Model, given: readonly Interval[], initial: Interval): Certificate {
  const system = systemOf(model);
  const inputs = seenInputs(model, given);
  const anything = system.image(
    everywhere(system),
    seenInputs(
      model,
      given.map(() => reals),
    ),
  );
  const { box, reached } = invariant(system, inputs, initial);
  const image = system.image(box, inputs);
  const units = [...system.sizes].flatMap(([state, size]) => {
    const own = system.flowing.has(state) ? image.pulls(state) : undefined;
    const free = system.flowing.has(state) ? anything.pulls(state) : undefined;
    const jumped = anything.jumped(state);
    const elsewhere = (unit: number) => (jumped ? hull(initial, entry(jumped, unit)) : initial);
    return Array.from({ length: size }, (_, unit): UnitCertificate => {
      const slope = own && slopeOf(own[unit]!);
      return {
        state,
        unit,
        range: bounds(entry(box.get(state)!, unit)),
        slope: slope ? bounds(slope) : nothing,
        tau: slope ? timeConstant(slope) : nothing,
        theorem: free
          ? { range: closedForm(free[unit]!, elsewhere(unit)), tau: closedTimeConstant(free[unit]!) }
          : { range: nothing, tau: nothing },
      };
    });
  });
  const flowing = units.filter(({ state }) => system.flowing.has(state));
  const holds = flowing.every(({ range }) => range.lo !== null && range.hi !== null);
  const proven = provenFor(model.solver);
  const fastest = flowing.reduce(
    (most, { slope }) => Math.max(most, slope.lo === null ? Number.POSITIVE_INFINITY : -slope.lo),
    0,
  );
  const isSlow = Number.isFinite(fastest);
  const solver = {
    name: model.solver.name,
    proven: isSlow || proven !== 'small steps' ? proven : 'flow only',
    largestStep: isSlow && fastest > 0 && proven === 'small steps' ? 1 / fastest : null,
  } as const;
  const violation = holds ? undefined : violationOf(model, system, reached, inputs, given, initial);
  const outputs = image.outputs();
  return {
    cell: model.cell.name,
    holds,
    inputs: given.map(bounds),
    initial: bounds(initial),
    units,
    outputs: Array.from(outputs.lo, (_, k) => bounds(entry(outputs, k))),
    solver,
    summary: summary(holds, solver, violation),
    ...(violation ? { violation } : {}),
  };
}

/**
 * An invariant box: from all numbers inwards; where that leaves a unit without bounds, from the initial states outwards. And the box in
 * which some unit has no bounds, where that is so.
 */
function invariant(system: System, inputs: Ranges, initial: Interval): { box: Box; reached: Box } {
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
          return { lo: Math.min(inside.lo, -lo), hi: Math.max(inside.hi, hi) };
        }),
      ];
    }),
  );
}

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
            const isHigh =
              inside.hi > range.hi || (pulls && Number.isFinite(range.hi) && total(pulls[k]!, range.hi).hi > 0);
            const isLow =
              inside.lo < range.lo || (pulls && Number.isFinite(range.lo) && total(pulls[k]!, range.lo).lo < 0);
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

const combine = (a: Box, b: Box, by: (x: Interval, y: Interval) => Interval): Box =>
  new Map(
    [...a].map(([state, own]) => [state, rangesOf(own.lo.length, (k) => by(entry(own, k), entry(b.get(state)!, k)))]),
  );

const intersection = (a: Interval, b: Interval): Interval => ({ lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) });

const sizeOf = ({ lo, hi }: Interval) => Math.max(Math.abs(lo), Math.abs(hi));

const widened = (range: Interval, share: number): Interval => {
  const room = share * sizeOf(range) + (share === 0 ? 0 : Number.MIN_VALUE);
  return Number.isFinite(room) ? { lo: range.lo - room, hi: range.hi + room } : range;
};

const further = (from: Interval, to: Interval, times: number): Interval => ({
  lo: to.lo - times * (from.lo - to.lo),
  hi: to.hi + times * (to.hi - from.hi),
});

/** The largest change of a bound, as a share of the size of its entry. */
function distance(a: Box, b: Box): number {
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

const isBounded = (box: Box, { flowing }: System): boolean =>
  [...flowing].every((state) => {
    const { lo, hi } = box.get(state)!;
    return lo.every(Number.isFinite) && hi.every(Number.isFinite);
  });

const nothing: Bounds = { lo: null, hi: null };

const bounds = ({ lo, hi }: Interval): Bounds => ({
  lo: Number.isFinite(lo) ? lo + 0 : null,
  hi: Number.isFinite(hi) ? hi + 0 : null,
});

/** −1/slope, of a slope that is not positive. */
function timeConstant({ lo, hi }: Interval): Bounds {
  const below = (x: number) => x * (1 - 2 ** -52);
  const above = (x: number) => x * (1 + 2 ** -52);
  return bounds({
    lo: lo < 0 ? below(-1 / lo) : Number.POSITIVE_INFINITY,
    hi: hi < 0 ? above(-1 / hi) : Number.POSITIVE_INFINITY,
  });
}

/** Theorem 2: between where the state is put otherwise and all values −a/b that terms pull to; none where a term is no pull. */
function closedForm(pulls: readonly Pull[], elsewhere: Interval): Bounds {
  let range = elsewhere;
  for (const pull of pulls) {
    const { a, b } = pull;
    if (pushes(pull)) return nothing;
    if (b.hi === 0 && (a.lo !== 0 || a.hi !== 0)) return nothing;
    if (b.hi < 0)
      range = hull(
        range,
        hull(point(Math.min(a.lo / -b.lo, a.lo / -b.hi)), point(Math.max(a.hi / -b.lo, a.hi / -b.hi))),
      );
  }
  return bounds(range);
}

/** Theorem 1: all terms at full strength, or those alone that never let go. */
const closedTimeConstant = (pulls: readonly Pull[]): Bounds =>
  pulls.some(pushes) ? nothing : timeConstant(slopeOf(pulls));

function summary(
  holds: boolean,
  { name, proven, largestStep }: Certificate['solver'],
  violation: Violation | undefined,
): string {
  if (!holds) return `no certificate: ${violation!.reason}`;
  if (proven === 'any step') return `certified for ${name} at any step`;
  if (proven === 'small steps' && largestStep !== null)
    return `certified for ${name} at sub-steps of at most ${largestStep!.toPrecision(4)}, and for the differential equation`;
  return `certified for the differential equation; not proven for this solver, ${name}`;
}

/** A range that was given, or an error. */
function interval(where: string, given: Range): Interval {
  const holds = () =>
    Array.isArray(given) && given.length === 2 && given[0] <= given[1] && given[0] < Infinity && given[1] > -Infinity;
  check(where, given, { wanted: 'two numbers in order, [lo, hi]', holds });
  return { lo: given[0], hi: given[1] };
}

function inputRanges({ inputs }: Model, given: CertifyOptions['inputs']): Interval[] {
  if (given === undefined) return Array.from({ length: inputs }, () => reals);
  if (!Array.isArray(given[0]))
    return Array.from({ length: inputs }, () => interval('certify: inputs', given as Range));
  check('certify: inputs', given.length, {
    wanted: `ranges of ${inputs} inputs, or one of all`,
    holds: () => given.length === inputs,
  });
  return (given as readonly Range[]).map((range, k) => interval(`certify: inputs[${k}]`, range));
}
