import { dopri5 } from './dopri5.ts';
import { euler } from './euler.ts';
import { exponential } from './exponential.ts';
import { exponentialMidpoint } from './exponential-midpoint.ts';
import { heun } from './heun.ts';
import { implicitEuler } from './implicit-euler.ts';
import { rk4 } from './rk4.ts';
import { semiImplicit } from './semi-implicit.ts';
import type { Solver } from './solver.ts';
import { trapezoid } from './trapezoid.ts';
import { tsit5 } from './tsit5.ts';

/** Every solver by name, with its default options. */
export const solvers = {
  euler,
  heun,
  rk4,
  'semi-implicit': semiImplicit,
  exponential,
  'exponential-midpoint': exponentialMidpoint,
  'implicit-euler': implicitEuler(),
  trapezoid: trapezoid(),
  dopri5: dopri5(),
  tsit5: tsit5(),
} satisfies Record<string, Solver>;
