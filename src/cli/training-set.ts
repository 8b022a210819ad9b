import type { Split } from '../datasets/dataset.ts';
import type { Scaler } from '../datasets/scale.ts';

/** Data ready to train on, and the words for them. */
export interface TrainingSet {
  readonly name: string;
  readonly title: string;
  /** What was done to the data, in words. */
  readonly notes: readonly string[];
  readonly classes?: readonly string[];
  /** How many inputs are missing, NaN. */
  readonly missing: number;
  readonly metric: 'mse' | 'accuracy';
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Seconds that dt = 1 stands for. */
  readonly timeUnit: number;
  readonly split: Split;
  /** What the target went through; results are told in its own units again. */
  readonly targetScaler?: Scaler;
}
