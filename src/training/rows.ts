import type { Loss } from '../losses/loss.ts';
import type { Network } from '../network.ts';
import type { Labelled } from '../sequences.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/** Shape of a model's answer: `outputs` numbers at every step, or once per sequence (after the last step that exists). */
export interface AnswerShape {
  readonly outputs: number;
  readonly when: 'every' | 'last';
}

/** The shape of what `model` answers. */
export const answerShape = ({ outputs, readout }: Network): AnswerShape => ({
  outputs,
  when: readout?.when ?? 'every',
});

/** The rows of a batch's answers (one per step, or one per sequence) and how much each counts. */
export interface Rows {
  readonly batch: number;
  readonly perSequence: number;
  /** `(batch, perSequence)`: 0 where the row does not count, whatever the outputs and the target hold there. */
  readonly weights: Float64Array;
  /** Sum of the weights. */
  readonly total: number;
}

/** Rows of labelled sequences: `mask`, `weights` and those of a loss in one array; a sequence without any step has weight 0. */
export const rowsOf = (data: Labelled, when: AnswerShape['when'], loss?: Pick<Loss, 'weight'>): Rows => {
  const { batch, steps, mask, target, weights: given } = data;
  const perSequence = when === 'every' ? steps : 1;
  const weights = new Float64Array(batch * perSequence);
  for (let row = 0; row < weights.length; row++) {
    if (exists(mask, when, row, steps)) weights[row] = given === undefined ? 1 : given[row]!;
    if (loss?.weight && weights[row] !== 0) weights[row] = weights[row]! * loss.weight(target, row);
  }
  const total = pairwiseSum(batch, (sequence) => {
    let sum = 0;
    for (let row = sequence * perSequence; row < (sequence + 1) * perSequence; row++) sum += weights[row]!;
    return sum;
  });
  return { batch, perSequence, weights, total };
};

const exists = (mask: Labelled['mask'], when: AnswerShape['when'], row: number, steps: number): boolean => {
  if (mask === undefined) return true;
  if (when === 'every') return mask[row] !== 0;
  for (let step = row * steps; step < (row + 1) * steps; step++) if (mask[step] !== 0) return true;
  return false;
};

/**
 * Weighted mean of `term` over the rows that count, 0 when none does. Float64; steps are added in order and
 * sequences by a fixed tree. `term` is not called where the weight is 0, so that nothing leaks from there.
 */
export const weightedMean = (rows: Rows, term: (row: number) => number): number => {
  const { batch, perSequence, weights, total } = rows;
  if (total === 0) return 0;
  const sum = pairwiseSum(batch, (sequence) => {
    let sum = 0;
    for (let row = sequence * perSequence; row < (sequence + 1) * perSequence; row++) {
      if (weights[row] !== 0) sum += weights[row]! * term(row);
    }
    return sum;
  });
  return sum / total;
};
