import type { Model } from '../model.ts';
import { program } from '../program.ts';
import { combine, intersection } from './box.ts';
import { hull, type Interval, mul, point } from './interval.ts';
import { leastRoot, mirrored, type Pull, pushes, slopeOf } from './pull.ts';
import { entry, type Ranges, rangesOf } from './ranges.ts';
import type { Box, Image, System } from './system.ts';

/** Where a certificate fails: a unit, the term that nothing holds, the corner at which it is worst, and what happens there. */
export interface Violation {
  readonly reason: string;
  readonly state: string;
  readonly unit: number;
  /** What varies in the term, as text. */
  readonly term: string;
  /** The value of the term at the corner. */
  readonly strength: number;
  /** The corner: an input, and the states, in their order; where there is no bound, a number that is large for most purposes. */
  readonly corner: { readonly inputs: readonly number[]; readonly states: readonly number[] };
  readonly witness: Witness;
}

/** The model run with the corner's input from an initial state as near to the corner as the initial range allows. */
export interface Witness {
  readonly samples: number;
  /** The values that the unit should stay between by the closed form of Theorem 2, were its premise true; null without bound. */
  readonly between: { readonly lo: number; readonly hi: number } | null;
  /** The first sample after which it does not, or null. */
  readonly leaves: number | null;
  /** The largest size of the unit's state, null where it is not finite. */
  readonly largest: number | null;
  /** Why the solver found no step, where it did not. */
  readonly failed?: string;
}

/** Samples of a witness, and what stands for a number without bound. */
const [SAMPLES, FAR] = [1000, 100];

/** Why the first unit without bounds has none, given that the states are in this box. */
export function violationOf(
  model: Model,
  system: System,
  box: Box,
  inputs: Ranges,
  given: readonly Interval[],
  initial: Interval,
): Violation {
  const image = system.image(box, inputs);
  const { state, unit, pulls, isUpper, jumps } = worstUnit(system, image);
  const side = isUpper ? pulls : mirrored(pulls);
  const worst = side.reduce((best, pull, k) => (harm(pull) > harm(side[best]!) ? k : best), 0);
  const pull = pulls[worst]!;
  const { g: reach, a, b } = side[worst]!;
  const harmful = pushes(pull) ? b : a;
  const rising = mul(point(reach.hi), harmful).hi >= mul(point(reach.lo), harmful).hi;
  const strength = system.strengthOf(state, unit, worst);
  // What a box has grown to before it was given up is beyond all that matters.
  const nearby = hull(near(initial), { lo: -FAR, hi: FAR });
  const states = combine(box, box, (range) => intersection(range, nearby));
  const corner = cornerOf(states, inputs, (at, us) => {
    const { lo, hi } = strength(at, us);
    return rising ? hi : -lo;
  });
  const g = strength(corner.box, corner.inputs);
  const name = `${state}[${unit}]`;
  const what = system.termOf(state, unit, worst);
  const isConstant = pull.g.lo === 1 && pull.g.hi === 1;
  const reason = isEndless(initial)
    ? 'the initial states have no bound'
    : jumps
      ? `no bound was found of what a jump makes of ${name}`
      : pulls.every(({ b }) => b.lo === 0 && b.hi === 0)
        ? `slope is 0: nothing pulls ${name} back`
        : !pushes(pull)
          ? `${isConstant ? 'a constant' : what}, which drives ${name}, outgrows what pulls it back`
          : isConstant
            ? `the constant part of the rate of ${name} is ${(-pull.b.hi).toPrecision(4)}, below 0`
            : `the rate of ${name} can change sign, because ${what} can be ${(rising ? pull.g.hi : pull.g.lo).toPrecision(4)}`;
  const own = Array.from(corner.inputs.lo.subarray(0, given.length));
  return {
    reason,
    state,
    unit,
    term: what,
    strength: g.lo,
    corner: { inputs: own, states: [...corner.box.values()].flatMap(({ lo }) => [...lo]) },
    witness: witnessOf(model, { box: corner.box, inputs: own, state, unit, pulls, initial }),
  };
}

const isEndless = ({ lo, hi }: Interval) => !(Number.isFinite(lo) && Number.isFinite(hi));

/**
 * The first unit that some pull may take anywhere, or else one that a jump may, or else the one whose rate is least; and whether it
 * goes up.
 */
function worstUnit({ flowing }: System, image: Image) {
  const units = [...flowing].flatMap((state) => image.pulls(state).map((pulls, unit) => ({ state, unit, pulls })));
  for (const each of units) {
    const [hi, lo] = [leastRoot(each.pulls), leastRoot(mirrored(each.pulls))];
    if (hi === undefined || lo === undefined) return { ...each, isUpper: hi === undefined, jumps: false };
  }
  const jumping = units.find(({ state, unit }) => {
    const jumped = image.jumped(state);
    return jumped && isEndless(entry(jumped, unit));
  });
  const [slowest] = units.toSorted((a, b) => slopeOf(b.pulls).hi - slopeOf(a.pulls).hi);
  return { ...(jumping ?? slowest!), isUpper: true, jumps: jumping !== undefined };
}

