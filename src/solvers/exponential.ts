import { solver } from './solver.ts';

/** Exponential Euler: exact while slope and rest stand still; phi(z) = (e^z − 1)/z. */
export const exponential = solver({
  name: 'exponential',
  order: 1,
  stability: Number.POSITIVE_INFINITY,
  step: `x' = exp(dt*slope)*x + dt*phi(dt*slope)*rest`,
});
