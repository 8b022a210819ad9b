import { parse } from '../equation/parse.ts';
import type { Equation } from '../equation/tree.ts';
import { check, checkOptions, type Kinds, numberFrom, positiveNumber, wholeFrom } from '../options.ts';

/**
 * A solver that advances a flow by one sub-step, written as text in the equation language: `x` is every state at once, `dt` the
 * sub-step, `field(…)` the right-hand side of the flow at other states, `slope`, `rest` the split dx/dt = slope·x + rest at x, and
 * `slope(…)`, `rest(…)` at other states.
 */
export interface Solver {
  readonly name: string;
  readonly order: number;
  readonly step: Equation;
  /** Real-axis stability limit of dt·rate for x' = −rate·x, or Infinity. */
  readonly stability: number;
  /** What no text of fixed length says. With it, `step` is the flow itself, and a loop over it takes the sub-step. */
  readonly drive?: Drive;
}

/** How a loop over the flow takes a sub-step; plain data. */
export type Drive = ImplicitDrive | AdaptiveDrive;

/** x' = x + dt·((1 − theta)·field(x) + theta·field(x')), solved for x' by Newton's method. */
export interface ImplicitDrive {
  readonly kind: 'implicit';
  /** From 0 (excluded) to 1. */
  readonly theta: number;
  /** The most iterations of a sub-step; one that has not settled then is an error. */
  readonly iterations: number;
}

/** An embedded Runge–Kutta pair whose last stage stands at the new state, with steps as long as their estimated error allows. */
export interface AdaptiveDrive extends Required<Tolerances> {
  readonly kind: 'adaptive';
  /** Rows of the table; the last one is the weights of the new state. */
  readonly a: readonly (readonly number[])[];
  /** Weights of the stages in the estimated error over dt. */
  readonly error: readonly number[];
  /** State inside a step: x + dt·Σ p_k(θ)·k_k at the share θ of it; p_k(θ) = Σ dense[k][m]·θ^(m+1). */
  readonly dense: readonly (readonly number[])[];
}

/** How an adaptive solver chooses its steps. */
export interface Tolerances {
  /** Error allowed in a step, as a share of each state; default 1e-6. No less is asked for than the precision in use can tell. */
  readonly rtol?: number;
  /** Error allowed in a step beside that, in the states' units; default 1e-9. */
  readonly atol?: number;
  /** The most steps in a sample, rejected ones too; default 10000. */
  readonly maxSteps?: number;
}

/** Whether a solver chooses its own steps, so that sub-steps only bound them. */
export const isAdaptive = ({ drive }: Solver): boolean => drive?.kind === 'adaptive';

/** A solver from its text; `stability` is the largest stable dt·rate on the test equation. Throws when its drive makes no sense. */
export function solver(given: { name: string; order: number; stability: number; step: string; drive?: Drive }): Solver {
  if (given.drive) checkDrive(given.name, given.drive);
  return { ...given, step: parse(given.step, given.name) };
}

/** A Butcher tableau: node times c, stage rows a, weights b. */
export interface Tableau {
  readonly name: string;
  readonly order: number;
  readonly stability: number;
  readonly c: readonly number[];
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
}

const sum = (row: readonly number[]) => row.reduce((total, v) => total + v, 0);
const combination = (row: readonly number[], stage: (k: number) => string) =>
  row.flatMap((v, k) => (v === 0 ? [] : [v === 1 ? stage(k) : `${v}*${stage(k)}`])).join(' + ');

/** Check that the rows of a table add up to its nodes and reach back only. */
function checkRows(name: string, { c, a }: Pick<Tableau, 'c' | 'a'>): void {
  c.forEach((node, k) => {
    if (Math.abs(sum(a[k] ?? []) - node) > 1e-12)
      throw new Error(`${name}: row ${k} of a adds up to ${sum(a[k] ?? [])}, but c[${k}] is ${node}`);
    if ((a[k] ?? []).length > k)
      throw new Error(`${name}: row ${k} of a has ${a[k]!.length} entries; an explicit method has at most ${k}`);
  });
}

