import { type AdaptiveDrive, adaptive, type Tolerances, tolerances } from '../drivers/adaptive.ts';
import type { DriverKind } from '../drivers/driver.ts';
import { type ImplicitDrive, implicit as implicitDriver, type Newton, newton } from '../drivers/implicit.ts';
import { parse } from '../equation/parse.ts';
import type { Equation } from '../equation/tree.ts';
import { checkOptions } from '../options.ts';

/**
 * A solver that advances a flow by one sub-step, written as text in the equation language: `x` is every state at once, `dt` the
 * sub-step, `field(…)` the right-hand side of the flow at other states, `slope`, `rest` the split dx/dt = slope·x + rest at x, and
 * `slope(…)`, `rest(…)` at other states.
 */
export interface Solver {
  readonly name: string;
  readonly order: number;
  readonly step: Equation;
  /** Real-axis stability limit of dt·rate on the test equation x' = −rate·x, or Infinity. */
  readonly stability: number;
  /** What no text of fixed length says. With it, `step` is the flow itself, and a loop over it takes the sub-step. */
  readonly drive?: Drive;
  /** What makes that loop, beside a drive. */
  readonly driver?: DriverKind<Drive>;
}

export type { AdaptiveDrive, ImplicitDrive, Newton, Tolerances };

/** How a loop over the flow takes a sub-step; plain data. */
export type Drive = ImplicitDrive | AdaptiveDrive;

/** Whether a solver chooses its own steps, so that sub-steps only bound them. */
export const isAdaptive = ({ drive }: Solver): boolean => drive?.kind === 'adaptive';

/** A solver from its text. Throws when its drive makes no sense, or has no driver. */
export function solver(given: Omit<Solver, 'step'> & { readonly step: string }): Solver {
  const { name, drive, driver } = given;
  if (drive && !driver)
    throw new Error(`solver "${name}": drive is given, but no driver; rivulet/drivers has one named "${drive.kind}"`);
  if (drive) driver!.check(name, drive);
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

/** An adaptive solver from an embedded pair; `order` and `stability` are those of its steps. Throws when its rows do not add up, or an option is out of range. */
export function embedded({ name, order, stability, c, a, error, dense }: Pair, options: Tolerances): Solver {
  checkOptions(name, options, tolerances);
  checkRows(name, { c, a });
  const { rtol = 1e-6, atol = 1e-9, maxSteps = 10_000 } = options;
  const drive = { kind: 'adaptive', a, error, dense, rtol, atol, maxSteps } as const;
  return solver({ name, order, stability, step: flow, drive, driver: adaptive });
}

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
    driver: implicitDriver,
  });
}
