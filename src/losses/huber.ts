import { checkOptions, positiveNumber } from '../options.ts';
import { type Loss, ofErrors } from './loss.ts';

/** Half the squared error up to `delta` (default 1), beyond it a line of slope `delta`; mean over outputs (Huber 1964). */
export const huber = (options: { readonly delta?: number | undefined } = {}): Loss => {
  checkOptions('huber', options, { delta: positiveNumber });
  const { delta = 1 } = options;
  return ofErrors(
    'huber',
    (error) => (Math.abs(error) < delta ? (error * error) / 2 : delta * (Math.abs(error) - delta / 2)),
    (error) => Math.max(-delta, Math.min(delta, error)),
  );
};
