import { solver } from './solver.ts';

/**
 * Exponential midpoint: exact while slope and rest stand as they do half a step ahead, where exponential Euler arrives. Where the
 * slope is negative, each half moves a state towards −rest/slope without passing it, so a state stays in any interval that holds it
 * and every rest/−slope, whatever the step.
 */
export const exponentialMidpoint = solver({
  name: 'exponential-midpoint',
  order: 2,
  stability: Number.POSITIVE_INFINITY,
  step: `
    half = exp(dt/2*slope)*x + dt/2*phi(dt/2*slope)*rest
    x' = exp(dt*slope(half))*x + dt*phi(dt*slope(half))*rest(half)
  `,
});
