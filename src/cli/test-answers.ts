import { confusion } from '../analysis/confusion.ts';
import { errorMeasures } from '../analysis/error-measures.ts';
import { inUnits } from '../datasets/scale.ts';
import type { Network } from '../network.ts';
import type { ClassAnswers, NumberAnswers } from '../report/report-data.ts';
import type { Labelled } from '../sequences.ts';
import type { Assessment } from '../training/assess.ts';
import { answerShape, rowsOf } from '../training/rows.ts';
import type { TestSet } from './training-set.ts';

/** Outputs that are shown answer by answer. */
const MOST_SHOWN = 6;

/** What became of every answer on the test part: which class was said to be which, or numbers in their own units beside the true ones. */
export function testAnswers(
  data: TestSet,
  net: Network,
  { outputs }: Pick<Assessment, 'outputs'>,
): ClassAnswers | NumberAnswers {
  const shape = answerShape(net);
  const { test } = data.split;
  if (data.classes) {
    const { counts, perClass } = confusion(outputs, test, shape);
    return { kind: 'classes', names: data.classes, counts, perClass };
  }
  const { weights } = rowsOf(test, shape.when);
  const rows = Array.from(weights.keys()).filter((row) => weights[row] !== 0);
  const n = data.outputNames.length;
  const own = inOwnNumbers(data, test);
  const all = data.outputNames.map((name, output) => {
    const truth = Float64Array.from(rows, (row) => own(test.target[row * n + output]!, row, output));
    const predicted = Float64Array.from(rows, (row) => own(outputs[row * shape.outputs + output]!, row, output));
    return { name, output, truth, predicted, measures: errorMeasures(truth, predicted) };
  });
  return {
    kind: 'numbers',
    measures: all.map(({ name, measures }) => ({ name, ...measures })),
    shown: evenly(all, ({ measures }) => -measures.r2),
  };
}

/** The outputs, or classes, that are shown one by one; of two classes the second, which says all. */
export function shownOutputs(answers: ClassAnswers | NumberAnswers): readonly number[] {
  if (answers.kind === 'numbers') return answers.shown.map(({ output }) => output);
  const classes = answers.perClass.map(({ f1 }, k) => ({ k, f1 }));
  if (classes.length === 2) return [1];
  return evenly(classes, ({ f1 }) => -f1).map(({ k }) => k);
}

/** What turns a number of output `k` at a row of a part into its own unit; of a forecast of the change, into the value to come. */
export function inOwnNumbers(
  { inputNames, outputNames, split, targetScaler, task }: TestSet,
  { x }: Labelled,
): (value: number, row: number, k: number) => number {
  const inputs = inputNames.length;
  return (value, row, k) => {
    const own = inUnits(value, k, targetScaler);
    if (task?.of !== 'change') return own;
    const at = inputNames.indexOf(outputNames[k]!);
    return inUnits(x[row * inputs + at]!, at, split.scaler) + own;
  };
}

/** All of a list, or as many as are shown, evenly from the least to the most by `measure`; what is not a number counts as the most. */
function evenly<T>(list: readonly T[], measure: (each: T) => number): readonly T[] {
  if (list.length <= MOST_SHOWN) return list;
  const size = (each: T) => (Number.isNaN(measure(each)) ? Number.POSITIVE_INFINITY : measure(each));
  const ranked = list
    .map((each) => ({ each, size: size(each) }))
    .sort((a, b) => (a.size === b.size ? 0 : a.size - b.size));
  return Array.from(
    { length: MOST_SHOWN },
    (_, i) => ranked[Math.round((i * (list.length - 1)) / (MOST_SHOWN - 1))]!.each,
  );
}
