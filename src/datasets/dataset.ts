import type { Labelled } from '../sequences.ts';
import type { Scaler } from './scale.ts';

/** Reads a file of the package's `data` folder by its path there, as it lies there (packed files stay packed). */
export type Read = (path: string) => Promise<Uint8Array>;

/** What a model is asked for at every step: numbers, or one of some classes. */
export type Task = { readonly kind: 'regress' } | { readonly kind: 'classify'; readonly classes: readonly string[] };

/** A figure that gives a model's test result its meaning: the metric of a simpler answer, or a published one. */
export interface Baseline {
  readonly name: string;
  /** The data set's metric over the test part. */
  readonly value: number;
  /** Standard deviation over repeated trainings, where it was published. */
  readonly spread?: number;
  /** How it was found: computed from these data, or the paper that prints it. */
  readonly note: string;
  /** The same of each row of the test part, whose mean is `value`, where it was computed row by row. */
  readonly perRow?: ArrayLike<number>;
}

/** A loaded data set: what training may see, and apart from it the part that only judges. */
export interface Split {
  readonly training: { readonly train: Labelled; readonly valid: Labelled };
  readonly test: Labelled;
  /** One whole recording of the test part as a single sequence, for figures. */
  readonly rollout: Labelled;
  /** Numbers per step of `x`. */
  readonly inputs: number;
  /** Numbers a model gives per step: those of the target, or one per class. */
  readonly outputs: number;
  /** What the inputs went through, to be saved with a model. */
  readonly scaler?: Scaler;
  /** Compute the figures to put beside a test result. */
  baselines(): readonly Baseline[];
}

/** A data set by name: what it holds, and how to load it in the split that results are reported on. */
export interface Dataset {
  readonly name: string;
  readonly title: string;
  readonly task: Task;
  readonly metric: 'mse' | 'accuracy';
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Seconds that dt = 1 stands for. */
  readonly timeUnit: number;
  load(read: Read): Promise<Split>;
}
