import type { Model } from '../model.ts';
import { program } from '../program.ts';
import { hull, type Interval, point } from './interval.ts';
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
  const { state, unit, pulls, isUpper } = worstUnit(system, image);
  const side = isUpper ? pulls : mirrored(pulls);
  const worst = side.reduce((best, pull, k) => (harm(pull) > harm(side[best]!) ? k : best), 0);
  const pull = pulls[worst]!;
  const rising = pushes(pull) ? pull.b.hi > 0 : isUpper === pull.a.hi > 0;
  const corner = cornerOf(system, box, inputs, (at, us) => {
    const strength = system.image(at, us).strength(state, unit, worst);
    return rising ? strength.hi : -strength.lo;
  });
  const g = system.image(corner.box, corner.inputs).strength(state, unit, worst);
  const name = `${state}[${unit}]`;
  const what = system.termOf(state, unit, worst);
  const isConstant = pull.g.lo === 1 && pull.g.hi === 1;
  const reason = pulls.every(({ b }) => b.lo === 0 && b.hi === 0)
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

/** The first unit that some pull may take anywhere, or else the one whose rate is least; and whether it goes up. */
function worstUnit({ flowing }: System, image: Image) {
  const units = [...flowing].flatMap((state) => image.pulls(state).map((pulls, unit) => ({ state, unit, pulls })));
  for (const each of units) {
    const [hi, lo] = [leastRoot(each.pulls), leastRoot(mirrored(each.pulls))];
    if (hi === undefined || lo === undefined) return { ...each, isUpper: hi === undefined };
  }
  const [slowest] = units.toSorted((a, b) => slopeOf(b.pulls).hi - slopeOf(a.pulls).hi);
  return { ...slowest!, isUpper: true };
}

/** How much a pull takes part in there being no bound above: by pushing, or else by driving. */
const harm = (pull: Pull): number => {
  const { g, a, b } = pull;
  if (pushes(pull)) return 1e300 + Math.max(g.hi * Math.max(0, b.hi), g.lo * Math.min(0, b.lo), 0);
  const drive = Math.max(g.hi * Math.max(0, a.hi), 0);
  return Number.isNaN(drive) ? 0 : Math.min(drive, 1e299);
};

/** The corner of the box and the inputs at which `strength` is largest, as far as the slopes in the middle say. */
function cornerOf(
  { sizes }: System,
  box: Box,
  inputs: Ranges,
  strength: (box: Box, inputs: Ranges) => number,
): { box: Box; inputs: Ranges } {
  const finite = ({ lo, hi }: Interval): Interval => ({ lo: Math.max(lo, -FAR), hi: Math.min(hi, FAR) });
  const middle = (range: Interval) => {
    const { lo, hi } = finite(range);
    return point((lo + hi) / 2);
  };
  const points = (of: Ranges, at: (range: Interval, k: number) => Interval) =>
    rangesOf(of.lo.length, (k) => at(entry(of, k), k));
  const centre = new Map([...box].map(([state, own]) => [state, points(own, middle)]));
  const centreInputs = points(inputs, middle);
  const at = (range: Interval, slope: number) => {
    const { lo, hi } = finite(range);
    return slope > 0 ? point(hi) : slope < 0 ? point(lo) : middle(range);
  };
  const moved = (of: Ranges, which: number, by: number) => points(of, ({ lo }, k) => point(k === which ? lo + by : lo));
  const slope = (of: (by: number) => number) => of(1e-3) - of(-1e-3);
  const corner = new Map(
    [...sizes.keys()].map((state) => [
      state,
      points(box.get(state)!, (range, k) =>
        at(
          range,
          slope((by) => strength(new Map([...centre, [state, moved(centre.get(state)!, k, by)]]), centreInputs)),
        ),
      ),
    ]),
  );
  const cornerInputs = points(inputs, (range, k) =>
    at(
      range,
      slope((by) => strength(centre, moved(centreInputs, k, by))),
    ),
  );
  return { box: corner, inputs: cornerInputs };
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
  const [lo, hi] = [Math.max(initial.lo, -FAR), Math.min(initial.hi, FAR)];
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
