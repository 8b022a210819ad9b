import { inOwnUnits, type Result, type Run } from './report-data.ts';

/** What one of several trainings came to, as plain data. */
export interface Outcome {
  readonly seed: number;
  readonly reason: Run['end']['reason'];
  /** Epochs that ended. */
  readonly epochs: number;
  /** The best epoch on the validation part, whose weights are kept. */
  readonly best: number;
  /** The metric that chose it, at that epoch on the validation part, and on the test part. */
  readonly chosen: { readonly valid: number; readonly test: number };
  /** The data's own metric on the test part, in its own units. */
  readonly test: number;
  /** That, and the baselines, with 95 % intervals where they are known. */
  readonly results?: readonly Result[];
  /** Of training. */
  readonly seconds: number;
}

/** The outcome of a run; the metric that chose the epoch is in the data's own units where it is the data's own. */
export function outcomeOf({ seed, data, options, end, result, rows }: Run): Outcome {
  const { name } = options.metric;
  const own = (value: number) => (name === data.metric ? inOwnUnits(data, value) : value);
  const { valid } = end.history.find(({ epoch }) => epoch === end.epoch)!;
  return {
    seed,
    reason: end.reason,
    epochs: end.history.length,
    best: end.epoch,
    chosen: { valid: own(valid.metric), test: own(result.metrics[name]!.value) },
    test: inOwnUnits(data, result.metrics[data.metric]!.value),
    results: rows,
    seconds: end.seconds,
  };
}
