import { implicit, type Newton, type Solver } from './solver.ts';

/** The implicit trapezoid by Newton's method: stable however stiff, but what decays fast swings around its rest from step to step. */
export const trapezoid = (options: Newton = {}): Solver =>
  implicit({ name: 'trapezoid', order: 2, theta: 1 / 2 }, options);
