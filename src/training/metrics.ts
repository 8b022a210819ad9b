import type { Labelled } from '../sequences.ts';
import { type AnswerShape, rowsOf, weightedMean } from './rows.ts';

/** What answers are judged by: an error per output, or a score of a row of outputs against a class. */
export type Metric =
  | {
      readonly name: string;
      readonly better: 'lower' | 'higher';
      readonly target: 'numbers';
      error(output: number, target: number): number;
    }
  | {
      readonly name: string;
      readonly better: 'lower' | 'higher';
      readonly target: 'classes';
      /** Score of the `n` outputs that start at `from`. */
      score(outputs: ArrayLike<number>, from: number, n: number, wanted: number): number;
    };

/** Mean squared error. */
const mse: Metric = { name: 'mse', better: 'lower', target: 'numbers', error: (y, target) => (y - target) ** 2 };

/** Mean absolute error. */
const mae: Metric = { name: 'mae', better: 'lower', target: 'numbers', error: (y, target) => Math.abs(y - target) };

/** Share of rows whose largest output (the first of equals) is the class wanted, 0 to 1. */
const accuracy: Metric = {
  name: 'accuracy',
  better: 'higher',
  target: 'classes',
  score(outputs, from, n, wanted) {
    let best = from;
    for (let at = from + 1; at < from + n; at++) if (outputs[at]! > outputs[best]!) best = at;
    return best - from === wanted ? 1 : 0;
  },
};

/** The metrics by name. */
export const metrics = { accuracy, mse, mae } satisfies Record<string, Metric>;

/** A metric over the rows that count: its mean, and for targets that are numbers the mean of each output. */
export interface Score {
  readonly value: number;
  readonly perOutput?: readonly number[];
}

/** Judge `outputs` (shaped as `shape` says) against the targets; rows are weighted as in the loss. */
export const measureMetric = (
  metric: Metric,
  outputs: ArrayLike<number>,
  data: Labelled,
  { outputs: n, when }: AnswerShape,
): Score => {
  const rows = rowsOf(data, when);
  if (metric.target === 'classes') {
    return { value: weightedMean(rows, (row) => metric.score(outputs, row * n, n, data.target[row]!)) };
  }
  const perOutput = Array.from({ length: n }, (_, k) =>
    weightedMean(rows, (row) => metric.error(outputs[row * n + k]!, data.target[row * n + k]!)),
  );
  return { value: perOutput.reduce((sum, value) => sum + value, 0) / n, perOutput };
};
