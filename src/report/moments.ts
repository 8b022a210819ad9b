/** The mean of some numbers, and their standard deviation as that of a sample. */
export interface Moments {
  readonly mean: number;
  /** NaN of a single number. */
  readonly deviation: number;
}

/** Mean and standard deviation, about the first value so that equal ones deviate by exactly 0. */
export function moments(sample: readonly number[]): Moments {
  const [first = Number.NaN] = sample;
  const mean = first + sample.reduce((sum, value) => sum + (value - first), 0) / sample.length;
  const squares = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (sample.length - 1)) };
}
