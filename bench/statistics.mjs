/** @typedef {{ median: number, low: number, high: number, count: number }} Summary The median, the quartiles, and of how many. */

/** The number below which `share` of a list lies, between neighbours in proportion. */
export function quantile(/** @type {readonly number[]} */ list, /** @type {number} */ share) {
  const sorted = list.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

/** @returns {Summary} */
export const summary = (/** @type {readonly number[]} */ list) => ({
  median: quantile(list, 0.5),
  low: quantile(list, 0.25),
  high: quantile(list, 0.75),
  count: list.length,
});

/** Whether an upper quartile is more than half as much again as the lower. */
const isWide = (/** @type {{ low: number, high: number }} */ { low, high }) => high > 1.5 * low;

/**
 * How many times as long one contestant takes as another: the ratio of the medians of all samples, and the quartiles of the ratio of
 * medians in each round that both ran, where what disturbs a round disturbs both. `verdict` says whether that means anything: it does not
 * where these quartiles, or those of one contestant's samples, are wide ("noisy"), or 1 is within a hundredth of them ("even").
 * @param {readonly (readonly number[])[]} of Samples of each round.
 * @param {readonly (readonly number[])[]} to Samples of the same rounds.
 */
export function ratio(of, to) {
  const rounds = Math.min(of.length, to.length);
  const pairs = summary(Array.from({ length: rounds }, (_, k) => quantile(of[k], 0.5) / quantile(to[k], 0.5)));
  const [own, other] = [summary(of.flat()), summary(to.flat())];
  const isEven = pairs.low < 1.01 && pairs.high > 0.99;
  const verdict = [pairs, own, other].some(isWide) ? 'noisy' : isEven ? 'even' : 'clear';
  return { value: own.median / other.median, low: pairs.low, high: pairs.high, rounds, verdict };
}
