import type { Split } from '../datasets/dataset.ts';
import type { Scaler } from '../datasets/scale.ts';
import type { FileTask } from '../predictor/signature.ts';
import type { Understood } from './understood.ts';

/** Data ready to train on, and the words for them. */
export interface TrainingSet {
  readonly name: string;
  readonly title: string;
  /** What files were understood to hold. */
  readonly understood?: Understood;
  /** What was done to the data, in words. */
  readonly notes: readonly string[];
  readonly classes?: readonly string[];
  /** How many inputs are missing, NaN. */
  readonly missing: number;
  readonly metric: 'mse' | 'accuracy';
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** The columns of a file that the times are from, one or those that make one together. */
  readonly timeNames?: readonly string[];
  /** Seconds that dt = 1 stands for. */
  readonly timeUnit: number;
  readonly split: Split;
  /** What the target went through; results are told in its own units again. */
  readonly targetScaler?: Scaler;
  /** What a model of files answers. */
  readonly task?: FileTask;
  /** The values of columns of text, each of which is an input `NAME=VALUE` that is 1 where it is so and 0 else. */
  readonly encodings?: Readonly<Record<string, readonly string[]>>;
}

/** Data to judge on, without those to train on. */
export type TestSet = Omit<TrainingSet, 'split'> & { readonly split: Omit<Split, 'training'> };
