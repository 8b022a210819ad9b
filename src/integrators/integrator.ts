import { check, checkOptions, finite, type Kinds, numberFrom, positiveNumber, wholeFrom } from '../options.ts';

/** dy/dt: writes the derivative at (t, y) to `out`. Both arrays are the integrator's, which calls again with other ones. */
export type Field = (t: number, y: Float64Array, out: Float64Array) => void;

/** What is integrated, and how closely: the error allowed in a step is rtol·max(|y|, atol/rtol) of each state. */
export interface Integration {
  /** Time at the start. */
  readonly from: number;
  /** Time at the end, which is later. */
  readonly to: number;
  /** State at the start. */
  readonly start: ArrayLike<number>;
  readonly rtol: number;
  /** In the states' units. */
  readonly atol: number;
  /** The most steps, rejected ones too; default 1000000. */
  readonly maxSteps?: number;
}

/** What an integration took. */
export interface Count {
  readonly accepted: number;
  readonly rejected: number;
  /** Calls of the field, those for a Jacobian too. */
  readonly evaluations: number;
}

/** Told every output point in order, the start too; `y` is reused. */
export type Visit = (t: number, y: Float64Array) => void;

/** One of MATLAB's solvers, with its choice of steps and of output points (Shampine and Reichelt 1997, SIAM J. Sci. Comput. 18). */
export interface Integrator {
  readonly name: string;
  /** The lowest of its orders and, in brackets, the highest, as the published experiment names them: RK4(5), ABM1(13). */
  readonly order: string;
  /** Output points of an accepted step, at equal distances. */
  readonly refine: number;
  /** Throws when what is asked for makes no sense, and {@link NoStep} where no step succeeds. */
  integrate(field: Field, of: Integration, visit: Visit): Count;
}

/** What a method is given to make its steps of. */
export interface Problem extends Pick<Integration, 'from' | 'rtol'> {
  /** Counts its calls. */
  readonly field: Field;
  /** The state, which the method moves. */
  readonly y: Float64Array;
  /** The derivative at the start. */
  readonly rate: Float64Array;
  /** atol/rtol: the least size of a state that its allowed error goes by. */
  readonly threshold: number;
  /** The longest step. */
  readonly longest: number;
  /** The largest derivative at the start, as a share of its state or of `threshold`. */
  readonly steepness: number;
}

/** A method on its way through a problem. */
export interface Stepper {
  /** The step to try first, if it is not too long. */
  readonly first: number;
  /** Try a step of length h from t to `end` after `failures` others from t; says whether its error is allowed. */
  attempt(t: number, h: number, end: number, failures: number): boolean;
  /** The step to try after the attempt. */
  next(): number;
  /** Write the state at a share of the attempted step; needed where an integrator refines. */
  inside?(share: number, out: Float64Array): void;
  /** Move `y` to the end of the attempted step. */
  accept(): void;
}

/** An integration ended before its end: no step succeeded, or too many were wanted. */
export class NoStep extends Error {}

/** The distance from 1 to the next number. */
export const EPSILON = 2 ** -52;

/** The distance from |t| to the next number. */
const spacing = (t: number) => Math.max(Number.MIN_VALUE, EPSILON * 2 ** Math.floor(Math.log2(Math.abs(t))));

const kinds: Kinds<Integration> = {
  from: finite,
  to: finite,
  start: {
    wanted: 'at least one number, all finite',
    holds: (value) => {
      const { length } = value as ArrayLike<number>;
      return length > 0 && Array.from(value as ArrayLike<number>).every(Number.isFinite);
    },
  },
  rtol: numberFrom(100 * EPSILON),
  atol: positiveNumber,
  maxSteps: wholeFrom(1),
};

/** An integrator of steps that a method tries: it keeps them between a tenth of the whole and what rounding can tell, and ends at the end. */
export function integrator(
  { name, order, refine }: Pick<Integrator, 'name' | 'order' | 'refine'>,
  method: (problem: Problem) => Stepper,
): Integrator {
  const integrate = (given: Field, of: Integration, visit: Visit): Count => {
    checkOptions(name, of, kinds);
    const { from, to, start, rtol, atol, maxSteps = 1_000_000 } = of;
    check(`${name}: to`, to, { wanted: `later than from, ${from}`, holds: () => to > from });
    let [accepted, rejected, evaluations] = [0, 0, 0];
    const field: Field = (t, y, out) => {
      evaluations++;
      given(t, y, out);
    };
    const y = Float64Array.from(start);
    const [rate, between] = [new Float64Array(y.length), new Float64Array(y.length)];
    field(from, y, rate);
    if (!rate.every(Number.isFinite)) throw new Error(`${name}: the field is not finite at the start, t = ${from}`);
    const [threshold, longest] = [atol / rtol, 0.1 * (to - from)];
    const steepness = rate.reduce(
      (most, v, i) => Math.max(most, Math.abs(v) / Math.max(Math.abs(y[i]!), threshold)),
      0,
    );
    const problem = { field, y, rate, from, rtol, threshold, longest, steepness };
    const { first, attempt, next, inside, accept } = method(problem);
    visit(from, y);
    let [t, wish, failures] = [from, first, 0];
    while (t < to) {
      const shortest = 16 * spacing(t);
      const isLast = 1.1 * Math.max(shortest, Math.min(longest, wish)) >= to - t;
      const h = isLast ? to - t : Math.max(shortest, Math.min(longest, wish));
      const end = isLast ? to : t + h;
      if (accepted + rejected === maxSteps)
        throw stuck(name, t, h, of, 'maxSteps is too small, or the field too stiff');
      if (attempt(t, h, end, failures)) {
        accepted++;
        failures = 0;
        for (let k = 1; k < refine; k++) {
          inside!(k / refine, between);
          visit(t + (k / refine) * (end - t), between);
        }
        accept();
        t = end;
        visit(t, y);
      } else {
        rejected++;
        failures++;
        if (h <= shortest) throw stuck(name, t, h, of, 'the field is not finite there, or changes at once');
      }
      wish = next();
    }
    return { accepted, rejected, evaluations };
  };
  return { name, order, refine, integrate };
}

const stuck = (name: string, t: number, h: number, { from, to }: Integration, why: string) =>
  new NoStep(`${name}: no step succeeds at t = ${t}, between ${from} and ${to}; the one to try is ${h}: ${why}`);
