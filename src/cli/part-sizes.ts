import type { Split } from '../datasets/dataset.ts';
import { count } from '../report/quantity.ts';
import type { Labelled } from '../sequences.ts';
import type { TestSet } from './training-set.ts';

/** How much of a part is judged: rows where each counts once, else sequences. */
export const sizeOf = ({ batch, weights }: Labelled): number =>
  weights === undefined ? batch : Array.from(weights).reduce((sum, weight) => sum + weight, 0);

/** What the parts of some data are made of, and how much each is, in words. */
export function partSizes({ training: { train, valid }, test }: Split, task: TestSet['task']): string {
  const [trained, validates, tests] = [train, valid, test].map((part) => count(sizeOf(part)));
  if (task?.each === 'step')
    return `${trained} windows of ${train.steps} rows to train on, ${validates} rows to validate, ${tests} to test`;
  const [things, most] = task ? ['recordings', 'up to '] : ['windows', ''];
  return `${trained} ${things} to train on, ${validates} to validate, ${tests} to test, of ${most}${train.steps} steps`;
}
