import type { Scaler } from '../datasets/scale.ts';
import type { SavedModel } from '../formats/model-file.ts';
import { fields, listOf, number, oneOf, optional, recordOf, type Shape, text, truth, whole } from '../formats/shape.ts';
import type { DateOrder } from '../formats/time.ts';
import { type Period, periodNames } from './periods.ts';
import { notesOf, notesOfShapes } from './read-notes.ts';

/** What the inputs and outputs of a network stand for: names, units and scaling, noted in its file so that it can be used on fresh data. */
export interface Signature {
  /** The inputs in their order; default `input1`, … */
  readonly inputNames?: readonly string[] | undefined;
  /** The numbers that it answers, in their order; default `output1`, … */
  readonly outputNames?: readonly string[] | undefined;
  /** What the times are read from, one name or those that make a time together; default `time`. */
  readonly timeNames?: readonly string[] | undefined;
  /** The classes that it tells apart, an output each. */
  readonly classes?: readonly string[] | undefined;
  /** What the inputs went through; default nothing. */
  readonly scaler?: Scaler | undefined;
  /** What the target went through; default nothing. */
  readonly targetScaler?: Scaler | undefined;
  /** The loss's name, and options behind a colon; default `mse`, of classes `cross-entropy`. */
  readonly loss?: string | undefined;
  /** What a network of files answers. */
  readonly task?: FileTask | undefined;
  /** The values of inputs that are text, each of which is an input `NAME=VALUE` that is 1 where it is so and 0 else. */
  readonly encodings?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What a network of files answers. */
export interface FileTask {
  /** At every step, or once for a whole sequence. */
  readonly each: 'step' | 'sequence';
  /** How many rows ahead a forecast looks; without it, the answer is about the row itself. */
  readonly horizon?: number;
  /** A forecast says the value, or how much it will have changed from the present one, which is to be added. */
  readonly of?: 'value' | 'change';
  /** Rows of a window that it was trained on. */
  readonly window?: number;
  /** The periods that its last inputs are made of the time for. */
  readonly calendar?: readonly Period[];
  /** The columns of times, and those left out, as they were named. */
  readonly time?: readonly string[];
  readonly ignore?: readonly string[];
  /** What comes first in its dates, where that is a matter of taste. */
  readonly dateOrder?: DateOrder;
  /** Whether commas in its numbers are decimal. */
  readonly decimalCommas?: boolean;
  /** What means that there is no value, beside what always does. */
  readonly na?: readonly string[];
}

/** Periods of the calendar by name. */
export const periodsShape: Shape = listOf(oneOf(...periodNames));

const names = listOf(text);
const scaler = fields({ mean: listOf(number), deviation: listOf(number) });
const shapes: Readonly<Record<keyof Signature, Shape>> = {
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
    calendar: optional(periodsShape),
    time: optional(names),
    ignore: optional(names),
    dateOrder: optional(oneOf('dmy', 'mdy')),
    decimalCommas: optional(truth),
    na: optional(names),
  }),
  encodings: recordOf(names),
};

/** The signature in a file's notes; what somebody noted under the same names that is of another kind is left out. */
export const signatureOf = (notes: SavedModel['notes']): Signature => notesOfShapes<Signature>(notes, shapes);

/** A signature as notes, for `saveModel` and `saveCompiled`. */
export const signatureNotes = (signature: Signature): Record<string, string> => notesOf({ ...signature });