/** An explicit Runge–Kutta method. Throws when the rows of its table do not add up (Σ a = c, Σ b = 1). */
export function rungeKutta({ name, order, stability, c, a, b }: Tableau): Solver {
  checkRows(name, { c, a });
  if (Math.abs(sum(b) - 1) > 1e-12) throw new Error(`${name}: b adds up to ${sum(b)}, but must add up to 1`);
  const stage = (k: number) => `k${k + 1}`;
  const lines = c.map((_, k) => {
    const shift = combination(a[k]!, stage);
    return `${stage(k)} = field(${shift ? `x + dt*(${shift})` : 'x'})`;
  });
  return solver({ name, order, stability, step: [...lines, `x' = x + dt*(${combination(b, stage)})`].join('\n') });
}

/** The text of a driven solver: the flow itself. */
const flow = `x' = field(x)`;

/** A table of which the last stage stands at the new state, so that its row is the weights. */
export type Pair = Omit<Tableau, 'b'> & Pick<AdaptiveDrive, 'error' | 'dense'>;

const tolerances: Kinds<Tolerances> = { rtol: numberFrom(0), atol: positiveNumber, maxSteps: wholeFrom(1) };

/** An adaptive solver from an embedded pair; `order` and `stability` are those of its steps. Throws when its rows do not add up, or an option is out of range. */
export function embedded({ name, order, stability, c, a, error, dense }: Pair, options: Tolerances): Solver {
  checkOptions(name, options, tolerances);
  checkRows(name, { c, a });
  const { rtol = 1e-6, atol = 1e-9, maxSteps = 10_000 } = options;
  const drive = { kind: 'adaptive', a, error, dense, rtol, atol, maxSteps } as const;
  return solver({ name, order, stability, step: flow, drive });
}

/** How far an implicit solver goes to solve its equation. */
export interface Newton {
  /** The most iterations of a sub-step, beyond which it is an error; default 20. */
  readonly iterations?: number;
}

const newton: Kinds<Newton> = { iterations: wholeFrom(1) };

/** An implicit solver that weighs the flow at the new state by `theta`. Throws when a number or an option is out of range. */
export function implicit(
  { theta, ...named }: Pick<Solver, 'name' | 'order'> & Pick<ImplicitDrive, 'theta'>,
  options: Newton,
): Solver {
  checkOptions(named.name, options, newton);
  const { iterations = 20 } = options;
  return solver({
    ...named,
    stability: Number.POSITIVE_INFINITY,
    step: flow,
    drive: { kind: 'implicit', theta, iterations },
  });
}

function checkDrive(name: string, drive: Drive): void {
  const where = `solver "${name}"`;
  const wants = (field: string, value: number, wanted: string, holds: boolean) =>
    check(`${where}: ${field}`, value, { wanted, holds: () => holds });
  if (drive.kind === 'implicit') {
    const { theta, iterations } = drive;
    wants('theta', theta, 'above 0 and at most 1', theta > 0 && theta <= 1);
    checkOptions(where, { iterations }, newton);
    return;
  }
  const { a, error, dense, rtol, atol, maxSteps } = drive;
  checkOptions(where, { rtol, atol, maxSteps }, tolerances);
  const stages = a.length;
  const table = (row: string, wanted: number, value: number) =>
    wants(row, value, `${wanted}`, Math.abs(value - wanted) <= 1e-12);
  wants('the number of stages', stages, 'at least 2', stages >= 2);
  a.forEach((row, k) => {
    wants(`the length of row ${k} of a`, row.length, `${k}`, row.length === k);
  });
  table('the sum of the last row of a', 1, sum(a.at(-1)!));
  wants('the length of error', error.length, `${stages}`, error.length === stages);
  table('the sum of error', 0, sum(error));
  wants('the length of dense', dense.length, `${stages}`, dense.length === stages);
  dense.forEach((row, k) => {
    table(`the sum of row ${k} of dense`, a.at(-1)![k] ?? 0, sum(row));
  });
}
