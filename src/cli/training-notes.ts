import type { SavedModel } from '../formats/model-file.ts';
import { fields, listOf, oneOf, optional, text, truth, whole } from '../formats/shape.ts';
import { notesOf, notesOfShapes } from '../predictor/read-notes.ts';
import { periodsShape, type Signature, signatureNotes, signatureOf } from '../predictor/signature.ts';
import type { DataChoice, TrainCommand } from './commands.ts';
import { dataOptions } from './load-data.ts';
import type { Plan } from './plan.ts';

/** What training notes beside a network: its signature, and how to find the data again. */
export interface TrainingNotes extends Signature {
  /** What of the command line was about data. */
  readonly data?: Pick<TrainCommand, 'data' | 'more'> & Partial<DataChoice>;
}

/** The notes of a training. */
export function notesOfTraining({ command, data, options }: Plan): Record<string, string> {
  const { classes, inputNames, outputNames, timeNames, split, targetScaler, task, encodings } = data;
  return {
    ...signatureNotes({
      inputNames,
      outputNames,
      timeNames,
      classes,
      scaler: split.scaler,
      targetScaler,
      loss: command.loss ?? options.loss.name,
      task,
      encodings,
    }),
    ...notesOf({
      data: Object.fromEntries((['data', 'more', ...dataOptions] as const).map((name) => [name, command[name]])),
    }),
  };
}

const names = listOf(text);
const data = fields({
  data: text,
  more: names,
  target: optional(text),
  time: optional(names),
  classify: truth,
  task: optional(oneOf('forecast', 'regress', 'sequence')),
  horizon: optional(whole),
  window: optional(whole),
  calendar: optional(periodsShape),
  split: optional(oneOf('time', 'recording')),
  labels: optional(text),
  test: optional(names),
  ignore: optional(names),
  repeated: optional(oneOf('first', 'last')),
  header: optional(oneOf('yes', 'no')),
  dateOrder: optional(oneOf('dmy', 'mdy')),
  recording: optional(text),
  long: optional(names),
  na: optional(names),
});

/** The notes of training that a file has. */
export const trainingNotes = (notes: SavedModel['notes']): TrainingNotes => ({
  ...signatureOf(notes),
  ...notesOfShapes<Pick<TrainingNotes, 'data'>>(notes, { data }),
});
