import { parse } from '../equation/parse.ts';
import type { Equation } from '../equation/tree.ts';

/**
 * A solver that advances a flow by one sub-step, written as text in the equation language: `x` is every state at once, `dt` the
 * sub-step, `field(…)` the right-hand side of the flow at other states, and `slope`, `rest` the split dx/dt = slope·x + rest at x.
 */
export interface Solver {
  readonly name: string;
  readonly order: number;
  readonly step: Equation;
  /** Real-axis stability limit of dt·rate for x' = −rate·x, or Infinity. */
  readonly stability: number;
}

/** A solver from its text; `stability` is the largest stable dt·rate on the test equation. */
export function solver(given: { name: string; order: number; stability: number; step: string }): Solver {
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

/** An explicit Runge–Kutta method. Throws when the rows of its table do not add up (Σ a = c, Σ b = 1). */
export function rungeKutta({ name, order, stability, c, a, b }: Tableau): Solver {
  c.forEach((node, k) => {
    if (Math.abs(sum(a[k] ?? []) - node) > 1e-12)
      throw new Error(`${name}: row ${k} of a adds up to ${sum(a[k] ?? [])}, but c[${k}] is ${node}`);
    if ((a[k] ?? []).length > k)
      throw new Error(`${name}: row ${k} of a has ${a[k]!.length} entries; an explicit method has at most ${k}`);
  });
  if (Math.abs(sum(b) - 1) > 1e-12) throw new Error(`${name}: b adds up to ${sum(b)}, but must add up to 1`);
  const stage = (k: number) => `k${k + 1}`;
  const lines = c.map((_, k) => {
    const shift = combination(a[k]!, stage);
    return `${stage(k)} = field(${shift ? `x + dt*(${shift})` : 'x'})`;
  });
  return solver({ name, order, stability, step: [...lines, `x' = x + dt*(${combination(b, stage)})`].join('\n') });
}
