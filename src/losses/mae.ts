import { type Loss, ofErrors } from './loss.ts';

/** Absolute error, mean over outputs; its derivative where the error is 0 is 0. */
export const mae = (): Loss => ofErrors('mae', Math.abs, Math.sign);
