import { check, checkNames, wholeFrom } from '../options.ts';
import { symmetricEigen } from './symmetric-eigen.ts';
import { checkPath, type Path } from './trajectory-length.ts';

/** The directions along which points vary most, the first the most. */
export interface Components {
  /** Mean of the points. */
  readonly mean: Float64Array;
  /** Unit vectors, each with its entry of greatest size positive; as many as were asked for. */
  readonly directions: readonly Float64Array[];
  /** Variance of the points along each direction there is, asked for or not, with n − 1 in the denominator. */
  readonly variances: readonly number[];
  /** Share of each in the variance of all; 0 where nothing varies. */
  readonly explained: readonly number[];
}

/** The components of points, and the points in them. */
export interface PrincipalComponents extends Components {
  /** Every point, less the mean, along each direction: (points, components). */
  readonly scores: readonly Float64Array[];
}

/**
 * Principal components of points, centred and not scaled, as MATLAB's `pca` gives them: by the eigenvectors of their covariance.
 * `components` is how many; default all, which are as many as there are coordinates.
 */
export function principalComponents(points: Path, options: { readonly components?: number } = {}): PrincipalComponents {
  checkNames('principalComponents', options, ['components']);
  checkPath('principalComponents', points);
  const { components = points[0]!.length } = options;
  const spread = covariance(points[0]!.length);
  for (const point of points) spread.add(point, 0);
  const of = spread.components(components);
  return {
    ...of,
    scores: points.map((point) => {
      const scores = new Float64Array(of.directions.length);
      project(of, point, 0, scores);
      return scores;
    }),
  };
}

/** Write the scores of a point, which begins at place `at` of `values`, to `out`. */
export function project({ mean, directions }: Components, values: ArrayLike<number>, at: number, out: Float64Array) {
  for (let c = 0; c < directions.length; c++) {
    const direction = directions[c]!;
    let score = 0;
    for (let i = 0; i < direction.length; i++) score += (values[at + i]! - mean[i]!) * direction[i]!;
    out[c] = score;
  }
}

/** A covariance that grows with every point it is told, for points that are never stored. */
export interface Covariance {
  /** The next point: `dimension` numbers of `values`, from place `at` on. */
  add(values: ArrayLike<number>, at: number): void;
  /** The first `count` components of the points so far, of which there must be two; fewer where there are fewer coordinates. */
  components(count: number): Components;
}

/** Points whose products are added in one go, so that each sum is read and written once for all of them. */
const BLOCK = 4;

/**
 * The covariance of no points yet. Products are those of differences from the first point: it is one of the points, so that the
 * square of the mean's difference from it is at most n variances, and taking it off costs at most a relative error of n roundings.
 */
export function covariance(dimension: number): Covariance {
  const first = new Float64Array(dimension);
  const sum = new Float64Array(dimension);
  const away = new Float64Array(BLOCK * dimension);
  /** Sums of products, the lower triangle of them. */
  const products = new Float64Array(dimension * dimension);
  let n = 0;
  let held = 0;
  const settle = () => {
    const [d0, d1, d2, d3] = [0, 1, 2, 3].map((k) => away.subarray(k * dimension, (k + 1) * dimension));
    for (let i = 0; i < dimension; i++) {
      const [a0, a1, a2, a3] = [d0![i]!, d1![i]!, d2![i]!, d3![i]!];
      const row = i * dimension;
      for (let j = 0; j <= i; j++) products[row + j]! += a0 * d0![j]! + a1 * d1![j]! + (a2 * d2![j]! + a3 * d3![j]!);
    }
    away.fill(0);
    held = 0;
  };
  return {
    add(values, at) {
      if (n === 0) for (let i = 0; i < dimension; i++) first[i] = values[at + i]!;
      n++;
      const begin = held * dimension;
      for (let i = 0; i < dimension; i++) {
        const from = values[at + i]! - first[i]!;
        away[begin + i] = from;
        sum[i]! += from;
      }
      held++;
      if (held === BLOCK) settle();
    },
    components(count) {
      check('principalComponents: components', count, wholeFrom(1));
      if (n < 2) throw new Error(`principalComponents: there is ${n} point, but at least 2 are wanted`);
      settle();
      const matrix = Float64Array.from(products, (_, at) => {
        const [one, other] = [Math.floor(at / dimension), at % dimension];
        const product = products[one < other ? other * dimension + one : at]!;
        return (product - (sum[one]! * sum[other]!) / n) / (n - 1);
      });
      let total = 0;
      for (let i = 0; i < dimension; i++) total += matrix[i * dimension + i]!;
      const { values, vectors } = symmetricEigen(matrix, dimension);
      const variances = Array.from(values, (value) => Math.max(0, value));
      return {
        mean: first.map((value, i) => value + sum[i]! / n),
        directions: Array.from({ length: Math.min(count, dimension) }, (_, k) =>
          upright(vectors.slice(k * dimension, (k + 1) * dimension)),
        ),
        variances,
        explained: variances.map((variance) => (total > 0 ? variance / total : 0)),
      };
    },
  };
}

/** The direction or its opposite: the one whose entry of greatest size is positive. */
function upright(direction: Float64Array): Float64Array {
  const greatest = direction.reduce((most, entry) => (Math.abs(entry) > Math.abs(most) ? entry : most), 0);
  return greatest < 0 ? direction.map((entry) => -entry) : direction;
}
