import { rungeKutta } from './solver.ts';

/** The classical Runge–Kutta method (Kutta 1901). */
export const rk4 = rungeKutta({
  name: 'rk4',
  order: 4,
  stability: 2.785293563,
  c: [0, 1 / 2, 1 / 2, 1],
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
});
