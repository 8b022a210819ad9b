import { positiveNumber, rate } from '../options.ts';
import { type Optimizer, remembering } from './optimizer.ts';

/** Decay rates of the two moments, and the number that keeps the denominator from 0. */
export interface Moments {
  /** Share of the mean of gradients that is kept; default 0.9. */
  readonly beta1: number;
  /** Share of the mean of their squares that is kept; default 0.999. */
  readonly beta2: number;
  /** Keeps the denominator from 0; default 1e-8. */
  readonly epsilon: number;
}

/** The moments that Kingma and Ba propose. */
export const usual: Moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** What moments may be. */
export const momentKinds = { beta1: rate, beta2: rate, epsilon: positiveNumber };

/** Adam's step for the optimizer `name`, m̂ / (√v̂ + ε) with moments in float64 (Kingma and Ba 2015, algorithm 1). */
export const moments = (name: string, { beta1, beta2, epsilon }: Moments): ((size: number) => Optimizer) => {
  return (size) => {
    const [m, v] = [new Float64Array(size), new Float64Array(size)];
    return remembering(name, { m, v }, (parameters, gradients, learningRate, count) => {
      const rate = learningRate / (1 - beta1 ** count);
      const root = Math.sqrt(1 - beta2 ** count);
      for (let i = 0; i < size; i++) {
        const g = gradients[i]!;
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        parameters[i] = parameters[i]! - (rate * m[i]!) / (Math.sqrt(v[i]!) / root + epsilon);
      }
    });
  };
};
