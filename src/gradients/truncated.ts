import { check, wholeFrom } from '../options.ts';
import type { GradientMethod } from './gradient.ts';
import { windowed } from './windowed.ts';

/**
 * Truncated backpropagation through time: windows of `length` steps (default 32, as in the paper of liquid time-constant networks) through
 * which the state goes on, but no gradient goes back. Memory grows with the window; what a window owes to earlier ones is left out.
 */
export const truncated = (length = 32): GradientMethod & { readonly length: number } => {
  check('truncated: length', length, wholeFrom(1));
  return { name: 'truncated', length, of: (program) => windowed('truncated', program, () => length, false) };
};
