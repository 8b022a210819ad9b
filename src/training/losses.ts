import type { Labelled } from '../sequences.ts';
import { type AnswerShape, rowsOf, weightedMean } from './rows.ts';

/** What training makes small: a number per row of outputs, with its derivative. */
export interface Loss {
  readonly name: string;
  /** What a target holds: a number per output, or one class number per row. */
  readonly target: 'numbers' | 'classes';
  /**
   * Loss of row number `row`, whose `n` outputs start at `row · n` (as do numbers in `target`; its class is `target[row]`).
   * Writes `scale` times the derivative with respect to the outputs into `cotangent` at the same places.
   */
  row(
    outputs: ArrayLike<number>,
    target: ArrayLike<number>,
    row: number,
    n: number,
    scale: number,
    cotangent: Float32Array | Float64Array,
  ): number;
}

/** Squared error, mean over outputs. */
export const mse: Loss = {
  name: 'mse',
  target: 'numbers',
  row(outputs, target, row, n, scale, cotangent) {
    const slope = (2 * scale) / n;
    let sum = 0;
    for (let at = row * n; at < (row + 1) * n; at++) {
      const error = outputs[at]! - target[at]!;
      sum += error * error;
      cotangent[at] = slope * error;
    }
    return sum / n;
  },
};

/** Minus the logarithm of the softmax probability of the class, in nats. Large outputs do not overflow. */
export const crossEntropy: Loss = {
  name: 'cross-entropy',
  target: 'classes',
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

/** The losses by name. */
export const losses = { mse, 'cross-entropy': crossEntropy } satisfies Record<string, Loss>;

/**
 * Mean loss over the rows that count (by `mask` and `weights`) and the sum of their weights; writes the derivative of
 * that mean with respect to every output into `cotangent`, exactly 0 in rows that do not count.
 */
export const measureLoss = (
  loss: Loss,
  outputs: ArrayLike<number>,
  data: Labelled,
  shape: AnswerShape,
  cotangent: Float32Array | Float64Array,
): { readonly loss: number; readonly weight: number } => {
  const rows = rowsOf(data, shape.when);
  cotangent.fill(0);
  const mean = weightedMean(rows, (row) =>
    loss.row(outputs, data.target, row, shape.outputs, rows.weights[row]! / rows.total, cotangent),
  );
  return { loss: mean, weight: rows.total };
};
