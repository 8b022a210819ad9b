import { type OptimizerRule, restoreArrays } from './optimizer.ts';

/** Decay rates of the two moments, and the number that keeps the denominator from 0. */
export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam, step = m̂ / (√v̂ + ε), moments in float64 (Kingma and Ba 2015, algorithm 1). */
export const adam = ({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): OptimizerRule => ({
  name: 'adam',
  start(size) {
    const m = new Float64Array(size);
    const v = new Float64Array(size);
    let steps = 0;
    return {
      step(parameters, gradients, learningRate) {
        steps++;
        const rate = learningRate / (1 - beta1 ** steps);
        const root = Math.sqrt(1 - beta2 ** steps);
        for (let i = 0; i < size; i++) {
          const g = gradients[i]!;
          m[i] = beta1 * m[i]! + (1 - beta1) * g;
          v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
          parameters[i] = parameters[i]! - (rate * m[i]!) / (Math.sqrt(v[i]!) / root + epsilon);
        }
      },
      state: () => ({ step: steps, arrays: { m: m.slice(), v: v.slice() } }),
      restore(state) {
        restoreArrays('adam', { m, v }, state);
        steps = state.step;
      },
    };
  },
});
