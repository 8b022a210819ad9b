import { type Moments, momentKinds, moments, usual } from './moments.ts';
import { type Given, type OptimizerRule, settled } from './optimizer.ts';

/** Adam with bias-corrected moments; defaults `beta1` 0.9, `beta2` 0.999, `epsilon` 1e-8 (Kingma and Ba 2015). */
export const adam = (options: Given<Moments> = {}): OptimizerRule => {
  const name = 'adam';
  return { name, start: moments(name, settled(name, options, usual, momentKinds)) };
};
