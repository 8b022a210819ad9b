import { rungeKutta } from './solver.ts';

/** Explicit Euler. */
export const euler = rungeKutta({ name: 'euler', order: 1, stability: 2, c: [0], a: [[]], b: [1] });
