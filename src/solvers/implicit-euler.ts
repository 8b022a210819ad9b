import { implicit, type Solver } from './solver.ts';

/** Implicit Euler by Newton's method: damps whatever decays, however stiff. */
export const implicitEuler = ({ iterations = 20 } = {}): Solver =>
  implicit({ name: 'implicit-euler', order: 1, theta: 1, iterations });
