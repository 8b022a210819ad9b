import { rate, truth } from '../options.ts';
import { type Given, type OptimizerRule, remembering, settled } from './optimizer.ts';

/** How much of its last step a step repeats, and whether the gradient is that after the repeated part. */
export interface SgdOptions {
  /** Share of the velocity that is kept; default 0. */
  readonly momentum: number;
  /** Nesterov's accelerated gradient; needs momentum; default false. */
  readonly nesterov: boolean;
}

/**
 * Gradient descent with velocity v ← momentum · v + g, whose step is v, or g + momentum · v with `nesterov` (Sutskever,
 * Martens, Dahl and Hinton 2013, with the learning rate outside the velocity, as PyTorch has it).
 */
export const sgd = (options: Given<SgdOptions> = {}): OptimizerRule => {
  const name = 'sgd';
  const { momentum, nesterov } = settled<SgdOptions>(
    name,
    options,
    { momentum: 0, nesterov: false },
    { momentum: rate, nesterov: truth },
  );
  if (nesterov && momentum === 0)
    throw new Error(`${name}: nesterov is true and momentum is 0; wanted momentum above 0`);
  return {
    name,
    start(size) {
      const velocity = new Float64Array(momentum > 0 ? size : 0);
      return remembering(name, { velocity }, (parameters, gradients, learningRate) => {
        for (let i = 0; i < size; i++) {
          let step = gradients[i]!;
          if (momentum > 0) {
            velocity[i] = momentum * velocity[i]! + step;
            step = nesterov ? step + momentum * velocity[i]! : velocity[i]!;
          }
          parameters[i] = parameters[i]! - learningRate * step;
        }
      });
    },
  };
};
