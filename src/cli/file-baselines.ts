import { columnMeans, linearAnswers, type Rows, squares } from '../datasets/baselines.ts';
import type { Baseline } from '../datasets/dataset.ts';
import type { Part } from '../datasets/divide.ts';
import type { Scaler } from '../datasets/scale.ts';
import type { Labelled } from '../sequences.ts';

/** The share of answers of the test part that are of the class most frequent in training. */
export function majority(train: ArrayLike<number>, wanted: ArrayLike<number>, classes: readonly string[]): Baseline {
  const counts = new Float64Array(classes.length);
  for (let i = 0; i < train.length; i++) counts[train[i]!]!++;
  const most = counts.indexOf(Math.max(...counts));
  const isRight = Float64Array.from(wanted, (number) => Number(number === most));
  return judged(`always "${classes[most]}"`, isRight, 'computed: the most frequent class of training');
}

/** A baseline by what it comes to in every row of the test part. */
const judged = (name: string, perRow: Float64Array, note: string): Baseline => ({
  name,
  value: perRow.reduce((sum, value) => sum + value, 0) / perRow.length,
  note,
  perRow,
});

/** Answers that are numbers, in the units of training, with what they went through. */
export interface Numbers {
  readonly train: Labelled;
  readonly test: Labelled;
  readonly inputs: number;
  readonly scaler: Scaler;
  readonly targetScaler: Scaler;
  /** Of a forecast: which input is the present value of each target, and whether its change is the target. */
  readonly forecast?: { readonly present: readonly number[]; readonly isChange: boolean } | undefined;
}

/** Inputs from which on a linear map is not fitted: it takes their number squared for every row. */
const MOST_INPUTS = 200;

/** Mean squared errors on the test part, in the target's own units (of several targets standardised): of the training mean, of no change where the target is a forecast, and of the linear map of one row. */
export function numberBaselines({ train, test, inputs, scaler, targetScaler, forecast }: Numbers): Baseline[] {
  const { deviation } = targetScaler;
  const outputs = deviation.length;
  const rowsOf = ({ x, target }: Labelled) => ({
    x: {
      rows: target.length / outputs,
      width: inputs,
      // Made by places: from an array with a function, engines make a list of everything first.
      values: Float64Array.from({ length: x.length }, (_, at) => (Number.isNaN(x[at]) ? 0 : x[at]!)),
    },
    target: { rows: target.length / outputs, width: outputs, values: target },
  });
  const [known, asked] = [rowsOf(train), rowsOf(test)];
  const own = outputs === 1 ? deviation[0]! ** 2 : 1;
  /** The present value of target `k`, in units of it. */
  const present = ({ x }: { readonly x: Rows }, row: number, k: number) => {
    const input = forecast!.present[k]!;
    return (x.values[row * inputs + input]! * scaler.deviation[input]! + scaler.mean[input]!) / deviation[k]!;
  };
  /** What a target is told from: its present value, or 0 where it is the value itself. */
  const base = (of: { readonly x: Rows }, row: number, k: number) => (forecast?.isChange ? present(of, row, k) : 0);
  const level = (of: { readonly x: Rows; readonly target: Rows }): Rows => ({
    ...of.target,
    values: Float64Array.from(
      { length: of.target.values.length },
      (_, at) => of.target.values[at]! + base(of, Math.floor(at / outputs), at % outputs),
    ),
  });
  const errors = (target: Rows, answer: (row: number, k: number) => number) =>
    squares(target, answer).map((square) => own * square);
  const means = columnMeans(level(known));
  const baselines = [
    judged(
      'training mean',
      errors(level(asked), (_, k) => means[k]!),
      'computed',
    ),
  ];
  const shift = targetScaler.mean.map((mean, k) => mean / deviation[k]!);
  if (forecast)
    baselines.push(
      judged(
        'persistence',
        errors(asked.target, (row, k) => present(asked, row, k) - base(asked, row, k) - shift[k]!),
        'computed: the value to come is the present one',
      ),
    );
  if (inputs < MOST_INPUTS && test.x.length / inputs === asked.target.rows) {
    const answer = linearAnswers(known, asked.x);
    baselines.push(
      judged(
        'linear, one row',
        errors(asked.target, answer),
        'computed: least squares on the inputs of one row, the mean where one is missing',
      ),
    );
  }
  return baselines;
}

/** The target of every row of a part. */
export const targetsOf = ({ recordings }: Part): number[] => recordings.flatMap(({ target }) => [...target]);
