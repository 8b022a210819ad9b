import { pairwiseSum } from './pairwise-sum.ts';

/** Euclidean norm of a flat array, in float64 and in an order fixed by its length. */
export const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(pairwiseSum(values.length, (i) => values[i]! * values[i]!));

/** Scale `gradients` in place so that their norm, which is `length`, is at most `limit`. */
export const clipNorm = (gradients: Float32Array | Float64Array, length: number, limit: number): void => {
  if (!(length > limit)) return;
  const scale = limit / length;
  for (let i = 0; i < gradients.length; i++) gradients[i] = gradients[i]! * scale;
};
