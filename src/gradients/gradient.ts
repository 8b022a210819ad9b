import type { Computed } from '../compute.ts';
import type { Answer, Gradients, Wishes } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** A way to get gradients of a program: what it keeps of a forward pass, and what it computes again. As JSON it is its name and numbers. */
export interface GradientMethod {
  readonly name: string;
  /** The method at work on a program. Throws when the program's model is none it can go back through. */
  of(program: Computed): Reversible;
}

/** A program that can go back over the sequences it ran last, which must not change meanwhile. */
export interface Reversible {
  /** Run sequences, as in training when `dropout` is a seed. */
  forward(sequences: Sequences, wishes?: Pick<Wishes, 'carry' | 'dropout'>): Answer;
  /** Gradients over the last forward pass, from the cotangents of its outputs and of its carry (default 0): at least those `wanted`. */
  backward<K extends keyof Gradients = keyof Gradients>(
    cotangent: ArrayLike<number>,
    carry?: ArrayLike<number>,
    wanted?: readonly K[],
  ): Pick<Gradients, K>;
  /** The most bytes held so far: the program's memory, and the states kept beside it. */
  readonly memory: number;
}

/** What a forward pass left to go back over. Throws when there was none, or the cotangent is not shaped like its outputs. */
export function checkCotangent<Past extends { readonly rows: { readonly size: number } }>(
  past: Past | undefined,
  cotangent: ArrayLike<number>,
): Past {
  if (!past) throw new Error('backward: there was no forward pass to go back over; call forward(sequences) first');
  if (cotangent.length === past.rows.size) return past;
  throw new Error(`backward: the cotangent has ${cotangent.length} entries, but the outputs have ${past.rows.size}`);
}
