import { type Scaler, standardised } from '../datasets/scale.ts';
import { nearest } from '../equation/nearest.ts';
import { isMissing, parseNumber, parseSeconds, wantedNumber, wantedTime, withPoint } from '../formats/csv-columns.ts';
import type { SavedModel } from '../formats/model-file.ts';
import { allowsMissing } from '../model.ts';
import { models } from '../network.ts';
import { wantedValue } from './input-columns.ts';
import { calendarSeconds, isCalendar } from './time-column.ts';
import { trainingNotes } from './training-notes.ts';

/** What a saved network reads of a row, and what becomes of it. */
export interface Sensors {
  /** The columns that its inputs are read from. */
  readonly names: readonly string[];
  /** The values of those that are text, an input each. */
  readonly encodings: Readonly<Record<string, readonly string[]>>;
  readonly inputs: number;
  /** The column whose change it forecasts, if it does. */
  readonly changes: string | undefined;
  /** The columns of the time: one, or those that make one together. */
  readonly time: readonly string[];
  /** Whether rows that are read by name must have a time. */
  readonly isTimed: boolean;
  readonly scaler: Scaler | undefined;
  readonly takesMissing: boolean;
  /** Whether a unit of time is a day or more. */
  readonly days: boolean;
}

/** The sensors of a saved network; its inputs are `input1`, … and its time `time` where nothing was noted, or `time` where that is given. */
export function sensorsOf({ model, notes }: SavedModel, time: readonly string[] | undefined): Sensors {
  const { inputNames, outputNames, timeNames, scaler, encodings = {}, task } = trainingNotes(notes);
  const inputs = inputNames ?? Array.from({ length: model.inputs }, (_, k) => `input${k + 1}`);
  const columns = new Map(
    Object.entries(encodings).flatMap(([name, values]) => values.map((value) => [`${name}=${value}`, name])),
  );
  const names = [...new Set(inputs.map((input) => columns.get(input) ?? input))];
  const read = names.flatMap((name) => encodings[name]?.map((value) => `${name}=${value}`) ?? [name]);
  for (const { length } of [inputs, read, ...(scaler ? [scaler.mean, scaler.deviation] : [])]) {
    if (length !== model.inputs)
      throw new Error(
        `the network's file notes ${length} inputs, or scales so many, but the network takes ${model.inputs}`,
      );
  }
  const noted = time ?? timeNames ?? task?.time;
  const changes = task?.of === 'change' ? outputNames?.[0] : undefined;
  if (changes !== undefined && !names.includes(changes))
    throw new Error(`the network's file notes forecasts of the change of "${changes}", which is none of its inputs`);
  return {
    names,
    encodings,
    inputs: model.inputs,
    changes,
    time: noted ?? ['time'],
    isTimed: noted !== undefined,
    scaler,
    takesMissing: allowsMissing(models(model)[0]!.model),
    days: model.timeUnit >= 86_400,
  };
}

/** Where the time and the inputs stand in rows of `width` fields; rows without times have none for it. */
export interface Columns {
  readonly width: number;
  readonly time: readonly number[] | undefined;
  readonly inputs: readonly number[];
}

/** The columns of rows whose fields have these names. Throws when an input has none, or the time, unless nobody said what it is called. */
export function columnsOf({ names, time, isTimed }: Sensors, header: readonly string[]): Columns {
  const lacking = [...names, ...(isTimed ? time : [])].find((name) => !header.includes(name));
  if (lacking !== undefined)
    throw new Error(`no column "${lacking}"; there are ${header.join(', ')}${nearest(lacking, header)}`);
  return {
    width: header.length,
    time: time.every((name) => header.includes(name)) ? time.map((name) => header.indexOf(name)) : undefined,
    inputs: names.map((name) => header.indexOf(name)),
  };
}

/**
 * The columns of rows without a header: `column1`, … if the network knows its inputs by such names, else those of its inputs in their order, with
 * the time in front or without. Throws when there are not as many.
 */
