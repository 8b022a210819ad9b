import type { Precision, Reals } from './reals.ts';
import type { Sequences } from './sequences.ts';

/** What a forward pass gives; arrays are new and belong to the caller. */
export interface Answer {
  /** `(batch, steps, outputs)`, or `(batch, outputs)` when the readout is `last`; 0 at masked steps. */
  readonly outputs: Reals;
  /** State after the last step, `(batch, states)`. */
  readonly final: Reals;
  /** State after every step, `(batch, steps, states)`, when asked for. */
  readonly states?: Reals;
  /** All states after the last step, also those that a caller does not see, `(batch, carried)`: what a pass over later steps goes on from. */
  readonly carry: Reals;
}

/** What a forward pass may be asked for beside the outputs, and start from. */
export interface Wishes {
  /** Keep what a backward pass needs. */
  readonly tape?: boolean;
  /** Return the state after every step. */
  readonly states?: boolean;
  /** Go on from the `carry` of a pass over earlier steps of the same sequences, instead of from `initial`. */
  readonly carry?: ArrayLike<number>;
  /** Seed of the factors of `dropout`, as in training; without it, dropout does nothing. */
  readonly dropout?: number;
  /**
   * Be told all states (as in `carry`) at the end of every step the solver takes, and at equal distances inside it, `refine` times a
   * step, where it knows them there; `share` is how much of the sample has passed.
   */
  readonly points?: {
    readonly refine: number;
    visit(sequence: number, step: number, share: number, state: ArrayLike<number>): void;
  };
}

/** Exact gradients of Σ outputs·cotangent with respect to what went in, shaped like it. */
export interface Gradients {
  readonly x: Reals;
  readonly dt: Reals;
  readonly initial: Reals;
  /** With respect to the carry the pass went on from, or the first states of all kinds, `(batch, carried)`. */
  readonly carry: Reals;
  /** In the order of the model's layout. */
  readonly parameters: Reals;
}

/** What a stream remembers of the samples so far: plain data that survives JSON. */
export interface StreamState {
  /** All states in order: the cell's, then what else must be remembered (the running time, inputs of earlier samples). */
  readonly values: readonly number[];
  /** The time of the last sample, where one was given: samples after it without a time move it on by the model's `timeUnit`. */
  readonly seconds?: number;
  /** Inputs of the last sample, null where they were missing: what {@link Stream.stateAt} holds. */
  readonly x?: readonly (number | null)[];
  /** Where the cell has no flow, the last sample's elapsed time and all states before it: what {@link Stream.stateAt} jumps from. */
  readonly jump?: { readonly dt: number; readonly before: readonly number[] };
  /** Of a stack: the states of its layers, which have all the rest. */
  readonly layers?: readonly StreamState[];
}

/** A network at some time between two samples. */
export interface Moment {
  /** The cell's states. */
  readonly state: readonly number[];
  readonly output: Float32Array | Float64Array;
}

/** One sequence that arrives a sample at a time. */
export interface Stream {
  readonly inputs: number;
  readonly outputs: number;
  /** Seconds that one unit of time is. */
  readonly timeUnit: number;
  /** Whether inputs may be NaN. */
  readonly takesMissing: boolean;
  /**
   * Take a sample in and return the output after it; a readout `last` answers at every sample. `seconds` is the sample's time in
   * seconds; the elapsed time since the one before is counted in the model's `timeUnit`, and is 1 for the first sample, and where no
   * time is given. The array returned is used again by the next push. Throws, and leaves the state as it is, when the number of
   * inputs is wrong, an input or the time is not a finite number, or time runs backwards.
   */
  push(x: ArrayLike<number>, seconds?: number): Float32Array | Float64Array;
  /**
   * The network at a time since the last sample, and before the next one; the stream stays as it is. The inputs of the last sample are
   * held, or `x` is there in their place. A flow goes on from the last sample, without the jumps, which happen at samples only. Where
   * the cell has no flow, the last jump is taken over the longer time: a closed form is followed further, and a cell that does not read
   * dt keeps its state. Throws when there is no sample with a time yet, or `seconds` is before it or not a finite number.
   */
  stateAt(seconds: number, x?: ArrayLike<number>): Moment;
  /** The output of {@link Stream.stateAt} alone; nothing is allocated, and the array returned is used again by the next call. */
  predictAt(seconds: number, x?: ArrayLike<number>): Float32Array | Float64Array;
  /** A copy of the state. */
  readonly state: StreamState;
  /** Go on from a state. Throws when it does not fit the model. */
  restore(state: StreamState): void;
  /** Begin anew: states 0, no time known. */
  reset(): void;
}

/** What a program of any network does: owns parameters, tape and memory. Nothing needs to be released. */
export interface Computation {
  readonly backend: 'wasm' | 'javascript';
  readonly precision: Precision;
  /** Whether relaxed multiply-add is in use. */
  readonly fma: boolean;
  /** Threads in use: those asked for, or 1 where there can be no more. */
  readonly threads: number;
  /** Bytes of memory held. */
  readonly memory: number;
  /** States that a caller sees: entries of one sequence in `initial` and `final`. */
  readonly states: number;
  /** All states: entries of one sequence in a carry. */
  readonly carried: number;
  /** A copy of the present parameters. */
  parameters(): Float64Array;
  /** Change parameters in place; `gradients` are those of the last backward pass. */
  update(change: (parameters: Reals, gradients: Reals) => void): void;
  /** Run sequences. */
  forward(sequences: Sequences, wishes?: Wishes): Answer;
  /**
   * Gradients of the last forward pass with a tape, from the cotangent of its outputs, and of its carry (default 0): at
   * least those `wanted`, by default all.
   */
  backward<K extends keyof Gradients = keyof Gradients>(
    cotangent: ArrayLike<number>,
    carry?: ArrayLike<number>,
    wanted?: readonly K[],
  ): Pick<Gradients, K>;
}

/** A computation of which a stream can be opened. */
export interface Streamed<Open> extends Computation {
  /** Whether a sample may find no step, as where a solver has a driver. */
  readonly mayRefuse: boolean;
  /** Open a stream with the present parameters, each model's by `open`; later updates do not reach it. */
  stream(open: Open): Stream;
}

/** Throws when a carry does not have `wanted` entries. */
export function checkCarry(where: string, carry: ArrayLike<number> | undefined, wanted: number): void {
  if (carry && carry.length !== wanted)
    throw new Error(`${where}: carry has ${carry.length} entries, but this model's sequences carry ${wanted}`);
}
