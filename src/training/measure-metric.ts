import { type Loss, targetWidth } from '../losses/loss.ts';
import type { Metric, Score } from '../metrics/metric.ts';
import type { Labelled } from '../sequences.ts';
import { type AnswerShape, rowsOf, weightedMean } from './rows.ts';

/** Judge `outputs` (shaped as `shape` says) against targets as `loss` has them; rows are weighted by `mask` and `weights`. */
export const measureMetric = (
  metric: Metric,
  outputs: ArrayLike<number>,
  data: Labelled,
  { outputs: n, when }: AnswerShape,
  loss: Pick<Loss, 'target' | 'outputsPerTarget'>,
): Score => {
  const rows = rowsOf(data, when);
  return metric.measure({
    kind: loss.target,
    outputs,
    n,
    target: data.target,
    width: targetWidth(loss, n),
    weights: rows.weights,
    mean: (term) => weightedMean(rows, term),
  });
};
