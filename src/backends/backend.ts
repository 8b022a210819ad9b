import type { Compiled } from '../compiler/compile.ts';
import type { Precision, Reals } from '../reals.ts';

export type { Precision, Reals };

/**
 * What a walk through the samples of a block, which stand one behind the other, is told, in this order. First positions, in scalars: of the
 * first sample; of the frame before the first of them, or after the last; forward, of the frame for the states after the first event;
 * backward, of the states' cotangents after the last, of a place for those before an event, which change, and of the row for the elements
 * of the gradient region at the end, their lanes added (0: for none). Then numbers: of samples; forward, 1 where each event has a frame
 * behind the last (a tape), 0 where two change places; backward, 1 where the gradient region is zeroed first.
 */
export const walks = {
  forward: ['samples', 'frame', 'next', 'steps', 'tape'],
  backward: ['samples', 'frame', 'cotangent', 'before', 'row', 'steps', 'fresh'],
} as const;

/** One of the ways to walk. */
export type Direction = keyof typeof walks;

/** A block's way in a direction. */
export type Way<D extends Direction> = Readonly<Record<(typeof walks)[D][number], number>>;

/** 32-bit words of a list of walks: one for each shard, where its blocks begin, and one for the end; then these for each block. */
export const LISTED = 8;

/** Where threads find what they share, in scalars: see `Arena`. */
export interface Workplace {
  readonly table: number;
  readonly scratch: number;
  readonly gradient: number;
  readonly threadSize: number;
}

/** A compiled model that can run: its memory, and its kernels. Positions count scalars from the start of `scalars`. */
export interface Machine {
  /** All memory; read it anew after `reserve`. */
  readonly scalars: Reals;
  /** Where the static region starts. */
  readonly start: number;
  /** Where the program may put everything else. */
  readonly free: number;
  /** Make room for this many scalars in all. */
  reserve(scalars: number): void;
  /** Run a kernel with the positions of its regions, each at its `POINTER`. */
  run(kernel: string, pointers: Int32Array): void;
  /** Threads that walk. */
  readonly threads: number;
  /**
   * Walks blocks without the host: those of a shard in order, shards in any order and on as many threads as there are. Absent where the
   * host must walk.
   */
  walk?<D extends Direction>(direction: D, shards: readonly (readonly Way<D>[])[], at: Workplace): void;
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
  /** `threads`, by default 1, are the most that walk. */
  build(
    compiled: Compiled,
    options: { readonly precision: Precision; readonly fma: boolean; readonly threads?: number },
  ): Machine;
}
