import { positiveNumber, rate, truth } from '../options.ts';
import { type Given, type OptimizerRule, remembering, settled } from './optimizer.ts';

/** What the mean square remembers, and what of its last step a step repeats. */
export interface RmspropOptions {
  /** Share of the mean square that is kept; default 0.99. */
  readonly alpha: number;
  /** Keeps the denominator from 0; default 1e-8. */
  readonly epsilon: number;
  /** Share of the velocity that is kept; default 0. */
  readonly momentum: number;
  /** Divide by the deviation of the gradient from its mean, not by its root mean square; default false. */
  readonly centered: boolean;
}

/**
 * The gradient over the root of its running mean square s (Tieleman and Hinton 2012, lecture 6.5), with velocity
 * v ← momentum · v + g / (√s + ε) (Graves 2013, with ε outside the root, as PyTorch has it).
 */
export const rmsprop = (options: Given<RmspropOptions> = {}): OptimizerRule => {
  const name = 'rmsprop';
  const defaults: RmspropOptions = { alpha: 0.99, epsilon: 1e-8, momentum: 0, centered: false };
  const kinds = { alpha: rate, epsilon: positiveNumber, momentum: rate, centered: truth };
  const { alpha, epsilon, momentum, centered } = settled(name, options, defaults, kinds);
  return {
    name,
    start(size) {
      const square = new Float64Array(size);
      const mean = new Float64Array(centered ? size : 0);
      const velocity = new Float64Array(momentum > 0 ? size : 0);
      return remembering(name, { square, mean, velocity }, (parameters, gradients, learningRate) => {
        for (let i = 0; i < size; i++) {
          const g = gradients[i]!;
          square[i] = alpha * square[i]! + (1 - alpha) * g * g;
          let spread = square[i]!;
          if (centered) {
            mean[i] = alpha * mean[i]! + (1 - alpha) * g;
            // Never below 0 in exact numbers; rounding may carry it there when all gradients are equal.
            spread = Math.max(0, spread - mean[i]! * mean[i]!);
          }
          let step = g / (Math.sqrt(spread) + epsilon);
          if (momentum > 0) {
            velocity[i] = momentum * velocity[i]! + step;
            step = velocity[i]!;
          }
          parameters[i] = parameters[i]! - learningRate * step;
        }
      });
    },
  };
};
