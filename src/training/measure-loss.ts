import type { Loss } from '../losses/loss.ts';
import type { Labelled } from '../sequences.ts';
import { type AnswerShape, rowsOf, weightedMean } from './rows.ts';

/**
 * Mean loss over the rows that count (by `mask`, `weights` and the loss's own) and the sum of their weights; writes the
 * derivative of that mean with respect to every output into `cotangent`, exactly 0 in rows that do not count.
 */
export const measureLoss = (
  loss: Loss,
  outputs: ArrayLike<number>,
  data: Labelled,
  shape: AnswerShape,
  cotangent: Float32Array | Float64Array,
): { readonly loss: number; readonly weight: number } => {
  const rows = rowsOf(data, shape.when, loss);
  cotangent.fill(0);
  const mean = weightedMean(rows, (row) =>
    loss.row(outputs, data.target, row, shape.outputs, rows.weights[row]! / rows.total, cotangent),
  );
  return { loss: mean, weight: rows.total };
};
