import { evaluate } from '../backends/elementary.ts';
import { checkOptions, positiveNumber } from '../options.ts';
import type { Loss } from './loss.ts';

const { sigmoid, softplus } = evaluate;

/**
 * Minus the logarithm of the density of the targets under a Gaussian of their own each, in nats, without the constant
 * ½ ln 2π, mean over targets (Nix and Weigend 1994). A row's outputs are its means, one per target, and then as many raw
 * scales: variance = softplus(raw) + epsilon. `epsilon` (default 1e-6) keeps a target that is met exactly from making
 * the loss fall without end.
 */
export const gaussian = (options: { readonly epsilon?: number | undefined } = {}): Loss => {
  checkOptions('gaussian', options, { epsilon: positiveNumber });
  const { epsilon = 1e-6 } = options;
  const variance = (raw: number) => softplus(raw) + epsilon;
  return {
    name: 'gaussian',
    target: 'numbers',
    outputsPerTarget: 2,
    deviation: (outputs, row, n, k) => Math.sqrt(variance(outputs[row * n + n / 2 + k]!)),
    row(outputs, target, row, n, scale, cotangent) {
      const width = n / 2;
      let sum = 0;
      for (let k = 0; k < width; k++) {
        const [mean, raw] = [row * n + k, row * n + width + k];
        const error = outputs[mean]! - target[row * width + k]!;
        const v = variance(outputs[raw]!);
        const share = (error * error) / v;
        sum += (Math.log(v) + share) / 2;
        cotangent[mean] = (scale / width) * (error / v);
        cotangent[raw] = (scale / width) * (((1 - share) / (2 * v)) * sigmoid(outputs[raw]!));
      }
      return sum / width;
    },
  };
};
