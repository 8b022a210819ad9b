import { hasFlow } from '../cells/cell.ts';
import { interning } from '../expression/node.ts';
import { NotAffine } from '../expression/split.ts';
import type { Model } from '../model.ts';
import { check, checkNames } from '../options.ts';
import { type Bounds, bounds, closedRange, closedTimeConstants, timeConstants, unbounded } from './closed-forms.ts';
import { div, hull, type Interval, point, reals } from './interval.ts';
import { invariantBox } from './invariant-box.ts';
import { type Proven, provenFor } from './proven.ts';
import { slopeOf } from './pull.ts';
import { entry } from './ranges.ts';
import { everywhere, seenInputs, systemOf } from './system.ts';
import { type Violation, violationOf } from './violation.ts';

export type { Bounds };

/** From one number to another; either may be infinite. */
export type Range = readonly [lo: number, hi: number];

/** What a certificate assumes. */
export interface CertifyOptions {
  /** Of every input, or of each: what the network is given, so of scaled data its scaled range. Default all numbers. */
  readonly inputs?: Range | readonly Range[];
  /** Of every entry of the initial states; default 0, where the library starts. Without an end, no state is certain to have one there. */
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

/**
 * A box that no state leaves and an interval of each time constant, for all inputs in a range, all times between samples and any number of
 * sub-steps: the theorem for discrete steps of docs/theory.md, whose two conditions are checked term by term in interval arithmetic
 * rounded outwards. It is about exact arithmetic, and where the equation is defined: of the logarithm of a number below 0 nothing is
 * certain. A program's own rounding may leave the box by a few units in the last place a step. Throws when the cell has no flow, or one
 * that is not affine in its own state, or an option is out of range.
 */
export function certify(model: Model, options: CertifyOptions = {}): Certificate {
  checkNames('certify', options, ['inputs', 'initial']);
  if (!('cell' in model)) throw new Error('certify: this network has several models; networkBounds takes it');
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
  const { box, reached } = invariantBox(system, inputs, initial);
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
        slope: slope ? bounds(slope) : unbounded,
        tau: slope ? timeConstants(slope) : unbounded,
        theorem: free
          ? { range: closedRange(free[unit]!, elsewhere(unit)), tau: closedTimeConstants(free[unit]!) }
          : { range: unbounded, tau: unbounded },
      };
    });
  });
  const flowing = units.filter(({ state }) => system.flowing.has(state));
  const holds = flowing.every(({ range }) => range.lo !== null && range.hi !== null);
  const fastest = flowing.reduce(
    (most, { slope }) => Math.max(most, slope.lo === null ? Number.POSITIVE_INFINITY : -slope.lo),
    0,
  );
  const solver = { name: model.solver.name, ...provenAt(provenFor(model.solver), fastest) };
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

/** What is proven of a solver where rates reach `fastest`, and up to which step; the step is rounded down. */
function provenAt(proven: Proven, fastest: number): Pick<Certificate['solver'], 'proven' | 'largestStep'> {
  if (proven !== 'small steps' || fastest === 0)
    return { proven: proven === 'flow only' ? proven : 'any step', largestStep: null };
  return Number.isFinite(fastest)
    ? { proven, largestStep: div(point(1), point(fastest)).lo }
    : { proven: 'flow only', largestStep: null };
}

function summary(
  holds: boolean,
  { name, proven, largestStep }: Certificate['solver'],
  violation: Violation | undefined,
): string {
  if (!holds) return `no certificate: ${violation!.reason}`;
  if (proven === 'any step') return `certified for ${name} at any step`;
  if (largestStep !== null)
    return `certified for ${name} at sub-steps of at most ${largestStep.toPrecision(4)}, and for the differential equation`;
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
  if (given.length !== inputs)
    throw new Error(`certify: inputs has ${given.length} ranges, but must have ${inputs}, or be one of all`);
  return (given as readonly Range[]).map((range, k) => interval(`certify: inputs[${k}]`, range));
}