export function unnamedColumns(sensors: Sensors, width: number): Columns {
  const { names, time } = sensors;
  const counted = Array.from({ length: width }, (_, k) => `column${k + 1}`);
  if (names.every((name) => counted.includes(name))) return columnsOf(sensors, counted);
  const first = width - names.length;
  if (first !== 0 && first !== time.length)
    throw new Error(
      `${width} ${width === 1 ? 'field' : 'fields'}; wanted ${names.join(', ')}, after ${time.join(', ')} or without`,
    );
  return { width, time: first === 0 ? undefined : time.map((_, k) => k), inputs: names.map((_, k) => first + k) };
}

/** What is read of a row, as it stands there: its time, if it has one, and the fields of its inputs, of which some may not be there. */
export interface Reading {
  readonly time: readonly string[] | undefined;
  readonly fields: readonly (string | undefined)[];
  /** Whether numbers may have decimal commas. */
  readonly hasCommas: boolean;
}

/** The reading of a row. */
export const readingOf = ({ time, inputs }: Columns, fields: readonly string[], hasCommas: boolean): Reading => ({
  time: time?.map((at) => fields[at]!),
  fields: inputs.map((at) => fields[at]!),
  hasCommas,
});

/** A reading as the network sees it: standardised inputs, NaN where they are missing, and seconds. */
export interface Sample {
  readonly x: Float64Array;
  readonly seconds: number | undefined;
  /** The value whose change the network forecasts, in its own units; NaN where it is missing. */
  readonly present: number | undefined;
}

/** The sample of a reading. Throws an error that names the column of what is no number, no time, or missing where nothing may be. */
export function sampleOf(sensors: Sensors, { time, fields, hasCommas }: Reading): Sample {
  const { names, encodings, inputs, changes, scaler, takesMissing } = sensors;
  const x = new Float64Array(inputs);
  let present: number | undefined;
  let k = 0;
  const put = (value: number) => {
    x[k] = standardised(value, k, scaler);
    k++;
  };
  names.forEach((name, at) => {
    const text = fields[at];
    if ((text === undefined || isMissing(text)) && !takesMissing)
      throw new Error(`column "${name}" is missing, but this network was trained without missing inputs`);
    const values = encodings[name];
    if (values) {
      const isThere = text !== undefined && !isMissing(text);
      if (isThere && !values.includes(text))
        throw new Error(`column "${name}": "${text}" is not ${wantedValue(values)}`);
      for (const value of values) put(isThere ? Number(value === text) : Number.NaN);
      return;
    }
    const value = text === undefined ? Number.NaN : parseNumber(hasCommas ? withPoint(text) : text);
    if (value === undefined) throw new Error(`column "${name}": "${text}" is not ${wantedNumber}`);
    if (name === changes) present = value;
    put(value);
  });
  const told = hasCommas ? time?.map(withPoint) : time;
  return { x, seconds: secondsOf(sensors, told), present };
}

/** The value that a forecast is a change from: the present one, or where it is missing the last there was. 0 where values are forecast. Throws when there was none. */
export function changesFrom({ changes }: Sensors, before: number | undefined, present: number | undefined): number {
  if (changes === undefined) return 0;
  const last = present === undefined || Number.isNaN(present) ? before : present;
  if (last === undefined)
    throw new Error(`column "${changes}" has no value so far, but the network forecasts its change from the last one`);
  return last;
}

/** The seconds of a time, if there is one. Throws an error that names its column when it is none. */
export function secondsOf({ time: names, days }: Sensors, time: readonly string[] | undefined): number | undefined {
  if (time === undefined) return undefined;
  if (isCalendar(names)) return calendarSeconds(names, time.map(Number));
  let seconds = 0;
  for (const [k, text] of time.entries()) {
    const part = parseSeconds(text, days);
    if (part === undefined) throw new Error(`column "${names[k]}": "${text}" is not ${wantedTime}`);
    seconds += part;
  }
  return seconds;
}
