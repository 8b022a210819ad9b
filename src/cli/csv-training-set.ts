import type { Baseline, Split } from '../datasets/dataset.ts';
import { divide, type Part } from '../datasets/divide.ts';
import { fitScaler, type Scaler, scale } from '../datasets/scale.ts';
import { windows } from '../datasets/windows.ts';
import { nearest } from '../equation/nearest.ts';
import { columnNames, readCsv } from '../formats/csv.ts';
import { quantity } from '../report/quantity.ts';
import { csvRecording } from './csv-recording.ts';
import type { Topic } from './options.ts';
import type { TrainingSet } from './training-set.ts';
import { usageError } from './usage-error.ts';

/** What of a CSV file is to be learned; with `classify`, the target's numbers are classes. */
export interface CsvTask {
  /** The command that errors in how it was called begin with. */
  readonly command: Topic;
  readonly name: string;
  readonly target: string;
  readonly time?: string | undefined;
  readonly classify: boolean;
}

const fractions = { train: 0.7, valid: 0.15, test: 0.15 };
const length = 32;

/**
 * A CSV file as a training set: divided by time 70/15/15, everything standardised with the training part's mean and deviation,
 * in windows of 32 rows, a quarter of a window apart to train on and side by side to judge. dt = 1 is the median spacing of the training part.
 */
export function csvTrainingSet(text: string, { command, name, target, time, classify }: CsvTask): TrainingSet {
  const kinds = {
    ...(time === undefined ? {} : { [time]: 'time' as const }),
    ...(classify ? { [target]: 'class' as const } : {}),
  };
  const header = columnNames(text, name);
  checkColumn(`${command}: --target`, target, name, header);
  if (time !== undefined) checkColumn(`${command}: --time`, time, name, header);
  const { recording, inputNames, classes, missing, notes } = csvRecording(readCsv(text, { name, kinds }), {
    target,
    time,
  });
  const fewest = Math.ceil(length / Math.min(...Object.values(fractions)));
  if (recording.steps < fewest) {
    throw new Error(
      `${name}: ${recording.steps} rows to learn from; wanted ${fewest} or more, so that the 15 % to validate and the 15 % to test hold a window of ${length} each`,
    );
  }
  const parts = divide([recording], { fractions });
  const inputScaler = fitScaler(parts.train);
  const targetScaler = classes ? undefined : fitScaler(parts.train, 'target');
  const scaled = <Name extends 'train' | 'valid' | 'test'>(part: Part<Name>) => {
    const ready = scale(part, inputScaler);
    return targetScaler ? scale(ready, targetScaler, 'target') : ready;
  };
  const timeUnit = recording.times ? medianSpacing(parts.train.recordings[0]!.times!) : 1;
  const cut = (stride: number) => ({ length, stride, ...(recording.times ? { timeUnit } : {}) });
  const test = scaled(parts.test);
  const testWindows = windows(test, cut(length));
  const split: Split = {
    training: {
      train: windows(scaled(parts.train), cut(length / 4)),
      valid: windows(scaled(parts.valid), cut(length)),
    },
    test: testWindows,
    rollout: windows(test, { ...cut(1), length: test.recordings[0]!.steps }),
    inputs: inputNames.length,
    outputs: classes?.length ?? 1,
    scaler: inputScaler,
    baselines: () =>
      classes
        ? [majority(parts.train, testWindows.target, classes)]
        : forecasts(testWindows, inputNames.indexOf(target), inputScaler, targetScaler!),
  };
  return {
    name: name.replace(/\.[^.]*$/, ''),
    title: classes ? `Telling "${target}" of ${name}` : `Forecasting "${target}" of ${name} one row ahead`,
    notes: [
      ...notes,
      ...(recording.times ? [`dt = 1 is ${quantity(timeUnit, 3)} s, the typical spacing of rows`] : []),
      ...(classes ? unseen(parts.train, classes) : []),
    ],
    ...(classes ? { classes } : {}),
    missing,
    metric: classes ? 'accuracy' : 'mse',
    inputNames,
    outputNames: [target],
    timeUnit,
    split,
    ...(targetScaler ? { targetScaler } : {}),
  };
}

function checkColumn(option: string, given: string, file: string, header: ReturnType<typeof columnNames>): void {
  const { names, isHeader } = header;
  if (names.includes(given)) return;
  const there = isHeader
    ? `it has ${names.join(', ')}`
    : `its first line holds no names, so they are ${names[0]} to ${names.at(-1)}`;
  throw usageError(`${option} "${given}" is no column of ${file}; ${there}${nearest(given, names)}`);
}

/** The classes that training never sees, in words. */
function unseen(train: Part<'train'>, classes: readonly string[]): string[] {
  const seen = new Set(train.recordings.flatMap(({ target }) => [...target]));
  const never = classes.filter((_, number) => !seen.has(number));
  return never.length > 0 ? [`classes that come only after the training part: ${never.join(', ')}`] : [];
}

/** The share of the test part that is of the class most frequent in training. */
function majority(train: Part<'train'>, wanted: ArrayLike<number>, classes: readonly string[]): Baseline {
  const counts = new Float64Array(classes.length);
  for (const { target } of train.recordings) for (const number of target) counts[number]!++;
  const most = counts.indexOf(Math.max(...counts));
  let right = 0;
  for (let i = 0; i < wanted.length; i++) if (wanted[i] === most) right++;
  return {
    name: `always "${classes[most]}"`,
    value: right / wanted.length,
    note: 'computed: the most frequent class of training',
  };
}

/** Mean squared errors, in the target's own units, of forecasting the training mean, and of forecasting no change. */
function forecasts(
  { x, target }: { readonly x: Float64Array; readonly target: Float64Array },
  at: number,
  input: Scaler,
  output: Scaler,
): readonly Baseline[] {
  const inputs = input.mean.length;
  let mean = 0;
  let same = 0;
  target.forEach((standard, row) => {
    const wanted = standard * output.deviation[0]! + output.mean[0]!;
    const now = x[row * inputs + at]! * input.deviation[at]! + input.mean[at]!;
    mean += (wanted - output.mean[0]!) ** 2 / target.length;
    same += (wanted - now) ** 2 / target.length;
  });
  return [
    { name: 'training mean', value: mean, note: 'computed' },
    { name: 'persistence', value: same, note: 'computed: the next value is the present one' },
  ];
}

function medianSpacing(times: Float64Array): number {
  const spacing = times
    .subarray(1)
    .map((value, i) => value - times[i]!)
    .filter((value) => value > 0);
  spacing.sort();
  return spacing[spacing.length >> 1] ?? 1;
}
