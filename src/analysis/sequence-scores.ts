import { type Loss, targetWidth } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Labelled } from '../sequences.ts';
import { type AnswerShape, rowsOf } from '../training/rows.ts';

/** Numbers a sequence, and how much each counts. */
export interface SequenceScores {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** The metric of every sequence by itself; one without a row that counts has weight 0, and scores 0. */
export function sequenceScores(
  metric: Metric,
  outputs: ArrayLike<number>,
  data: Labelled,
  { outputs: n, when }: AnswerShape,
  loss: Pick<Loss, 'target' | 'outputsPerTarget'>,
): SequenceScores {
  const { batch, perSequence, weights } = rowsOf(data, when);
  const width = targetWidth(loss, n);
  const totals = sums(weights, batch);
  const values = totals.map((total, sequence) => {
    if (total === 0) return 0;
    const of = (all: ArrayLike<number>, wide: number) =>
      Float64Array.from({ length: perSequence * wide }, (_, i) => all[sequence * perSequence * wide + i]!);
    const own = of(weights, 1);
    return metric.measure({
      kind: loss.target,
      outputs: of(outputs, n),
      n,
      target: of(data.target, width),
      width,
      weights: own,
      mean: (term) => own.reduce((sum, weight, row) => (weight === 0 ? sum : sum + weight * term(row)), 0) / total,
    }).value;
  });
  return { values, weights: totals };
}

/** The mean over sequences of numbers that every row has, such as its error. */
export function meansOfSequences(rows: ArrayLike<number>, data: Labelled, when: AnswerShape['when']): SequenceScores {
  const { batch, perSequence, weights } = rowsOf(data, when);
  const totals = sums(weights, batch);
  const values = totals.map((total, sequence) => {
    let sum = 0;
    for (let row = sequence * perSequence; row < (sequence + 1) * perSequence; row++)
      if (weights[row] !== 0) sum += weights[row]! * rows[row]!;
    return total === 0 ? 0 : sum / total;
  });
  return { values, weights: totals };
}

function sums(weights: Float64Array, batch: number): Float64Array {
  const each = weights.length / batch;
  return Float64Array.from({ length: batch }, (_, sequence) =>
    weights.subarray(sequence * each, (sequence + 1) * each).reduce((sum, weight) => sum + weight, 0),
  );
}

/** The mean of scores, each sequence counted as often as `times` says: of a metric that is a mean over rows, the metric. */
export function weighted({ values, weights }: SequenceScores, times: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const weight = times[k]! * weights[k]!;
    sum += weight * values[k]!;
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}
