/** A batch of sequences in row-major `(batch, steps, features)` order, and what is known of their time. */
export interface Sequences {
  readonly batch: number;
  readonly steps: number;
  /** Inputs `(batch, steps, inputs)`. */
  readonly x: ArrayLike<number>;
  /** Elapsed time of each step in units of the model's `timeUnit`, `(batch, steps)`; default 1. Not read where `mask` is 0. */
  readonly dt?: ArrayLike<number>;
  /** `(batch, steps)`: 1 = this step exists; 0 = it does not: state kept, output 0, loss weight 0, gradients 0, whatever `x`, `dt` and the target hold there. */
  readonly mask?: ArrayLike<number>;
  /** State before the first step, `(batch, states)`; default 0. */
  readonly initial?: ArrayLike<number>;
}

/** Sequences with what a model should answer to them. */
export interface Labelled extends Sequences {
  /** Wanted outputs: `(batch, steps, outputs)` numbers or `(batch, steps)` class numbers; without the steps axis when the readout is `last`. */
  readonly target: ArrayLike<number>;
  /** `(batch, steps)` weights of the loss, or `(batch)` when the readout is `last`; default 1. */
  readonly weights?: ArrayLike<number>;
}
