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
  /** Run a kernel with the positions of its regions, in the order of `POINTERS`. */
  run(kernel: string, pointers: Int32Array): void;
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
}
