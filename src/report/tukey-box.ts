/** What a box of a box plot shows of a sample. */
export interface TukeyBox {
  readonly median: number;
  /** Medians of the values up to the median and from it on, itself counted in both. */
  readonly q1: number;
  readonly q3: number;
  /** The extreme values within 1.5 (q3 − q1) of the quartiles. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Values beyond, in ascending order. */
  readonly outliers: readonly number[];
}

/** The box of a sample of finite numbers as the published code draws it (`aboxplot` of LTC's `plot_boxes.m`); of none, every number is NaN. */
export function tukeyBox(sample: ArrayLike<number>): TukeyBox {
  const values = Float64Array.from(sample).sort();
  const median = middle(values);
  const q1 = middle(values.filter((value) => value <= median));
  const q3 = middle(values.filter((value) => value >= median));
  const reach = 1.5 * (q3 - q1);
  const isNear = (value: number) => value >= q1 - reach && value <= q3 + reach;
  const near = values.filter(isNear);
  return {
    median,
    q1,
    q3,
    low: near.at(0) ?? Number.NaN,
    high: near.at(-1) ?? Number.NaN,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    outliers: [...values].filter((value) => !isNear(value)),
  };
}

/** The median of ascending numbers; NaN of none. */
function middle(values: Float64Array): number {
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}
