import { bootstrap, type ConfidenceInterval } from '../analysis/bootstrap.ts';
import { meansOfSequences, type SequenceScores, sequenceScores, weighted } from '../analysis/sequence-scores.ts';
import type { Baseline } from '../datasets/dataset.ts';
import type { Loss } from '../losses/loss.ts';
import { metrics } from '../metrics/index.ts';
import type { Network } from '../network.ts';
import { count, quantity } from '../report/quantity.ts';
import type { Assessment } from '../training/assess.ts';
import { answerShape } from '../training/rows.ts';
import type { TestSet } from './training-set.ts';

/** How often sequences are drawn anew. */
const DRAWS = 2000;
/** Blocks below which draws say little. */
const FEWEST = 6;

/** How sure results are: of ours, of a baseline, and of how far ours is from it; in the metric's own unit, undefined where that is not known. */
export interface ResultIntervals {
  readonly ours: ConfidenceInterval;
  of(
    baseline: Baseline,
  ): { readonly interval: ConfidenceInterval; readonly difference: ConfidenceInterval } | undefined;
  /** How they were found, in a sentence. */
  readonly said: string;
}

/**
 * 95 % intervals of a test result and of its baselines by drawing whole sequences of the test part anew; `unit` turns ours into the unit that baselines are in.
 * Windows beside each other are alike, so that blocks of them are drawn, the cube root of their number long; recordings stand alone. Says why where there are too few.
 */
export function resultIntervals(
  data: TestSet,
  net: Network,
  loss: Loss,
  { outputs }: Pick<Assessment, 'outputs'>,
  unit: number,
): ResultIntervals | { readonly why: string } {
  const { test } = data.split;
  const isWhole = data.task?.each === 'sequence';
  const things = isWhole ? 'recordings' : 'windows';
  const shape = answerShape(net);
  const block = isWhole ? 1 : Math.ceil(Math.cbrt(test.batch));
  if (test.batch / block < FEWEST)
    return {
      why: `${count(test.batch)} ${test.batch === 1 ? `${things.slice(0, -1)} to test is` : `${things} to test are`} too few to say how sure the result is`,
    };
  const raw = sequenceScores(metrics[data.metric], outputs, test, shape, loss);
  const ours = { ...raw, values: raw.values.map((value) => value * unit) };
  const draws = { draws: DRAWS, block };
  const intervalOf = (scores: SequenceScores) => bootstrap(test.batch, (times) => weighted(scores, times), draws);
  const rows = test.batch * (shape.when === 'every' ? test.steps : 1);
  return {
    ours: intervalOf(ours),
    of({ perRow }) {
      if (perRow?.length !== rows) return undefined;
      const theirs = meansOfSequences(perRow, test, shape.when);
      const apart = (times: Uint32Array) => weighted(ours, times) - weighted(theirs, times);
      return { interval: intervalOf(theirs), difference: bootstrap(test.batch, apart, draws) };
    },
    said: `95 % intervals: of ${count(DRAWS)} draws of ${count(test.batch)} test ${things}${block > 1 ? `, ${block} neighbours at a time` : ''}`,
  };
}

/** Whether a result, the first row, is better than the best baseline, and how sure that is where it is known, in words; undefined where there is none. */
export function verdict(
  [ours, ...baselines]: readonly {
    readonly name: string;
    readonly value: number;
    readonly difference?: ConfidenceInterval;
  }[],
  lowerIsBetter: boolean,
): string | undefined {
  const sign = lowerIsBetter ? 1 : -1;
  const [best] = baselines.filter(({ value }) => Number.isFinite(value)).toSorted((a, b) => sign * (a.value - b.value));
  if (ours === undefined || best === undefined) return undefined;
  const apart = ours.value - best.value;
  const word = sign * apart < 0 ? 'better' : 'worse';
  const size = quantity(Math.abs(apart));
  const whose = `the best baseline (${best.name})`;
  if (best.difference === undefined)
    return apart === 0 ? `this model is as good as ${whose}` : `this model is ${word} than ${whose} by ${size}`;
  const { lo, hi } = best.difference;
  if (apart === 0 && lo === 0 && hi === 0) return `this model is as good as ${whose}`;
  const signed = (value: number) => quantity(value).replace(/^-/, '−');
  if (lo <= 0 && hi >= 0)
    return `this model and ${whose} are a tie: their difference, ${signed(apart)}, may well be chance (${signed(lo)} to ${signed(hi)})`;
  const [least, most] = [lo, hi].map(Math.abs).toSorted((a, b) => a - b) as [number, number];
  return `this model is ${word} than ${whose} by ${size} (${quantity(least)} to ${quantity(most)})`;
}
