import type { Arrays } from '../formats/arrays.ts';

/** How far one array is from its reference. */
export interface Comparison {
  readonly array: string;
  /** Largest difference over the largest entry of the reference; for `order`, the difference from the stated order. */
  readonly error: number;
  readonly tolerance: number;
  readonly agrees: boolean;
}

/** The comparisons of one backend, precision or solver. */
export interface Run {
  readonly name: string;
  readonly comparisons: readonly Comparison[];
}

/** The outcome of one reference file. */
export type Conformity =
  | {
      readonly kind: 'compared';
      readonly name: string;
      readonly source: string;
      readonly runs: readonly Run[];
      readonly agrees: boolean;
    }
  | { readonly kind: 'skipped'; readonly name: string; readonly why: string };

/** What a reference is compared on. */
export const engines = [
  { name: 'javascript float64', engine: { backend: 'javascript', precision: 'float64' } },
  { name: 'wasm float64', engine: { backend: 'wasm', precision: 'float64' } },
  { name: 'wasm float32', engine: { backend: 'wasm', precision: 'float32' } },
] as const;

/** How far values and gradients may be off between two precisions: the coarser one decides. */
export const toleranceOf = (...precisions: readonly ('float64' | 'float32')[]) =>
  precisions.includes('float32') ? { value: 2e-5, gradient: 2e-4 } : { value: 1e-9, gradient: 1e-9 };

/** Compare two lists of numbers; `size` is what the error is relative to. */
export function compare(
  array: string,
  given: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  size = largest(wanted),
): Comparison {
  if (given.length !== wanted.length) {
    throw new Error(`conform: ${array} has ${given.length} numbers, the reference ${wanted.length}`);
  }
  let error = 0;
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(given[i]! - wanted[i]!);
    if (!(difference <= error)) error = difference;
    if (Number.isNaN(difference)) break;
  }
  const relative = error === 0 ? 0 : error / size;
  return { array, error: relative, tolerance, agrees: relative <= tolerance };
}

function largest(values: ArrayLike<number>): number {
  let size = 0;
  for (let i = 0; i < values.length; i++) size = Math.max(size, Math.abs(values[i]!));
  return size;
}

/** Batch and steps of an array `(batch, steps, features)`. Throws when it has other axes. */
export function extentOf(arrays: Arrays, name: string): { readonly batch: number; readonly steps: number } {
  const { shape } = arrays(name);
  if (shape.length !== 3) throw new Error(`array "${name}" is (${shape.join(', ')}); wanted (batch, steps, features)`);
  return { batch: shape[0]!, steps: shape[1]! };
}
