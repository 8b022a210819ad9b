import type { Network } from '../network.ts';
import type { Program } from '../program.ts';

/** Training begins. */
export interface StartEvent {
  readonly kind: 'start';
  /** Numbers to learn. */
  readonly parameters: number;
  readonly epochs: number;
  /** Minibatches per epoch. */
  readonly batches: number;
  readonly sequences: { readonly train: number; readonly valid: number };
  readonly loss: string;
  readonly metric: { readonly name: string; readonly better: 'lower' | 'higher' };
  readonly backend: Program['backend'];
  readonly precision: Program['precision'];
  readonly fma: boolean;
  /** What is likely to go wrong, with numbers: an explicit solver that is unstable on the training part. */
  readonly warnings: readonly string[];
  /** Epochs that ended before, where a checkpoint is gone on from. */
  readonly history: readonly EpochEvent[];
}

/** A minibatch was learned from; epochs and batches count from 1. */
export interface BatchEvent {
  readonly kind: 'batch';
  readonly epoch: number;
  readonly batch: number;
  readonly batches: number;
  /** Mean loss of the minibatch, before its step. */
  readonly loss: number;
  /** Norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** Seconds since the start, without the time between a checkpoint and going on from it. */
  readonly seconds: number;
}

/** An epoch ended and the validation part was answered. */
export interface EpochEvent {
  readonly kind: 'epoch';
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss over the epoch's minibatches, each before its step. */
  readonly train: number;
  readonly valid: { readonly loss: number; readonly metric: number };
  /** True when no epoch before was as good on the validation part. */
  readonly best: boolean;
  /** That of the epoch's last step. */
  readonly learningRate: number;
  /** Mean over the epoch's minibatches, before clipping. */
  readonly gradientNorm: number;
  /** Seconds since the start. */
  readonly seconds: number;
}

/** Training is over. */
export interface EndEvent<N extends Network = Network> {
  readonly kind: 'end';
  /** The model with the weights of the best epoch; with the present weights where training was aborted before an epoch ended. */
  readonly model: N;
  /** The best epoch, 0 when none ended. */
  readonly epoch: number;
  readonly reason: 'finished' | 'early-stop' | 'aborted';
  readonly history: readonly EpochEvent[];
  /** Seconds since the start. */
  readonly seconds: number;
}

/** What training tells while it runs. */
export type TrainEvent<N extends Network = Network> = StartEvent | BatchEvent | EpochEvent | EndEvent<N>;
