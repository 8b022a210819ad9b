import type { Precision, Reals } from '../backends/backend.ts';
import type { Gradients } from '../passes/backward-pass.ts';
import type { Answer, Wishes } from '../passes/forward-pass.ts';
import type { Sequences } from '../sequences.ts';
import type { Stream } from '../streaming.ts';

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
  /** Open a stream with the present parameters; later updates do not reach it. */
  stream(): Stream;
}

/** Throws when a carry does not have `wanted` entries. */
export function checkCarry(where: string, carry: ArrayLike<number> | undefined, wanted: number): void {
  if (carry && carry.length !== wanted)
    throw new Error(`${where}: carry has ${carry.length} entries, but this model's sequences carry ${wanted}`);
}

/** How the parts of a network pass sequences on. What a forward pass leaves behind for a backward pass is its own. */
export interface Course {
  /** Run every part by `run`; `draw` is what factors of dropout are drawn from. */
  forward(
    sequences: Sequences,
    run: (part: number, sequences: Sequences) => Answer,
    draw: (() => number) | undefined,
  ): { readonly outputs: Reals; readonly answers: readonly Answer[] };
  /** Take every part back by `run`. */
  backward(
    cotangent: ArrayLike<number>,
    run: (part: number, cotangent: ArrayLike<number>) => Gradients,
  ): Pick<Gradients, 'x' | 'dt'>;
}
