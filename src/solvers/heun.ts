import { rungeKutta } from './solver.ts';

/** Heun's method, the explicit trapezoid. */
export const heun = rungeKutta({ name: 'heun', order: 2, stability: 2, c: [0, 1], a: [[], [1]], b: [1 / 2, 1 / 2] });
