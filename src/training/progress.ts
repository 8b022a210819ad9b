import type { OptimizerState } from '../optimizers/optimizer.ts';
import type { EpochEvent } from './events.ts';

/** Where a training stands, as plain data: enough to go on exactly there, because orders and dropout follow from seed and epoch. */
export interface Progress {
  /** The epoch under way, from 1; one more than there are when the last has ended. */
  readonly epoch: number;
  /** Minibatches of it that are learned from. */
  readonly batch: number;
  /** Over those minibatches: of losses times weights, of weights, of gradient norms. */
  readonly sums: { readonly loss: number; readonly weight: number; readonly norm: number };
  readonly parameters: Float64Array;
  readonly optimizer: OptimizerState;
  /** The best epoch so far, and its parameters. */
  readonly best?:
    | {
        readonly epoch: number;
        readonly loss: number;
        readonly metric: number;
        readonly parameters: Float64Array;
      }
    | undefined;
  /** Epochs that ended. */
  readonly history: readonly EpochEvent[];
  /** Spent in training. */
  readonly seconds: number;
}
