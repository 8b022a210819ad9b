import { type Loss, ofErrors } from './loss.ts';

/** Squared error, mean over outputs. */
export const mse = (): Loss =>
  ofErrors(
    'mse',
    (error) => error * error,
    (error) => 2 * error,
  );
