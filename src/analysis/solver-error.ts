import { hasFlow } from '../cells/cell.ts';
import type { Model } from '../model.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import type { Tolerances } from '../solvers/solver.ts';
import { tsit5 } from '../solvers/tsit5.ts';

/** How finely a model steps, as its options say it. */
export type Steps = { readonly unfolds: number } | { readonly maxStep: number };

/** The error of a model's solver on some sequences. All errors are shares of the largest state. */
export interface SolverError {
  /** The largest error of any state after any sample. */
  readonly error: number;
  /** The same of each state. */
  readonly perState: Float64Array;
  /** How far two references are apart: what `error` may be wrong by. */
  readonly uncertainty: number;
  /** The fewest sub-steps (or longest) whose error is at most the one wanted, within a twentieth, and their error; run, not guessed. */
  readonly enough?: Steps & { readonly error: number };
}

/** Tight enough that the reference's error is near rounding; as many steps as a stiff model asks for. */
const tight: Required<Tolerances> = { rtol: 1e-11, atol: 1e-13, maxSteps: 1_000_000 };

/** The most sub-steps, or parts of the largest step, that are tried. */
const MOST = 65536;

/**
 * The error of a model's solver against `dopri5` at a tolerance of 1e-11, which takes as short steps as a stiff flow needs, and is
 * itself compared with `tsit5`. With `wanted`, also how many sub-steps would reach that error, found at the solver's order. Throws when
 * the cell has no flow, or the wanted error is out of reach.
 */
export function solverError(
  model: Model,
  sequences: Sequences,
  { wanted }: { readonly wanted?: number } = {},
): SolverError {
  const { cell, solver, maxStep, ...rest } = model;
  if (!hasFlow(cell)) throw new Error(`solverError: cell "${cell.name}" has no flow, so it needs no solver`);
  const [reference, second] = [dopri5, tsit5].map((make) =>
    statesOf({ ...rest, cell, solver: make(tight), unfolds: 1 }, sequences),
  ) as [Float64Array, Float64Array];
  const states = reference.length / (sequences.batch * sequences.steps);
  const compare = (given: Float64Array) => compared(given, reference, states);
  const perState = compare(statesOf(model, sequences));
  const error = greatest(perState);
  const uncertainty = greatest(compare(second));
  if (wanted === undefined) return { error, perState, uncertainty };
  if (!(wanted > uncertainty))
    throw new Error(
      `solverError: wanted is ${wanted}, but must be a number above ${uncertainty}, which the reference is uncertain by`,
    );
  const stepsOf = (parts: number): Steps => (maxStep === undefined ? { unfolds: parts } : { maxStep: maxStep / parts });
  const errorOf = (parts: number) => {
    try {
      return greatest(compare(statesOf({ ...rest, cell, solver, ...stepsOf(parts) } as Model, sequences)));
    } catch {
      // The model as it is ran on these sequences, so what fails is the solver: its steps are too long to find an end.
      return Number.POSITIVE_INFINITY;
    }
  };
  const enough = search(maxStep === undefined ? model.unfolds : 1, error, solver.order, wanted, errorOf);
  return { error, perState, uncertainty, enough: { ...stepsOf(enough.parts), error: enough.error } };
}

/** States after every sample, masked ones too: they keep the state. */
const statesOf = (model: Model, sequences: Sequences): Float64Array =>
  Float64Array.from(program(model, { precision: 'float64' }).forward(sequences, { states: true }).states!);

/** The largest difference of each state, over the largest entry of all; Infinity where one is not a number. */
function compared(given: Float64Array, wanted: Float64Array, states: number): Float64Array {
  const errors = new Float64Array(states);
  let largest = 0;
  for (let k = 0; k < wanted.length; k++) {
    largest = Math.max(largest, Math.abs(wanted[k]!));
    const difference = Math.abs(given[k]! - wanted[k]!);
    errors[k % states] = Math.max(
      errors[k % states]!,
      Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference,
    );
  }
  return errors.map((error) => (error === 0 ? 0 : error / largest));
}

const greatest = (values: Float64Array) => values.reduce((a, b) => Math.max(a, b), 0);

/** The fewest parts with an error of at most `wanted`, within a twentieth; each guess is where the order says that it is met. */
function search(
  parts: number,
  error: number,
  order: number,
  wanted: number,
  errorOf: (parts: number) => number,
): { parts: number; error: number } {
  let tooFew = 0;
  let enough: { parts: number; error: number } | undefined;
  let [at, found] = [parts, error];
  for (;;) {
    if (found <= wanted) enough = { parts: at, error: found };
    else tooFew = at;
    if (enough && enough.parts - tooFew <= Math.max(1, enough.parts / 20)) return enough;
    if (tooFew === MOST)
      throw new Error(`solverError: ${MOST} sub-steps have an error of ${found}, which is still above ${wanted}`);
    const guess = Math.ceil(at * (found / wanted) ** (1 / order));
    // Not beyond what is known, nor trusting an order that does not hold yet.
    const [least, most] = [tooFew + 1, enough ? enough.parts - 1 : Math.min(MOST, 8 * tooFew)];
    const middle = enough ? Math.ceil((least + most) / 2) : most;
    at = guess >= least && guess <= most ? guess : guess < least ? least : middle;
    found = errorOf(at);
  }
}
