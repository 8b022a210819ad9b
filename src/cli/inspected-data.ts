import type { Scaler } from '../datasets/scale.ts';
import type { SavedModel } from '../formats/model-file.ts';
import { quantity } from '../report/quantity.ts';
import type { Labelled } from '../sequences.ts';
import { beginning } from './beginning.ts';
import { isFile, loadData } from './load-data.ts';
import type { DataChoice, InspectCommand } from './options.ts';
import { readNotes } from './saved-network.ts';
import { timesOf } from './times-of.ts';
import type { FileTask } from './training-set.ts';
import { usageError } from './usage-error.ts';

/** The beginning of a test recording as a saved network sees it. */
export interface InspectedData {
  readonly title: string;
  /** What was done to it, in words. */
  readonly notes: readonly string[];
  readonly stretch: Labelled;
  /** When its steps were, and what figures call that. */
  readonly times: Float64Array;
  readonly timeLabel: string;
}

/** What training notes beside a network. */
export interface TrainingNotes {
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  readonly classes?: readonly string[];
  readonly scaler?: Scaler;
  readonly targetScaler?: Scaler;
  readonly task?: FileTask;
}

/** The options that make of files what a network was trained on. */
function asked(
  task: FileTask | undefined,
  isClass: boolean,
): Pick<DataChoice, 'task' | 'horizon' | 'window' | 'time' | 'ignore'> {
  const { each, horizon, window, time, ignore } = task ?? {};
  const isNumber = each === 'step' && !isClass;
  const kind = isNumber ? (horizon === undefined ? 'regress' : 'forecast') : undefined;
  return { task: each === 'sequence' ? each : kind, horizon, window, time, ignore };
}

/** Steps that are looked at. */
const steps = 300;

/**
 * The data that a command names, in the units that a network was trained in: its notes say what its inputs are called and were scaled
 * by, its `timeUnit` what dt = 1 is. Throws when the inputs are others.
 */
export async function inspectedData(
  { data: name, target, time }: InspectCommand & { readonly data: string },
  { model, notes }: SavedModel,
): Promise<InspectedData> {
  const { inputNames, outputNames, classes, task, scaler: noted } = trainingNotes(notes);
  const data = await loadData({
    kind: 'inspect',
    data: name,
    more: [],
    target: target ?? (isFile(name) ? outputNames?.[0] : undefined),
    classify: isFile(name) && classes !== undefined,
    ...asked(isFile(name) ? task : undefined, classes !== undefined),
    ...(time === undefined ? {} : { time: time.split(',') }),
    split: undefined,
    labels: undefined,
    test: undefined,
    repeated: undefined,
    header: undefined,
  });
  const listed = (names: readonly string[]) => `${names.length} (${names.join(', ')})`;
  if (data.split.inputs !== model.inputs || (inputNames && inputNames.join() !== data.inputNames.join()))
    throw usageError(
      `inspect: --data "${name}" has the inputs ${listed(data.inputNames)}, but the network takes ${inputNames ? listed(inputNames) : model.inputs}`,
    );
  const { rollout, scaler } = data.split;
  const own = inputNames ? noted : scaler;
  const stretch = inUnits(beginning(rollout, steps), scaler, own, data.timeUnit / model.timeUnit);
  return {
    title: data.title,
    notes: [
      ...data.notes,
      `the first ${stretch.steps} steps of a recording of the test part`,
      ...(inputNames || !scaler
        ? []
        : ["the network's file says nothing of its inputs; they are scaled as for training"]),
      ...(data.timeUnit === model.timeUnit || !stretch.dt ? [] : [`dt = 1 is ${quantity(model.timeUnit, 3)} s`]),
    ],
    stretch,
    ...timesOf(stretch, model.timeUnit),
  };
}

/** The notes of training; none where somebody noted something else. */
export function trainingNotes(notes: SavedModel['notes']): TrainingNotes {
  const read = readNotes(notes);
  return Array.isArray(read.inputNames) ? read : {};
}

/** The same sequence with inputs scaled by `to` instead of `from`, and times `longer`. */
function inUnits(of: Labelled, from: Scaler | undefined, to: Scaler | undefined, longer: number): Labelled {
  const isSame = JSON.stringify(from) === JSON.stringify(to);
  const [{ mean: m, deviation: d }, { mean, deviation }] = [from, to].map(
    (scaler) => scaler ?? { mean: [], deviation: [] },
  ) as [Scaler, Scaler];
  const width = of.x.length / of.steps;
  const scaled = (value: number, k: number) =>
    (value * (d[k] ?? 1) + (m[k] ?? 0) - (mean[k] ?? 0)) / (deviation[k] ?? 1);
  return {
    ...of,
    ...(isSame ? {} : { x: Float64Array.from(of.x, (value, at) => scaled(value, at % width)) }),
    ...(of.dt && longer !== 1 ? { dt: Float64Array.from(of.dt, (value) => value * longer) } : {}),
  };
}
