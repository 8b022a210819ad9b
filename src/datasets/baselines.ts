/** Rows of numbers, `(rows, width)`, row-major. */
export interface Rows {
  readonly rows: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

/** Added to the diagonal of the normal equations, relative to their largest entry: enough to solve columns that depend on each other, too little to be seen in a figure. */
const RIDGE = 1e-12;

/** What the linear map, with a constant, that fits the training rows best answers to rows; `penalty` weighs the squares of its weights. */
export function linearAnswers(
  train: { x: Rows; target: Rows },
  x: Rows,
  penalty = 0,
): (row: number, output: number) => number {
  const fitted = leastSquares(train.x, train.target, penalty);
  return (row, output) => affine(x, row, fitted[output]!);
}

/** The mean over outputs of the squared difference between the target and an answer, of each row. */
export function squares({ rows, width, values }: Rows, answer: (row: number, output: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let output = 0; output < width; output++) sum += (answer(row, output) - values[row * width + output]!) ** 2;
    return sum / width;
  });
}

/** Mean squared difference between the target and an answer per row and output. */
export function meanSquare(target: Rows, answer: (row: number, output: number) => number): number {
  const { rows, width, values } = target;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < width; output++) sum += (answer(row, output) - values[row * width + output]!) ** 2;
  }
  return sum / (rows * width);
}

/** A baseline's mean squared error, and that of each row. */
export const squared = (target: Rows, answer: (row: number, output: number) => number) => ({
  value: meanSquare(target, answer),
  perRow: squares(target, answer),
});

/**
 * Windows of `steps` rows as rows of the last `lags` observations, the latest first; before the start of a window there are zeros.
 * (So are the published multi-lag figures of cheetah made: lags that reach back beyond the window do better by 0.06.)
 */
export function lagged({ rows, width, values }: Rows, steps: number, lags: number): Rows {
  const out = new Float64Array(rows * width * lags);
  for (let row = 0; row < rows; row++) {
    for (let lag = 0; lag < lags && lag <= row % steps; lag++) {
      for (let i = 0; i < width; i++) out[(row * lags + lag) * width + i] = values[(row - lag) * width + i]!;
    }
  }
  return { rows, width: width * lags, values: out };
}

/** The mean of each column. */
export function columnMeans({ rows, width, values }: Rows): number[] {
  const means = new Array<number>(width).fill(0);
  for (let at = 0; at < rows * width; at++) means[at % width]! += values[at]! / rows;
  return means;
}

/** The share of rows whose class (0 or 1, one number a row) is what `answer` says. */
export function accuracy(target: ArrayLike<number>, answer: (row: number) => number): number {
  let right = 0;
  for (let row = 0; row < target.length; row++) if (answer(row) === target[row]) right++;
  return right / target.length;
}

/** The accuracy of answering always with the class that is the more frequent one in training. */
export function majorityAccuracy(train: ArrayLike<number>, test: ArrayLike<number>): number {
  const majority = accuracy(train, () => 1) > 0.5 ? 1 : 0;
  return accuracy(test, () => majority);
}

/** Answer 1 where one column is above `at`: the threshold that is right most often in training, and its accuracy on the test rows. */
export function thresholdOn(
  column: number,
  train: { x: Rows; target: ArrayLike<number> },
  test: { x: Rows; target: ArrayLike<number> },
): { readonly at: number; readonly accuracy: number } {
  const value = ({ width, values }: Rows, row: number): number => values[row * width + column]!;
  const order = Array.from({ length: train.x.rows }, (_, row) => row).sort(
    (a, b) => value(train.x, a) - value(train.x, b),
  );
  let right = order.filter((row) => train.target[row] === 1).length;
  let most = right;
  let at = Number.NEGATIVE_INFINITY;
  order.forEach((row, i) => {
    right += train.target[row] === 0 ? 1 : -1;
    const here = value(train.x, row);
    const next = i + 1 < order.length ? value(train.x, order[i + 1]!) : here + 1;
    if (next > here && right > most) {
      most = right;
      at = (here + next) / 2;
    }
  });
  return { at, accuracy: accuracy(test.target, (row) => (value(test.x, row) > at ? 1 : 0)) };
}

/** Accuracy on the test rows of logistic regression fitted to the training rows (classes 0 and 1) by Newton's method. */
export function logisticAccuracy(
  train: { x: Rows; target: ArrayLike<number> },
  test: { x: Rows; target: ArrayLike<number> },
): number {
  const { x, target } = train;
  const size = x.width + 1;
  const weights = new Float64Array(size);
  for (let iteration = 0; iteration < 50; iteration++) {
    const curvature = new Float64Array(size * size);
    const slope = new Float64Array(size);
    for (let row = 0; row < x.rows; row++) {
      const chance = 1 / (1 + Math.exp(-affine(x, row, weights)));
      accumulate(curvature, x, row, chance * (1 - chance));
      for (let i = 0; i < size; i++) slope[i]! += (target[row]! - chance) * entry(x, row, i);
    }
    const [step] = solve(curvature, [slope]);
    for (let i = 0; i < size; i++) weights[i]! += step![i]!;
    if (step!.every((value) => Math.abs(value) < 1e-9)) break;
  }
  return accuracy(test.target, (row) => (affine(test.x, row, weights) > 0 ? 1 : 0));
}