/** How much a pull takes part in there being no bound above: by pushing, or else by driving. */
const harm = (pull: Pull): number =>
  pushes(pull) ? 1e300 + Math.max(mul(pull.g, pull.b).hi, 0) : Math.min(Math.max(mul(pull.g, pull.a).hi, 0), 1e299);

/** An interval with a number that is large for most purposes where it has no end. */
const near = ({ lo, hi }: Interval): Interval => ({
  lo: lo === Number.NEGATIVE_INFINITY ? Math.min(0, hi) - FAR : lo,
  hi: hi === Number.POSITIVE_INFINITY ? Math.max(0, lo) + FAR : hi,
});

/**
 * The corner of the box and the inputs at which `strength` is largest. Each entry in turn goes to the end from which the others can reach
 * more, so this is where it is largest if it rises or falls in each; where they reach the same, to the end that is better with the others
 * in their middle; and where nothing depends on it, to its own middle.
 */
function cornerOf(
  box: Box,
  inputs: Ranges,
  strength: (box: Box, inputs: Ranges) => number,
): { box: Box; inputs: Ranges } {
  const middle = ({ lo, hi }: Interval) => lo / 2 + hi / 2;
  const reach = [...box.values(), inputs].map((own) => rangesOf(own.lo.length, (k) => near(entry(own, k))));
  const centre = reach.map((own) => rangesOf(own.lo.length, (k) => point(middle(entry(own, k)))));
  const named = (all: readonly Ranges[]) => new Map([...box.keys()].map((state, a) => [state, all[a]!]));
  const of = (all: readonly Ranges[]) => strength(named(all), all.at(-1)!);
  const put = ({ lo, hi }: Ranges, k: number, value: number) => {
    [lo[k], hi[k]] = [value, value];
  };
  reach.forEach((own, a) => {
    for (let k = 0; k < own.lo.length; k++) {
      const range = entry(own, k);
      let [best, most] = [middle(range), Number.NEGATIVE_INFINITY];
      for (const value of [best, range.hi, range.lo]) {
        put(own, k, value);
        put(centre[a]!, k, value);
        const score = of(reach) + of(centre);
        if (score > most) [best, most] = [value, score];
      }
      put(own, k, best);
      put(centre[a]!, k, middle(range));
    }
  });
  return { box: named(reach), inputs: reach.at(-1)! };
}

interface Run {
  readonly box: Box;
  readonly inputs: readonly number[];
  readonly state: string;
  readonly unit: number;
  readonly pulls: readonly Pull[];
  readonly initial: Interval;
}

function witnessOf(model: Model, { box, inputs, state, unit, pulls, initial }: Run): Witness {
  const { lo, hi } = near(initial);
  const start = [...box.values()].flatMap(({ lo: own }) =>
    Array.from(own, (value) => Math.min(hi, Math.max(lo, value))),
  );
  const pulledTo = pulls
    .filter(({ b }) => b.lo !== 0 && b.hi !== 0)
    .map(({ a, b }) => hull(point(a.lo / -b.lo), point(a.hi / -b.hi)))
    .reduce(hull, initial);
  const isBounded = pulls.every(({ a, b }) => b.lo !== 0 || (a.lo === 0 && a.hi === 0));
  const between = isBounded && Number.isFinite(pulledTo.lo) && Number.isFinite(pulledTo.hi) ? pulledTo : null;
  try {
    const run = program(model, { precision: 'float64' });
    const { states } = run.forward(
      { batch: 1, steps: SAMPLES, x: Array.from({ length: SAMPLES }, () => inputs).flat(), initial: start },
      { states: true },
    );
    const width = states!.length / SAMPLES;
    let own = unit;
    for (const [name, { lo: entries }] of box) {
      if (name === state) break;
      own += entries.length;
    }
    const path = Array.from({ length: SAMPLES }, (_, sample) => states![sample * width + own]!);
    // Rounding is no leaving.
    const room = between ? 1e-9 * Math.max(Math.abs(between.lo), Math.abs(between.hi)) : 0;
    const left = between ? path.findIndex((x) => !(x >= between.lo - room && x <= between.hi + room)) : -1;
    const largest = path.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return {
      samples: SAMPLES,
      between,
      leaves: left < 0 ? null : left + 1,
      largest: Number.isFinite(largest) ? largest : null,
    };
  } catch (error) {
    return { samples: SAMPLES, between, leaves: null, largest: null, failed: (error as Error).message };
  }
}
