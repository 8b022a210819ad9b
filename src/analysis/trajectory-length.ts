/** Points of a path in order, each an array of the same number of coordinates. */
export type Path = readonly ArrayLike<number>[];

/**
 * Length of a path: the sum of its chords, in the units of its coordinates. It takes the states of a `trajectory`; in the plane of
 * the first two principal components it is `trajectoryLength(principalComponents(states, { components: 2 }).scores)`.
 * Raghu, Poole, Kleinberg, Ganguli, Sohl-Dickstein 2017, On the expressive power of deep neural networks.
 */
export function trajectoryLength(points: Path): number {
  checkPath('trajectoryLength', points);
  const dimension = points[0]!.length;
  const length = chordSum(dimension);
  for (const point of points) length.add(point, 0);
  return length.sum();
}

/** Refuse points of different dimensions, and none; `where` is who was given them. */
export function checkPath(where: string, points: Path): void {
  if (!(points.length > 0)) throw new Error(`${where}: there are no points, but at least one is wanted`);
  const dimension = points[0]!.length;
  if (dimension === undefined)
    throw new Error(`${where}: point 0 is ${points[0]}, but every point must be an array of its coordinates`);
  const odd = points.findIndex((point) => point.length !== dimension);
  if (odd >= 0)
    throw new Error(
      `${where}: point ${odd} has ${points[odd]!.length} coordinates, but must have ${dimension}, as the first has`,
    );
}

/** A chord sum that grows with every point it is told, for paths that are never stored. */
export interface ChordSum {
  /** The next point: `dimension` numbers of `values`, from place `at` on. */
  add(values: ArrayLike<number>, at: number): void;
  sum(): number;
}

/** The chord sum of no points yet. */
export function chordSum(dimension: number): ChordSum {
  const last = new Float64Array(dimension);
  let begun = false;
  let sum = 0;
  return {
    add(values, at) {
      let square = 0;
      for (let i = 0; i < dimension; i++) {
        const value = values[at + i]!;
        const along = value - last[i]!;
        square += along * along;
        last[i] = value;
      }
      if (begun) sum += Math.sqrt(square);
      begun = true;
    },
    sum: () => sum,
  };
}
