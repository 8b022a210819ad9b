import { print } from '../equation/print.ts';
import { euler } from '../solvers/euler.ts';
import { exponential } from '../solvers/exponential.ts';
import { heun } from '../solvers/heun.ts';
import { semiImplicit } from '../solvers/semi-implicit.ts';
import type { Solver } from '../solvers/solver.ts';

/** For which steps of a solver the theorem for discrete steps is proven: all, those with h·rate ≤ 1, or the differential equation only. */
export type Proven = 'any step' | 'small steps' | 'flow only';

/** The texts that the proofs in docs/theory.md are about. */
const proofs = new Map<string, Proven>([
  [print(semiImplicit.step), 'any step'],
  [print(exponential.step), 'any step'],
  [print(euler.step), 'small steps'],
  [print(heun.step), 'small steps'],
]);

/** What is proven of a solver, by its text: a solver that was loaded from a file, or has another name, is what it says. */
export const provenFor = ({ step, drive }: Solver): Proven =>
  drive ? 'flow only' : (proofs.get(print(step)) ?? 'flow only');
