import type { Compiled } from '../compiler/compile.ts';

export type Precision = 'float32' | 'float64';

/** A compiled model that can run: its memory, and its kernels. Positions count scalars from the start of `scalars`. */
export interface Machine {
  /** All memory; read it anew after `reserve`. */
  readonly scalars: Float32Array | Float64Array;
  /** Where the static region starts. */
  readonly start: number;
  /** Where the program may put everything else. */
  readonly free: number;
  /** Make room for this many scalars in all. */
  reserve(scalars: number): void;
  /** Run a kernel with the positions of its regions, each at its `POINTER`. */
  run(kernel: string, pointers: Int32Array): void;
}

/** The prepared values of a static array, by its name. */
export type Statics = (name: string) => ArrayLike<number>;

/** A compiled model that one sequence runs through, a sample a call. Its arrays are read and written in place. */
export interface Sampler {
  /** The sample's inputs. */
  readonly input: Float32Array | Float64Array;
  /** 1 for each input that the sample has, 0 for each that is missing; where the model tells them apart. */
  readonly seen?: Float32Array | Float64Array;
  /** One entry: the sample's elapsed time. */
  readonly dt: Float32Array | Float64Array;
  /** One entry: 1 over the sample's number of sub-steps. */
  readonly fraction: Float32Array | Float64Array;
  /** The output after the sample. */
  readonly output: Float32Array | Float64Array;
  /** All states as they lie here: what was copied from it, and is copied back, brings them back. */
  readonly states: Float32Array | Float64Array;
  /** A copy of all states in order, those that a caller does not see last. */
  values(): number[];
  /** Number of states that a caller sees. */
  readonly visible: number;
  restore(values: ArrayLike<number>): void;
  /** Take the sample in, in so many sub-steps. */
  advance(steps: number): void;
  /** Let the sample's time pass, in so many sub-steps: of what jumps, only what a caller does not see. */
  flow(steps: number): void;
}

/** A way to run compiled models. */
export interface Backend {
  readonly name: 'wasm' | 'javascript';
  /** Whether this engine can run it. */
  isAvailable(): boolean;
  /** Whether this engine has the relaxed multiply-add that the backend would use. */
  hasFma(): boolean;
  /** Scalars that one element of the gradient region takes. */
  gradientWidth(precision: Precision): number;
  build(compiled: Compiled, options: { readonly precision: Precision; readonly fma: boolean }): Machine;
  /** A sampler that keeps a copy of the static arrays; its state is 0. */
  sampler(
    compiled: Compiled,
    statics: Statics,
    options: { readonly precision: Precision; readonly fma: boolean },
  ): Sampler;
}
