import { checkOptions, type Kinds, wholeFrom } from '../options.ts';
import { random } from '../random.ts';

/** How to draw. */
export interface BootstrapOptions {
  /** How often to draw as many sequences as there are; default 2000. */
  readonly draws?: number | undefined;
  /** Neighbouring sequences that are drawn together, since what stands side by side is alike; default 1, for sequences that are independent. */
  readonly block?: number | undefined;
  /** The share of draws that the interval holds; default 0.95. */
  readonly level?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

/** A figure, and where it may well be for all data of this kind: between the same share of draws below and above. */
export interface ConfidenceInterval {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

const kinds: Kinds<BootstrapOptions> = {
  draws: wholeFrom(40),
  block: wholeFrom(1),
  level: {
    wanted: 'a number between 0 and 1',
    holds: (value) => typeof value === 'number' && value > 0 && value < 1,
  },
  seed: wholeFrom(0),
};

/**
 * How sure a figure of a test part is: its percentile interval over draws of whole sequences with replacement (Efron and Tibshirani 1993, chapter 13),
 * of `block` neighbours at a time, the last one followed by the first (Politis and Romano 1992). `statistic` gets how often each of `count`
 * sequences counts. Steps of a sequence depend on each other and must not be drawn apart. It says nothing of other trainings.
 */
export function bootstrap(
  count: number,
  statistic: (times: Uint32Array) => number,
  options: BootstrapOptions = {},
): ConfidenceInterval {
  checkOptions('bootstrap', options, kinds);
  const { draws = 2000, block = 1, level = 0.95, seed = 1 } = options;
  if (!(Number.isInteger(count) && count >= 2))
    throw new Error(`bootstrap: count is ${count}; wanted 2 or more sequences to draw from`);
  const source = random(seed);
  const times = new Uint32Array(count);
  const value = statistic(times.fill(1));
  const drawn = Float64Array.from({ length: draws }, () => {
    times.fill(0);
    for (let left = count; left > 0; left -= block) {
      const first = source.integer(count);
      for (let k = 0; k < Math.min(block, left); k++) times[(first + k) % count]!++;
    }
    return statistic(times);
  }).sort();
  // The same number of draws lies outside on either side.
  const outside = Math.floor((draws * (1 - level)) / 2);
  return { value, lo: drawn[outside]!, hi: drawn[draws - 1 - outside]! };
}
