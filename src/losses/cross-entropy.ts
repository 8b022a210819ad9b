import { checkNames } from '../options.ts';
import { checkWeights, type Loss } from './loss.ts';

/**
 * Minus the logarithm of the softmax probability of the class, in nats. Large outputs do not overflow. With
 * `classWeights` a row counts as often as its class says, also in what the sum is divided by.
 */
export const crossEntropy = (options: { readonly classWeights?: readonly number[] | undefined } = {}): Loss => {
  checkNames('cross-entropy', options, ['classWeights']);
  const { classWeights } = options;
  if (classWeights) checkWeights('cross-entropy: classWeights', classWeights);
  return {
    name: 'cross-entropy',
    target: 'classes',
    ...(classWeights && { outputs: classWeights.length, weight: (target, row) => classWeights[target[row]!]! }),
    row(outputs, target, row, n, scale, cotangent) {
      const from = row * n;
      const wanted = from + target[row]!;
      let max = -Infinity;
      for (let at = from; at < from + n; at++) max = Math.max(max, outputs[at]!);
      let sum = 0;
      for (let at = from; at < from + n; at++) sum += Math.exp(outputs[at]! - max);
      for (let at = from; at < from + n; at++) {
        cotangent[at] = scale * (Math.exp(outputs[at]! - max) / sum - (at === wanted ? 1 : 0));
      }
      return Math.log(sum) + (max - outputs[wanted]!);
    },
  };
};
