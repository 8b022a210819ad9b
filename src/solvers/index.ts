import { euler } from './euler.ts';
import { exponential } from './exponential.ts';
import { heun } from './heun.ts';
import { rk4 } from './rk4.ts';
import { semiImplicit } from './semi-implicit.ts';
import type { Solver } from './solver.ts';

/** Every solver by name. */
export const solvers = {
  euler,
  heun,
  rk4,
  'semi-implicit': semiImplicit,
  exponential,
} satisfies Record<string, Solver>;
