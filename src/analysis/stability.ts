import { hasFlow } from '../cells/cell.ts';
import { type Bounds, type Certificate, certify } from '../certificates/certify.ts';
import type { Model } from '../model.ts';
import { check, checkNames, numberFrom } from '../options.ts';
import type { Sequences } from '../sequences.ts';
import { solvers } from '../solvers/index.ts';
import { isAdaptive, type Solver } from '../solvers/solver.ts';
import { slopesOf } from '../stability-warning.ts';
import { countOf } from '../timing.ts';
import { gains } from './gains.ts';
import { type SingularStep, short, singularStep } from './singular-step.ts';

/** How fast one entry of a state decays: the rate −slope of its flow dx/dt = slope·x + rest. Null where there is no bound. */
export interface UnitRate {
  readonly state: string;
  /** Its number within the state. */
  readonly unit: number;
  /** Per unit of dt. */
  readonly rate: Bounds;
  /** What the bounds are from: a certificate, the sequences given (where that has none), or neither. */
  readonly by: 'certificate' | 'sequences' | 'no bound';
}

/** How a solver would take the sub-steps of a model. Null stands for: no limit, not known, or no number is enough. */
export interface SolverStability {
  readonly name: string;
  /** The largest sub-step·rate at which what decays does not grow. */
  readonly limit: number | null;
  /** The largest sub-step·rate up to which no step passes the value that a state relaxes to, so that nothing oscillates. */
  readonly monotoneLimit: number | null;
  readonly stable: boolean | null;
  readonly monotone: boolean | null;
  /** The fewest sub-steps of this dt that are stable, and that are monotone. */
  readonly enough: { readonly stable: number | null; readonly monotone: number | null };
}

/** How a model's solver, and every other that takes steps of fixed length, keeps to its stability limit; plain data. */
export interface Stability {
  readonly solver: string;
  readonly dt: number;
  /** Sub-steps of a sample of this dt, and the length of one. */
  readonly subSteps: number;
  readonly step: number;
  readonly units: readonly UnitRate[];
  readonly solvers: readonly SolverStability[];
  /** What this means for the model's own solver; where rates may be 0 or less, that first. */
  readonly verdict: string;
  /** Where the model's own solver may divide by zero, if anywhere, and whether sub-steps are as long. */
  readonly singular?: SingularStep & { readonly reached: boolean };
}

/** What the rates are known by. */
export interface StabilityOptions {
  /** Default `certify(model)`: for all inputs, from states of 0. */
  readonly certificate?: Pick<Certificate, 'units'> | undefined;
  /** Sequences whose slopes stand in where the certificate has no bound; default none, and what is not bounded is not known. */
  readonly sequences?: Sequences | undefined;
}

/**
 * Whether a model's solver is stable and monotone on samples of length `dt`, and which others would be: the sub-step times the rate −slope
 * of every unit, bounded by the model's certificate, against each solver's limit. The limits are those of decay towards a value that
 * stands still. Throws when the cell has no
 * flow, or one that is not affine in its own state.
 */
export function stability(model: Model, dt = 1, options: StabilityOptions = {}): Stability {
  const { cell, solver } = model;
  checkNames('stability', options, ['certificate', 'sequences']);
  check('stability: dt', dt, numberFrom(0));
  if (!hasFlow(cell)) throw new Error(`stability: cell "${cell.name}" has no flow, so no solver takes a step`);
  const subSteps = countOf(model, dt);
  const step = dt / subSteps;
  const units = ratesOf(model, options);
  const fastest = units.reduce((a, b) => (highest(b) > highest(a) ? b : a));
  const listed = Object.values<Solver>(solvers).filter((each) => !isAdaptive(each) && each.name !== solver.name);
  const others = listed.map((each) => judge(each, step, dt, highest(fastest)));
  const own = isAdaptive(solver) ? undefined : judge(solver, step, dt, highest(fastest));
  const singular = singularStep(
    model,
    units.map(({ state, unit, rate }) => ({ state, unit, slope: opposite(rate) })),
  );
  return {
    solver: solver.name,
    dt,
    subSteps,
    step,
    units,
    solvers: own ? [own, ...others] : others,
    verdict: units.every(({ rate }) => rate.lo === 0 && rate.hi === 0)
      ? 'no state decays by itself: all rates are 0, so that what drives a state adds up under any solver'
      : growth(units) +
        (own
          ? verdict(own, { subSteps, step }, fastest)
          : `${solver.name} chooses its own steps by their error, so it keeps within its limit by itself`),
    ...(singular
      ? {
          singular: {
            ...singular,
            message: `${singular.message}; here one is ${short(step)}`,
            reached: step >= singular.step,
          },
        }
      : {}),
  };
}

const highest = ({ rate }: UnitRate) => rate.hi ?? Number.POSITIVE_INFINITY;

/** The rates of all entries of the states that flow. */
function ratesOf(model: Model, { certificate = certify(model), sequences }: StabilityOptions): UnitRate[] {
  const { cell, sizes } = model;
  const certified = new Map(certificate.units.map((unit) => [`${unit.state} ${unit.unit}`, unit.slope]));
  return cell.checked.flow.flatMap(({ left: { name: state } }) => {
    const size = cell.states[state]!.reduce((size, axis) => size * sizes[axis]!, 1);
    const slopes = Array.from(
      { length: size },
      (_, unit) => certified.get(`${state} ${unit}`) ?? { lo: null, hi: null },
    );
    const isBounded = ({ lo, hi }: Bounds) => lo !== null && hi !== null;
    const along = sequences && !slopes.every(isBounded) ? extremes(model, sequences, state, size) : undefined;
    return slopes.map((slope, unit): UnitRate => {
      if (isBounded(slope)) return { state, unit, rate: opposite(slope), by: 'certificate' };
      return { state, unit, rate: opposite(along?.[unit] ?? slope), by: along ? 'sequences' : 'no bound' };
    });
  });
}

