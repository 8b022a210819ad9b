import { dopri5 } from '../solvers/dopri5.ts';
import type { AdaptiveDrive } from '../solvers/solver.ts';
import { embedded } from './embedded.ts';

const { a, error } = dopri5().drive as AdaptiveDrive;

/**
 * MATLAB's ode45: the pair of Dormand and Prince 1980, with four output points a step from MATLAB's own quartic, which is not the
 * interpolant of dopri5.
 */
export const ode45 = embedded({
  name: 'ode45',
  order: '4(5)',
  refine: 4,
  a,
  error,
  errorOrder: 5,
  dense: [
    [1, -183 / 64, 37 / 12, -145 / 128],
    [0, 0, 0, 0],
    [0, 1500 / 371, -1000 / 159, 1000 / 371],
    [0, -125 / 32, 125 / 12, -375 / 64],
    [0, 9477 / 3392, -729 / 106, 25515 / 6784],
    [0, -11 / 7, 11 / 3, -55 / 28],
    [0, 3 / 2, -4, 5 / 2],
  ],
});
