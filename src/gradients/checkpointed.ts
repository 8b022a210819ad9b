import { check, wholeFrom } from '../options.ts';
import type { GradientMethod } from './gradient.ts';
import { windowed } from './windowed.ts';

/**
 * Backpropagation through time from states kept at the borders of `segments` (default √steps), each of which runs again on the way back:
 * the exact gradient for one more forward pass, in memory of order √steps (Chen, Xu, Zhang, Guestrin 2016).
 */
export const checkpointed = (segments?: number): GradientMethod & { readonly segments?: number } => {
  if (segments !== undefined) check('checkpointed: segments', segments, wholeFrom(1));
  return {
    name: 'checkpointed',
    ...(segments === undefined ? {} : { segments }),
    of: (program) =>
      windowed('checkpointed', program, (steps) => Math.ceil(steps / (segments ?? Math.sqrt(steps))), true),
  };
};
