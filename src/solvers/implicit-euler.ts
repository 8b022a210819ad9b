import { implicit, type Newton, type Solver } from './solver.ts';

/** Implicit Euler by Newton's method: damps whatever decays, however stiff. */
export const implicitEuler = (options: Newton = {}): Solver =>
  implicit({ name: 'implicit-euler', order: 1, theta: 1 }, options);
