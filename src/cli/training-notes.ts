import type { Scaler } from '../datasets/scale.ts';
import type { SavedModel } from '../formats/model-file.ts';
import { fields, listOf, number, oneOf, optional, recordOf, type Shape, text, truth, whole } from '../formats/shape.ts';
import type { DataChoice, TrainCommand } from './commands.ts';
import { dataOptions } from './load-data.ts';
import type { Plan } from './plan.ts';
import { readNotes } from './saved-network.ts';
import type { FileTask } from './training-set.ts';

/** What training notes beside a network, so that it can be used on fresh data. */
export interface TrainingNotes {
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** The columns of a file that the times are from, one or those that make one together. */
  readonly timeNames?: readonly string[];
  readonly classes?: readonly string[];
  /** What the inputs went through. */
  readonly scaler?: Scaler;
  /** What the target went through. */
  readonly targetScaler?: Scaler;
  /** A loss's name, and options behind a colon. */
  readonly loss?: string;
  /** What a network of files answers. */
  readonly task?: FileTask;
  /** The values of columns of text, each of which is an input `NAME=VALUE`. */
  readonly encodings?: Readonly<Record<string, readonly string[]>>;
  /** What of the command line was about data. */
  readonly data?: Pick<TrainCommand, 'data' | 'more'> & Partial<DataChoice>;
}

/** The notes of a training. */
export function notesOf({ command, data, options }: Plan): Record<string, string> {
  const { classes, inputNames, outputNames, timeNames, split, targetScaler, task, encodings } = data;
  const known: Record<keyof TrainingNotes, unknown> = {
    inputNames,
    outputNames,
    timeNames,
    classes,
    scaler: split.scaler,
    targetScaler,
    loss: command.loss ?? options.loss.name,
    task,
    encodings,
    data: Object.fromEntries((['data', 'more', ...dataOptions] as const).map((name) => [name, command[name]])),
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.stringify(value)]])),
  );
}

const names = listOf(text);
const scaler = fields({ mean: listOf(number), deviation: listOf(number) });
const shapes: Readonly<Record<keyof TrainingNotes, Shape>> = {
  inputNames: names,
  outputNames: names,
  timeNames: names,
  classes: names,
  scaler,
  targetScaler: scaler,
  loss: text,
  task: fields({
    each: oneOf('step', 'sequence'),
    horizon: optional(whole),
    of: optional(oneOf('value', 'change')),
    window: optional(whole),
    time: optional(names),
    ignore: optional(names),
  }),
  encodings: recordOf(names),
  data: fields({
    data: text,
    more: names,
    target: optional(text),
    time: optional(names),
    classify: truth,
    task: optional(oneOf('forecast', 'regress', 'sequence')),
    horizon: optional(whole),
    window: optional(whole),
    split: optional(oneOf('time', 'recording')),
    labels: optional(text),
    test: optional(names),
    ignore: optional(names),
    repeated: optional(oneOf('first', 'last')),
    header: optional(oneOf('yes', 'no')),
  }),
};

/** The notes of training that a file has; what somebody noted under the same names that is of another kind is left out. */
export function trainingNotes(notes: SavedModel['notes']): TrainingNotes {
  const read = readNotes(notes);
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) => {
      try {
        shape(read[name], name);
        return [[name, read[name]]];
      } catch {
        return [];
      }
    }),
  );
}
