import { embedded } from './embedded.ts';

/** MATLAB's ode23: the pair of Bogacki and Shampine 1989, Applied Mathematics Letters 2. */
export const ode23 = embedded({
  name: 'ode23',
  order: '2(3)',
  refine: 1,
  a: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  error: [-5 / 72, 1 / 12, 1 / 9, -1 / 8],
  errorOrder: 3,
});
