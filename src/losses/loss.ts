/** What training makes small: a number per row of outputs, with its derivative. */
export interface Loss {
  readonly name: string;
  /** What a row's target holds: numbers, one class number from 0, or a label from 0 (no) to 1 (yes) per output. */
  readonly target: 'numbers' | 'classes' | 'labels';
  /** Outputs for each number of the target; default 1. */
  readonly outputsPerTarget?: number;
  /** The number of outputs it was made for; default any. */
  readonly outputs?: number;
  /** How often row number `row` counts, times the data's own weight; default once. */
  weight?(target: ArrayLike<number>, row: number): number;
  /** The standard deviation that row number `row` states for number `k` of its target, where the outputs state one. */
  deviation?(outputs: ArrayLike<number>, row: number, n: number, k: number): number;
  /**
   * Loss of row number `row`, whose `n` outputs start at `row · n`, and its target at `row · targetWidth(loss, n)`.
   * Writes `scale` times the derivative with respect to the outputs into `cotangent` at their places.
   */
  row(
    outputs: ArrayLike<number>,
    target: ArrayLike<number>,
    row: number,
    n: number,
    scale: number,
    cotangent: Float32Array | Float64Array,
  ): number;
}

/** Numbers of target in a row of a model with this many outputs. */
export const targetWidth = (
  { target, outputsPerTarget = 1 }: Pick<Loss, 'target' | 'outputsPerTarget'>,
  outputs: number,
) => (target === 'classes' ? 1 : outputs / outputsPerTarget);

/** A loss that is the mean over outputs of a function of output − target; `slope` is the derivative of `value`. */
export const ofErrors = (name: string, value: (error: number) => number, slope: (error: number) => number): Loss => ({
  name,
  target: 'numbers',
  row(outputs, target, row, n, scale, cotangent) {
    let sum = 0;
    for (let at = row * n; at < (row + 1) * n; at++) {
      const error = outputs[at]! - target[at]!;
      sum += value(error);
      cotangent[at] = (scale / n) * slope(error);
    }
    return sum / n;
  },
});

/** Refuse numbers that are not finite or below 0; `option` names them in the error. */
export const checkWeights = (option: string, weights: readonly number[]): void => {
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) throw new Error(`${option}[${bad}] is ${weights[bad]}; wanted a finite number, 0 or more`);
  if (!weights.some((weight) => weight > 0)) throw new Error(`${option} is [${weights}]; wanted one above 0`);
};
