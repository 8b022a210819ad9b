import type { Loss } from '../losses/loss.ts';

/** A model's answers, row by row, beside what was wanted. */
export interface Answers {
  readonly kind: Loss['target'];
  /** `(rows, n)`. */
  readonly outputs: ArrayLike<number>;
  readonly n: number;
  /** `(rows, width)`. */
  readonly target: ArrayLike<number>;
  readonly width: number;
  /** `(rows)`: how much each counts; where that is 0, outputs and target may hold anything. */
  readonly weights: Float64Array;
  /** Weighted mean over the rows that count, in float64 and in a fixed order. */
  mean(term: (row: number) => number): number;
}

/** A metric over the rows that count, and where it has a part for each number, class or label of the target, those. */
export interface Score {
  readonly value: number;
  readonly perOutput?: readonly number[];
}

/** What answers are judged by. */
export interface Metric {
  readonly name: string;
  readonly better: 'lower' | 'higher';
  /** The kinds of target it can judge. */
  readonly targets: readonly Loss['target'][];
  measure(answers: Answers): Score;
}

/** A metric that is the mean of a function of output and target, of each number apart and of all. */
export const ofNumbers = (name: string, error: (output: number, target: number) => number): Metric => ({
  name,
  better: 'lower',
  targets: ['numbers'],
  measure({ outputs, n, target, width, mean }) {
    const perOutput = Array.from({ length: width }, (_, k) =>
      mean((row) => error(outputs[row * n + k]!, target[row * width + k]!)),
    );
    return { value: perOutput.reduce((sum, value) => sum + value, 0) / width, perOutput };
  },
});

/** A yes or no that is asked of every row: is it this class, does it have this label? */
export interface Question {
  /** Whether yes is right. */
  truth(row: number): boolean;
  /** Whether the model says yes. */
  said(row: number): boolean;
  /** Grows with the probability that the model gives to a yes. */
  score(row: number): number;
}

/**
 * What a classification asks: of classes one question each, of a single label first whether it is no, then whether it
 * is yes, of several labels one question each. Of equal largest outputs the first is the class said.
 */
export const questionsOf = ({ kind, outputs, n, target }: Answers): readonly Question[] => {
  if (kind === 'classes') {
    return Array.from({ length: n }, (_, k) => ({
      truth: (row) => target[row] === k,
      said: (row) => largest(outputs, row * n, n) === k,
      score: (row) => oddsOf(outputs, row * n, n, k),
    }));
  }
  const labels = Array.from(
    { length: n },
    (_, k): Question => ({
      truth: (row) => target[row * n + k]! > 0.5,
      said: (row) => outputs[row * n + k]! > 0,
      score: (row) => outputs[row * n + k]!,
    }),
  );
  return n === 1 ? [denied(labels[0]!), labels[0]!] : labels;
};

/** Whether the questions are whether a row is the first or the second of two classes. */
export const isBinary = ({ kind, n }: Answers): boolean => n === (kind === 'classes' ? 2 : 1);

/** The mean of the values that are numbers, `otherwise` where none is. */
export const meanOfKnown = (values: readonly number[], otherwise: number): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? otherwise : known.reduce((sum, value) => sum + value, 0) / known.length;
};

const denied = ({ truth, said, score }: Question): Question => ({
  truth: (row) => !truth(row),
  said: (row) => !said(row),
  score: (row) => -score(row),
});

/** Number of the largest of the `n` outputs that start at `from`. */
const largest = (outputs: ArrayLike<number>, from: number, n: number): number => {
  let best = 0;
  for (let k = 1; k < n; k++) if (outputs[from + k]! > outputs[from + best]!) best = k;
  return best;
};

/** Logarithm of the softmax odds of class `k` against all others, which orders rows as its probability does, and does not saturate. */
const oddsOf = (outputs: ArrayLike<number>, from: number, n: number, k: number): number => {
  let max = -Infinity;
  for (let j = 0; j < n; j++) if (j !== k) max = Math.max(max, outputs[from + j]!);
  let sum = 0;
  for (let j = 0; j < n; j++) if (j !== k) sum += Math.exp(outputs[from + j]! - max);
  return outputs[from + k]! - max - Math.log(sum);
};
