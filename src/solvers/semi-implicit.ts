import { solver } from './solver.ts';

/** The fused solver: the state's linear occurrences are taken at the new time (Hasani et al. 2021, eq. 2 and 3). */
export const semiImplicit = solver({
  name: 'semi-implicit',
  order: 1,
  stability: Number.POSITIVE_INFINITY,
  step: `x' = (x + dt*rest)/(1 - dt*slope)`,
});
