import type { Answer, Gradients } from '../computation.ts';
import type { Reals } from '../reals.ts';
import type { Sequences } from '../sequences.ts';

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