/** Steps of the multinomial fit, more than the rows of this package's data need. */
const MOST_STEPS = 200;
/** A fit has ended when no weight moves by more. */
const STILL = 1e-3;

/**
 * The classes that multinomial logistic regression, fitted to the training rows, whose targets are class numbers, answers to rows, with a penalty of half the sum of
 * squared weights (not of the constants). Steps go by the bound ½·xxᵀ of the curvature, which never overshoots (Böhning 1992, Annals of the Institute of Statistical Mathematics 44, 197–200).
 */
export function logisticAnswers(
  { x, target }: { x: Rows; target: Rows },
  asked: Rows,
  classes: number,
): (row: number) => number {
  const size = x.width + 1;
  const bound = new Float64Array(size * size);
  for (let row = 0; row < x.rows; row++) accumulate(bound, x, row, 0.5);
  for (let i = 0; i < x.width; i++) bound[i * size + i]! += 1;
  const solved = factored(bound);
  const weights = Array.from({ length: classes }, () => new Float64Array(size));
  const scores = new Float64Array(classes);
  for (let step = 0; step < MOST_STEPS; step++) {
    const slopes = weights.map((each) => each.map((weight, i) => (i < x.width ? -weight : 0)));
    for (let row = 0; row < x.rows; row++) {
      for (let k = 0; k < classes; k++) scores[k] = affine(x, row, weights[k]!);
      const most = scores.reduce((a, b) => Math.max(a, b));
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += scores[k] = Math.exp(scores[k]! - most);
      for (let k = 0; k < classes; k++) {
        const missed = Number(target.values[row] === k) - scores[k]! / sum;
        const slope = slopes[k]!;
        for (let i = 0; i < size; i++) slope[i]! += missed * entry(x, row, i);
      }
    }
    let moved = 0;
    slopes.forEach((slope, k) => {
      solved(slope).forEach((change, i) => {
        weights[k]![i]! += change;
        moved = Math.max(moved, Math.abs(change));
      });
    });
    if (moved < STILL) break;
  }
  return (row) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (affine(asked, row, weights[k]!) > affine(asked, row, weights[best]!)) best = k;
    return best;
  };
}

/** For each output the weights of the inputs and, last, the constant. */
function leastSquares(x: Rows, target: Rows, penalty: number): Float64Array[] {
  const size = x.width + 1;
  const products = new Float64Array(size * size);
  const sides = Array.from({ length: target.width }, () => new Float64Array(size));
  for (let row = 0; row < x.rows; row++) {
    accumulate(products, x, row, 1);
    for (let output = 0; output < target.width; output++) {
      const wanted = target.values[row * target.width + output]!;
      for (let i = 0; i < size; i++) sides[output]![i]! += entry(x, row, i) * wanted;
    }
  }
  for (let i = 0; i < x.width; i++) products[i * size + i]! += penalty;
  return solve(products, sides);
}

/** Number `i` of a row that ends with a 1. */
function entry(x: Rows, row: number, i: number): number {
  return i < x.width ? x.values[row * x.width + i]! : 1;
}

function affine(x: Rows, row: number, weights: Float64Array): number {
  let sum = weights[x.width]!;
  for (let i = 0; i < x.width; i++) sum += weights[i]! * x.values[row * x.width + i]!;
  return sum;
}

/** Add weight · row · rowᵀ to the lower triangle. */
function accumulate(products: Float64Array, x: Rows, row: number, weight: number): void {
  const size = x.width + 1;
  for (let i = 0; i < size; i++) {
    const left = weight * entry(x, row, i);
    for (let j = 0; j <= i; j++) products[i * size + j]! += left * entry(x, row, j);
  }
}

/** Solve a symmetric positive system, given by its lower triangle (overwritten), for several right sides. */
const solve = (lower: Float64Array, sides: readonly Float64Array[]): Float64Array[] => sides.map(factored(lower));

/** What solves a symmetric positive system, given by its lower triangle (overwritten), for a right side, by Cholesky's method. */
function factored(lower: Float64Array): (side: Float64Array) => Float64Array {
  const size = Math.sqrt(lower.length);
  const largest = lower.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < size; i++) {
    lower[i * size + i]! += largest * RIDGE;
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, largest * RIDGE)) : sum / lower[j * size + j]!;
    }
  }
  return (side) => {
    const y = side.slice();
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) y[i]! -= lower[i * size + k]! * y[k]!;
      y[i]! /= lower[i * size + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) y[i]! -= lower[k * size + i]! * y[k]!;
      y[i]! /= lower[i * size + i]!;
    }
    return y;
  };
}
