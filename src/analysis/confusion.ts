import type { Labelled } from '../sequences.ts';
import { type AnswerShape, rowsOf } from '../training/rows.ts';

/** What became of the rows of each class. */
export interface Confusion {
  readonly classes: number;
  /** `(classes, classes)`: weights of the rows of a true class (first axis) that were said to be of another (second axis). */
  readonly counts: Float64Array;
  readonly perClass: readonly ClassScore[];
}

/** How well one class is told; a share of nothing is NaN. */
export interface ClassScore {
  /** Rows that are of it, and that are said to be. */
  readonly actual: number;
  readonly said: number;
  /** The share of rows said to be of it that are. */
  readonly precision: number;
  /** The share of its rows that are said to be of it. */
  readonly recall: number;
  /** 2·precision·recall/(precision + recall), 0 to 1. */
  readonly f1: number;
}

/** Count which class is said to be which, over the rows that count; of equal largest outputs the first is the class said. */
export function confusion(outputs: ArrayLike<number>, data: Labelled, { outputs: n, when }: AnswerShape): Confusion {
  const { weights } = rowsOf(data, when);
  const counts = new Float64Array(n * n);
  weights.forEach((weight, row) => {
    if (weight === 0) return;
    let said = 0;
    for (let k = 1; k < n; k++) if (outputs[row * n + k]! > outputs[row * n + said]!) said = k;
    counts[data.target[row]! * n + said]! += weight;
  });
  const perClass = Array.from({ length: n }, (_, k): ClassScore => {
    let [actual, said] = [0, 0];
    for (let j = 0; j < n; j++) {
      actual += counts[k * n + j]!;
      said += counts[j * n + k]!;
    }
    const right = counts[k * n + k]!;
    return { actual, said, precision: right / said, recall: right / actual, f1: (2 * right) / (actual + said) };
  });
  return { classes: n, counts, perClass };
}
