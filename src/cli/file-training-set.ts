import type { Split } from '../datasets/dataset.ts';
import { mapPart, type Part, type PartName, type Recording } from '../datasets/divide.ts';
import { inContext } from '../datasets/in-context.ts';
import { padded } from '../datasets/padded.ts';
import { fitScaler, scale } from '../datasets/scale.ts';
import { whole, windows } from '../datasets/windows.ts';
import { calendarNames, type Period } from '../predictor/periods.ts';
import type { FileTask } from '../predictor/signature.ts';
import { quantity } from '../report/quantity.ts';
import { periodsOf, withCalendar } from './calendar.ts';
import { divideRecordings, type Splitting, shorterThan } from './divide-recordings.ts';
import { fileBaselines } from './file-baselines.ts';
import { joinRecorded, type Recorded } from './recorded.ts';
import { type TableRecordings, type TableTask, tableRecordings } from './table-recordings.ts';
import type { TrainingSet } from './training-set.ts';

/** What a network that is there already was made for; what is undefined is found from the files. */
export interface KnownTask extends Pick<TableTask, 'inputs' | 'targets'> {
  /** Whether its forecasts are values, or changes from the present one. */
  readonly of?: FileTask['of'];
  /** The periods that inputs are made of times for. */
  readonly calendar?: readonly Period[] | undefined;
  /** Whether commas are decimal where they may be between thousands too. */
  readonly decimalCommas?: boolean;
}

/** What of some files is to be learned, and how they are divided. */
export interface FileLearning extends TableTask, KnownTask {
  readonly split?: Splitting | undefined;
  /** Rows of a window; default 32. */
  readonly window?: number | undefined;
  /** What the files were read with as meaning that there is no value. */
  readonly na?: readonly string[] | undefined;
}

/**
 * Files as a training set: 70 % to train, 15 % to validate, 15 % to test (or `test`, files of their own), by time or by recording, everything standardised with the training part's
 * mean and deviation. Windows to train on are a quarter of a window apart; each row of the others is judged once, behind a window of rows or more. Recordings with one answer stay whole.
 * dt = 1 is the median spacing of the training part. A forecast is of the change from the present value where that varies less in training than the value, unless `of` says which.
 * Numbers at each row get inputs of the calendar, as {@link periodsOf} finds it unless `calendar` says which.
 */
export function fileTrainingSet(given: Recorded, test: Recorded | undefined, learning: FileLearning): TrainingSet {
  const { name } = given;
  const all = test ? joinRecorded([given, apart(test, given)], name) : given;
  const made = tableRecordings(all, learning);
  const { timeNames, dateOrder, decimalCommas, targets, classes, each, horizon, missing, encodings } = made;
  const isTest = new Set(all.tables.slice(given.tables.length).map((table) => table.name));
  const { window = 32 } = learning;
  const { parts: divided, said } = divideRecordings(
    name,
    made,
    isTest,
    learning.split,
    each === 'step' ? window : undefined,
  );
  const timed = divided.train.recordings.every(({ times }) => times);
  const timeUnit = timed ? medianSpacing(divided.train.recordings) : 1;
  const calendar = learning.calendar ?? (each === 'step' && !classes ? periodsOf(divided.train, timeUnit) : []);
  const inputNames = [...made.inputNames, ...calendarNames(calendar)];
  const parts = withCalendar(divided, calendar);

  const present = targets.map((target) => inputNames.indexOf(target));
  const isChange =
    horizon !== undefined && (learning.of ? learning.of === 'change' : changeVariesLess(parts.train, present));
  const ready = <Name extends PartName>(part: Part<Name>) =>
    isChange ? mapPart(part, (recording) => changes(recording, present)) : part;
  const train = ready(parts.train);
  const scaler = fitScaler(train);
  const targetScaler = classes ? undefined : fitScaler(train, 'target');
  const scaled = <Name extends PartName>(part: Part<Name>) => {
    const standard = scale(ready(part), scaler);
    return targetScaler ? scale(standard, targetScaler, 'target') : standard;
  };
  const standard = { train: scaled(parts.train), valid: scaled(parts.valid), test: scaled(parts.test) };
  const unit = timed ? { timeUnit } : {};
  const judged = (part: Part) =>
    each === 'sequence' ? padded(part, unit.timeUnit) : inContext(part, { context: window, ...unit });
  const tested = judged(standard.test);
  const split: Split = {
    training: {
      train:
        each === 'sequence'
          ? padded(standard.train, unit.timeUnit)
          : windows(standard.train, { length: window, stride: Math.max(1, window >> 2), ...unit }),
      valid: judged(standard.valid),
    },
    test: tested,
    rollout: whole(standard.test.recordings[0]!, unit.timeUnit),
    inputs: inputNames.length,
    outputs: classes?.length ?? targets.length,
    scaler,
    baselines: () =>
      fileBaselines({
        ...standard,
        judged: tested,
        each,
        classes,
        window,
        scaler,
        targetScaler,
        forecast: horizon === undefined ? undefined : { present, isChange, horizon, spacing: unit.timeUnit },
      }),
  };
  const short = each === 'step' ? shorterThan(window, parts.train) : 0;
  const task: FileTask = {
    each,
    ...(horizon === undefined ? {} : { horizon, of: isChange ? 'change' : 'value' }),
    ...(each === 'step' ? { window } : {}),
    ...(calendar.length > 0 ? { calendar } : {}),
    ...(learning.time ? { time: learning.time } : {}),
    ...(learning.ignore ? { ignore: learning.ignore } : {}),
    ...(dateOrder ? { dateOrder } : {}),
    ...(decimalCommas ? { decimalCommas } : {}),
    ...(learning.na ? { na: learning.na } : {}),
  };
  return {
    name: name.replace(/\.gz$/i, '').replace(/\.[^.]*$/, ''),
    title: title(name, made),
    notes: [
      ...made.notes,
      said,
      ...(short > 0 ? [`recordings to train on shorter than a window of ${window} rows, not used: ${short}`] : []),
      ...(isChange && learning.of === undefined
        ? [
            `the change of ${quotedNames(targets)} from ${targets.length === 1 ? 'its present value' : 'their present values'} is forecast: in training it varies less than the value`,
          ]
        : []),
      ...(calendar.length > 0 ? [`inputs made of the time: sine and cosine of the ${listed.format(calendar)}`] : []),
      ...(timed ? [`dt = 1 is ${quantity(timeUnit, 3)} s, the typical spacing of rows`] : []),
      ...(classes ? unseen(parts.train, classes) : []),
    ],
    ...(classes ? { classes } : {}),
    missing,
    metric: classes ? 'accuracy' : 'mse',
    inputNames,
    outputNames: targets,
    ...(timeNames ? { timeNames } : {}),
    timeUnit,
    split,
    ...(targetScaler ? { targetScaler } : {}),
    task,
    ...(Object.keys(encodings).length > 0 ? { encodings } : {}),
  };
}

