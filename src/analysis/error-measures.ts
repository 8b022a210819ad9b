/** How far predicted numbers are from the true ones, in their own unit. */
export interface ErrorMeasures {
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Mean of predicted − true: how much too high they are. */
  readonly bias: number;
  /** The share of the variance that is explained, 1 − MSE/variance, up to 1; below 0 the mean would do better, NaN where nothing varies. */
  readonly r2: number;
}

/** Measure predicted numbers by the true ones; NaN where there is none. */
export function errorMeasures(truth: ArrayLike<number>, predicted: ArrayLike<number>): ErrorMeasures {
  const n = truth.length;
  if (predicted.length !== n)
    throw new Error(`errorMeasures: ${predicted.length} numbers are predicted, but ${n} are true; wanted as many`);
  let [mean, squares, sizes, bias] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const error = predicted[i]! - truth[i]!;
    mean += truth[i]! / n;
    squares += error ** 2 / n;
    sizes += Math.abs(error) / n;
    bias += error / n;
  }
  let variance = 0;
  for (let i = 0; i < n; i++) variance += (truth[i]! - mean) ** 2 / n;
  if (n === 0) return { rmse: Number.NaN, mae: Number.NaN, bias: Number.NaN, r2: Number.NaN };
  return { rmse: Math.sqrt(squares), mae: sizes, bias, r2: variance > 0 ? 1 - squares / variance : Number.NaN };
}