const opposite = ({ lo, hi }: Bounds): Bounds => ({ lo: hi === null ? null : 0 - hi, hi: lo === null ? null : 0 - lo });

/** The least and the greatest slope of every entry of a state at the samples that exist. */
function extremes(model: Model, sequences: Sequences, state: string, size: number): Bounds[] {
  const slopes = slopesOf(model, sequences, state)!;
  return Array.from({ length: size }, (_, unit) => {
    let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = unit; k < slopes.length; k += size) {
      if (sequences.mask?.[Math.floor(k / size)] === 0) continue;
      [lo, hi] = [Math.min(lo, slopes[k]!), Math.max(hi, slopes[k]!)];
    }
    return { lo, hi };
  });
}

/** What a solver makes of rates up to `rate` in sub-steps of this length; what holds at any rate holds also where that has no bound. */
function judge(solver: Solver, step: number, dt: number, rate: number): SolverStability {
  const { name, stability: limit } = solver;
  const monotoneLimit = monotoneLimitOf(solver);
  const among = <T>(most: number, always: T, otherwise: () => T): T | null => {
    if (most === Number.POSITIVE_INFINITY) return always;
    return Number.isFinite(rate) ? otherwise() : null;
  };
  const shown = (most: number) => (Number.isFinite(most) ? most : null);
  return {
    name,
    limit: shown(limit),
    monotoneLimit: shown(monotoneLimit),
    stable: among<boolean>(limit, true, () => step * rate < limit),
    monotone: among<boolean>(monotoneLimit, true, () => step * rate <= monotoneLimit),
    enough: {
      stable: among(limit, 1, () => Math.max(1, Math.floor((dt * rate) / limit) + 1)),
      monotone: among(monotoneLimit, 1, () => Math.max(1, Math.ceil((dt * rate) / monotoneLimit))),
    },
  };
}

/** The largest sub-step·rate, of those up to the stability limit, up to which a step does not change the sign of what decays. */
function monotoneLimitOf(solver: Solver): number {
  const gain = gains(solver);
  const firstBelow = (tried: number[]) => gain(tried.map((r) => -r)).findIndex((left) => left < 0);
  // 16 in each factor of ten, from 1e-3 to 1e6.
  let tried = Array.from({ length: 9 * 16 + 1 }, (_, k) => 10 ** (k / 16 - 3)).filter((r) => r < solver.stability);
  let at = firstBelow(tried);
  if (at < 0) return solver.stability;
  let low = 0;
  // Each round keeps an eighth of what is between the last that is fine and the first that is not: sixteen leave next to nothing in float64.
  for (let round = 0; round < 16 && at >= 0; round++) {
    const high = tried[at]!;
    low = tried[at - 1] ?? low;
    const from = low;
    tried = Array.from({ length: 8 }, (_, k) => from + ((high - from) * (k + 1)) / 8);
    at = firstBelow(tried);
  }
  return Number(low.toPrecision(12));
}

/** What a verdict begins with where a state may grow, of which no solver's limit says anything. */
function growth(units: readonly UnitRate[]): string {
  const least = ({ rate }: UnitRate) => rate.lo ?? Number.NEGATIVE_INFINITY;
  const slowest = units.reduce((a, b) => (least(b) < least(a) ? b : a));
  if (least(slowest) >= 0) return '';
  const { state, unit, rate, by } = slowest;
  const low = rate.lo === null ? 'has no lower bound' : `may be as low as −${short(-rate.lo)}`;
  const along = by === 'sequences' ? ' along the sequences' : '';
  return `the rate of ${state}[${unit}] ${low}${along}, and below 0 a state grows under any solver; of what decays, `;
}

/** The verdict on the model's own solver. */
function verdict(
  { name, limit, monotoneLimit, stable, monotone, enough }: SolverStability,
  { subSteps, step }: Pick<Stability, 'subSteps' | 'step'>,
  { state, unit, rate, by }: UnitRate,
): string {
  const taken = `${name} takes ${subSteps} sub-step${subSteps === 1 ? '' : 's'} of ${short(step)}`;
  if (limit === null && monotoneLimit === null)
    return `${taken}, and is stable and monotone whatever the sub-step and the rate of decay`;
  const limits = limit === null ? 'it has no limit' : `its limit is ${short(limit)}`;
  if (rate.hi === null)
    return `${taken}, and ${limits}, but the rate of ${state}[${unit}] has no bound: it can be told along sequences only`;
  const where = `${state}[${unit}]${by === 'sequences' ? ' along the sequences' : ''}`;
  const reached = `${taken}: sub-step·rate is at most ${short(step * rate.hi)} (${where}), ${limits}`;
  if (!stable) return `${reached}, so it may be unstable; ${enough.stable} sub-steps would be enough`;
  if (!monotone)
    return `${reached}, so it is stable, but above ${short(monotoneLimit!)} it may overshoot; ${enough.monotone} sub-steps would be monotone`;
  return `${reached}, so it is stable and${monotoneLimit === limit ? '' : `, up to ${short(monotoneLimit!)},`} monotone`;
}
