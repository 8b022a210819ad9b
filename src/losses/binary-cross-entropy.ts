import { evaluate } from '../backends/elementary.ts';
import { checkNames } from '../options.ts';
import { checkWeights, type Loss } from './loss.ts';

const { sigmoid, softplus } = evaluate;

/**
 * Minus the logarithm of the probability of each label, which is sigmoid(output), in nats, mean over outputs. Large
 * outputs do not overflow. A label between 0 and 1 is a share of both. `positiveWeights`, one per output, say how often
 * a yes counts; the mean divides by the number of outputs all the same.
 */
export const binaryCrossEntropy = (
  options: { readonly positiveWeights?: readonly number[] | undefined } = {},
): Loss => {
  checkNames('binary-cross-entropy', options, ['positiveWeights']);
  const { positiveWeights } = options;
  if (positiveWeights) checkWeights('binary-cross-entropy: positiveWeights', positiveWeights);
  return {
    name: 'binary-cross-entropy',
    target: 'labels',
    ...(positiveWeights && { outputs: positiveWeights.length }),
    row(outputs, target, row, n, scale, cotangent) {
      let sum = 0;
      for (let k = 0; k < n; k++) {
        const at = row * n + k;
        const z = outputs[at]!;
        const yes = (positiveWeights?.[k] ?? 1) * target[at]!;
        const no = 1 - target[at]!;
        sum += yes * softplus(-z) + no * softplus(z);
        cotangent[at] = (scale / n) * (no * sigmoid(z) - yes * sigmoid(-z));
      }
      return sum / n;
    },
  };
};