const listed = new Intl.ListFormat('en');

/** Test files whose recordings are not called like the others. */
function apart(test: Recorded, given: Recorded): Recorded {
  const names = new Set(given.tables.map((table) => table.name));
  const isClear = test.tables.every((table) => !names.has(table.name));
  return isClear ? test : { ...test, tables: test.tables.map((table) => ({ ...table, name: `test ${table.name}` })) };
}

/** Names in quotes; of many, the first. */
function quotedNames(names: readonly string[]): string {
  const said = names.slice(0, 4).map((name) => `"${name}"`);
  return names.length > said.length + 1
    ? `${said.join(', ')} and ${names.length - said.length} others`
    : names.map((name) => `"${name}"`).join(', ');
}

function title(name: string, { targets, classes, each, horizon }: TableRecordings): string {
  const of = `${quotedNames(targets)} of ${name}`;
  if (each === 'sequence')
    return `${classes ? 'Telling' : 'Saying'} ${quotedNames(targets)} of each recording of ${name}`;
  if (classes) return `Telling ${of}`;
  if (horizon === undefined) return `Saying ${of} from the other columns`;
  return `Forecasting ${of} ${horizon === 1 ? 'one row' : `${horizon} rows`} ahead`;
}

/** Whether, over the training part, the change of a forecast's target from the present value (input `present[k]` of target `k`) varies less than the target; of several, by the mean of the shares. */
function changeVariesLess({ recordings }: Part<'train'>, present: readonly number[]): boolean {
  const rows = recordings.reduce((sum, { steps }) => sum + steps, 0);
  const n = present.length;
  const mean = new Float64Array(n);
  for (const { target } of recordings)
    target.forEach((value, at) => {
      mean[at % n]! += value / rows;
    });
  const [change, level] = [new Float64Array(n), new Float64Array(n)];
  for (const recording of recordings) {
    const changed = changes(recording, present).target;
    recording.target.forEach((value, at) => {
      level[at % n]! += (value - mean[at % n]!) ** 2;
      change[at % n]! += changed[at]! ** 2;
    });
  }
  return change.reduce((sum, value, k) => sum + value / (level[k] || 1), 0) < n;
}

/** The same recording with the change of its targets from inputs. */
const changes = (recording: Recording, present: readonly number[]): Recording => ({
  ...recording,
  target: recording.target.map((value, at) => {
    const row = Math.floor(at / present.length);
    return value - recording.features[row * recording.inputs + present[at % present.length]!]!;
  }),
});

/** The classes that training never sees, in words. */
function unseen(train: Part<'train'>, classes: readonly string[]): string[] {
  const seen = new Set(train.recordings.flatMap(({ target }) => [...target]));
  const never = classes.filter((_, number) => !seen.has(number));
  return never.length > 0 ? [`classes that the training part never has: ${never.join(', ')}`] : [];
}

function medianSpacing(recordings: readonly Recording[]): number {
  const all = recordings.flatMap(({ times }) => Array.from(times!.subarray(1), (value, i) => value - times![i]!));
  const spacing = Float64Array.from(all).sort();
  return spacing[spacing.length >> 1] ?? 1;
}
