import { type Loss, ofErrors } from './loss.ts';

/** Half the squared error up to `delta` (default 1), beyond it a line of slope `delta`; mean over outputs (Huber 1964). */
export const huber = ({ delta = 1 }: { readonly delta?: number | undefined } = {}): Loss => {
  if (!(delta > 0 && delta < Infinity)) throw new Error(`huber: delta is ${delta}; wanted a finite number above 0`);
  return ofErrors(
    'huber',
    (error) => (Math.abs(error) < delta ? (error * error) / 2 : delta * (Math.abs(error) - delta / 2)),
    (error) => Math.max(-delta, Math.min(delta, error)),
  );
};
