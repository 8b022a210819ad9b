import { inUnits, type Scaler, standardised } from '../datasets/scale.ts';
import type { SavedModel } from '../formats/model-file.ts';
import { measured } from '../predictor/periods.ts';
import { quantity } from '../report/quantity.ts';
import type { Labelled } from '../sequences.ts';
import type { DataChoice, Topic } from './commands.ts';
import type { KnownTask } from './file-training-set.ts';
import { dataOptions, isFile, isThere, loadData } from './load-data.ts';
import { type TrainingNotes, trainingNotes } from './training-notes.ts';
import type { TestSet } from './training-set.ts';
import { usageError } from './usage-error.ts';

/** Which data a command asks for; what it leaves open, the network's notes say. */
export interface AskedData extends Partial<DataChoice> {
  readonly kind: Topic;
  readonly data: string | undefined;
}

/**
 * The test part of the data that a command names, or else of those that a saved network was trained on, in the units that the network
 * was trained in: its notes say what its inputs are called and were scaled by, its `timeUnit` what dt = 1 is. Throws when the inputs or
 * the classes are others.
 */
export async function dataForNetwork(asked: AskedData, { model, notes }: SavedModel): Promise<TestSet> {
  const { kind } = asked;
  const noted = trainingNotes(notes);
  const { inputNames, outputNames, classes } = noted;
  const name = asked.data ?? noted.data?.data;
  if (name === undefined)
    throw usageError(
      `${kind}: which data? The network's file does not say what it was trained on; name a data set or a file`,
    );
  if (asked.data === undefined && isFile(name) && !(await isThere(name)))
    throw usageError(
      `${kind}: the network was trained on "${name}", which is not there, seen from here; name the data behind the network`,
    );
  const data = await loadData({
    ...nothing,
    kind,
    data: name,
    more: [],
    ...(isFile(name) ? learned(noted, asked.data === undefined) : {}),
    ...said(asked),
    ...(asked.target === undefined ? {} : { targets: undefined }),
  });
  if (
    data.outputNames.length !== (outputNames ?? data.outputNames).length ||
    (data.task?.of === 'change' && data.outputNames.join() !== outputNames?.join())
  )
    throw usageError(
      `${kind}: the network ${data.task?.of === 'change' ? 'forecasts the change of' : 'says'} "${outputNames?.join('", "')}", not "${data.outputNames.join('", "')}"`,
    );
  const listed = (names: readonly string[]) => `${names.length} (${names.join(', ')})`;
  if (data.split.inputs !== model.inputs || (inputNames && inputNames.join() !== data.inputNames.join()))
    throw usageError(
      `${kind}: "${name}" has the inputs ${listed(data.inputNames)}, but the network takes ${inputNames ? listed(inputNames) : model.inputs}`,
    );
  const { test, rollout, scaler: from } = data.split;
  const isNoted = inputNames !== undefined || noted.scaler !== undefined;
  const to = isNoted ? noted.scaler : from;
  const targetScaler = isNoted ? noted.targetScaler : data.targetScaler;
  const number = classNumbers(data, classes ?? data.classes, kind);
  const longer = data.timeUnit / model.timeUnit;
  const seen = (of: Labelled): Labelled => ({
    ...of,
    x: rescaled(of.x, from, to, model.inputs),
    target: number
      ? Float64Array.from(of.target, number)
      : rescaled(of.target, data.targetScaler, targetScaler, data.outputNames.length),
    ...(of.dt && longer !== 1 ? { dt: Float64Array.from(of.dt, (value) => value * longer) } : {}),
  });
  return {
    ...data,
    notes: [
      ...data.notes,
      ...(isNoted || !from ? [] : ["the network's file says nothing of its inputs; they are scaled as for training"]),
      ...(longer === 1 || !rollout.dt ? [] : [`dt = 1 is ${quantity(model.timeUnit, 3)} s`]),
    ],
    ...(number ? { classes: classes ?? data.classes! } : {}),
    ...(targetScaler ? { targetScaler } : {}),
    split: { ...data.split, test: seen(test), rollout: seen(rollout), ...(to ? { scaler: to } : {}) },
  };
}

const nothing: DataChoice = {
  target: undefined,
  time: undefined,
  classify: false,
  task: undefined,
  horizon: undefined,
  window: undefined,
  calendar: undefined,
  split: undefined,
  labels: undefined,
  test: undefined,
  ignore: undefined,
  repeated: undefined,
  header: undefined,
  dateOrder: undefined,
  recording: undefined,
  long: undefined,
  na: undefined,
};

/** What is said of files of data, without what is left open. */
const said = (asked: Partial<DataChoice>): Partial<DataChoice> =>
  Object.fromEntries(
    dataOptions.flatMap((name) => (asked[name] === undefined || asked[name] === false ? [] : [[name, asked[name]]])),
  );

/** What makes of files what a network was trained on, of its own or, but for the files that belong to those, of others. */
function learned(noted: TrainingNotes, isOwn: boolean): Partial<DataChoice> & KnownTask {
  const { inputNames, outputNames, classes, task, encodings, data } = noted;
  const { each, horizon, window, calendar = [], time, ignore, dateOrder, decimalCommas, na, of } = task ?? {};
  const isNumber = each === 'step' && classes === undefined;
  const kind = isNumber ? (horizon === undefined ? 'regress' : 'forecast') : undefined;
  const { labels, test, more, data: _, target: __, ...choice } = data ?? {};
  return {
    targets: outputNames,
    dateOrder,
    task: each === 'sequence' ? each : kind,
    horizon,
    window,
    time,
    ignore,
    na,
    ...choice,
    ...(isOwn ? { labels, test, more } : {}),
    classify: classes !== undefined,
    ...(inputNames ? { inputs: { names: measured(inputNames, calendar), encodings: encodings ?? {} } } : {}),
    calendar,
    ...(of ? { of } : {}),
    ...(decimalCommas ? { decimalCommas } : {}),
  };
}

/** Rows of `width` numbers that went through one scaler, as if they had gone through another. */
function rescaled(values: ArrayLike<number>, from: Scaler | undefined, to: Scaler | undefined, width: number) {
  if (JSON.stringify(from) === JSON.stringify(to)) return values;
  return Float64Array.from(values, (value, at) => standardised(inUnits(value, at % width, from), at % width, to));
}

/** What a network numbers the classes of some data, which numbers them in its own way; undefined for targets that are numbers. */
function classNumbers(data: TestSet, classes: readonly string[] | undefined, kind: Topic) {
  if (data.classes === undefined) return undefined;
  const other = data.classes.find((name) => !classes!.includes(name));
  if (other !== undefined)
    throw new Error(
      `${kind}: ${data.name} has the class "${other}", which the network does not know; it knows ${classes!.join(', ')}`,
    );
  const numbers = data.classes.map((name) => classes!.indexOf(name));
  return (number: number) => numbers[number] ?? number;
}
