import type { Stream } from '../computation.ts';
import { type Scaler, standardised } from '../datasets/scale.ts';
import { nearest } from '../equation/nearest.ts';
import { calendarSeconds, isCalendar } from '../formats/calendar.ts';
import { missingTest, parseNumber, parseSeconds, wantedNumber, wantedTime, withPoint } from '../formats/csv-columns.ts';
import type { DateOrder } from '../formats/time.ts';
import { calendarInputs, calendarNames, measured, type Period } from './periods.ts';
import type { Signature } from './signature.ts';

/** What a saved network reads of a row, and what becomes of it. */
export interface Sensors {
  /** The columns that its inputs are read from. */
  readonly names: readonly string[];
  /** The periods of the calendar that its last inputs are of. */
  readonly calendar: readonly Period[];
  /** The values of those that are text, an input each. */
  readonly encodings: Readonly<Record<string, readonly string[]>>;
  readonly inputs: number;
  /** The columns whose changes it forecasts, if it does. */
  readonly changes: readonly string[];
  /** What comes first in dates such as 1/2/1998. */
  readonly dateOrder: DateOrder | undefined;
  /** Whether commas in numbers are decimal, also where commas part the fields. */
  readonly hasCommas: boolean;
  /** Whether a text says that there is no value. */
  readonly isMissing: (text: string) => boolean;
  /** The columns of the time: one, or those that make one together; none where the rows of its files had no times. */
  readonly time: readonly string[];
  /** Whether rows that are read by name must have a time. */
  readonly isTimed: boolean;
  readonly scaler: Scaler | undefined;
  readonly takesMissing: boolean;
  /** Whether a unit of time is a day or more. */
  readonly days: boolean;
}

/**
 * The sensors of a network of which this is known, as a stream knows it; its inputs are `input1`, … and its time `time` where nothing was noted, or `time` where that is given. A network of files
 * that noted no times reads none, whatever a column called `time` holds: it was trained on rows that are one unit of time apart.
 */
export function sensorsOf(
  taken: Pick<Stream, 'inputs' | 'timeUnit' | 'takesMissing'>,
  { inputNames, outputNames, timeNames, scaler, encodings = {}, task }: Signature,
  time: readonly string[] | undefined,
): Sensors {
  const { calendar = [] } = task ?? {};
  const all = inputNames ?? Array.from({ length: taken.inputs }, (_, k) => `input${k + 1}`);
  const inputs = measured(all, calendar);
  const columns = new Map(
    Object.entries(encodings).flatMap(([name, values]) => values.map((value) => [`${name}=${value}`, name])),
  );
  const names = [...new Set(inputs.map((input) => columns.get(input) ?? input))];
  const read = names.flatMap((name) =>
    Object.hasOwn(encodings, name) ? encodings[name]!.map((value) => `${name}=${value}`) : [name],
  );
  for (const { length } of [
    all,
    [...read, ...calendarNames(calendar)],
    ...(scaler ? [scaler.mean, scaler.deviation] : []),
  ]) {
    if (length !== taken.inputs)
      throw new Error(
        `the network's file notes ${length} inputs, or scales so many, but the network takes ${taken.inputs}`,
      );
  }
  const noted = time ?? timeNames ?? task?.time;
  const changes = task?.of === 'change' ? (outputNames ?? []) : [];
  const unread = changes.find((name) => !names.includes(name));
  if (unread !== undefined)
    throw new Error(`the network's file notes forecasts of the change of "${unread}", which is none of its inputs`);
  return {
    names,
    calendar,
    // Without names of its own, such as "constructor".
    encodings: Object.assign(Object.create(null), encodings),
    inputs: taken.inputs,
    changes,
    dateOrder: task?.dateOrder,
    hasCommas: task?.decimalCommas === true,
    isMissing: missingTest(task?.na ?? []),
    time: noted ?? (task ? [] : ['time']),
    isTimed: noted !== undefined,
    scaler,
    takesMissing: taken.takesMissing,
    days: taken.timeUnit >= 86_400,
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
    time: isAmong(time, header) ? time.map((name) => header.indexOf(name)) : undefined,
    inputs: names.map((name) => header.indexOf(name)),
  };
}

/** Whether all columns of the time, if there are any, are among these. */
export const isAmong = (time: readonly string[], names: readonly string[]): boolean =>
  time.length > 0 && time.every((name) => names.includes(name));

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
      `${width} ${width === 1 ? 'field' : 'fields'}; wanted ${names.join(', ')}${time.length > 0 ? `, after ${time.join(', ')} or without` : ''}`,
    );
  return { width, time: first === 0 ? undefined : time.map((_, k) => k), inputs: names.map((_, k) => first + k) };
}

/** What a sensor says: a number, or text as it stands in a file; null, undefined, NaN or empty text where it says nothing. */
export type Value = number | string | boolean | null | undefined;

/** A reading of all sensors: what each says, in their order, and its time, if it has one. */
export interface Reading {
  readonly time: readonly Value[] | undefined;
  readonly values: readonly Value[];
}

/** The reading of a row, whose numbers may have decimal commas. */
export function readingOf(
  { names, encodings, hasCommas: areDecimal }: Sensors,
  { time, inputs }: Columns,
  fields: readonly Value[],
  hasCommas: boolean,
): Reading {
  const point = (field: Value) => ((hasCommas || areDecimal) && typeof field === 'string' ? withPoint(field) : field);
  return {
    time: time?.map((at) => point(fields[at])),
    values: inputs.map((at, k) => (encodings[names[k]!] ? fields[at] : point(fields[at]))),
  };
}

/**
 * The reading of values by name, at a time that was told or else is among them; others are not read. Throws when there is none of a sensor, or no
 * time, unless nobody said what it is called.
 */
export function namedReading(
  { names, time, isTimed }: Sensors,
  named: Readonly<Record<string, Value>>,
  told?: readonly Value[],
): Reading {
  if (typeof named !== 'object' || named === null)
    throw new Error(`readings are ${named}; wanted values by name: ${names.join(', ')}`);
  const said = (name: string) => (Object.hasOwn(named, name) ? named[name] : undefined);
  const there = () => `there are ${Object.keys(named).join(', ') || 'no names'}`;
  const lacking = told ? undefined : time.find((name) => said(name) === undefined);
  if (lacking !== undefined && isTimed) throw new Error(`no "${lacking}"; ${there()}`);
  const values = names.map(said);
  if (values.every((value) => value === undefined)) throw new Error(`none of ${names.join(', ')}; ${there()}`);
  return { time: told ?? (lacking === undefined && time.length > 0 ? time.map(said) : undefined), values };
}

/** A reading as the network sees it: standardised inputs, NaN where they are missing, and seconds. */
export interface Sample {
  readonly x: Float64Array;
  readonly seconds: number | undefined;
  /** The values whose changes the network forecasts, in their own units, NaN where missing; undefined where it forecasts none. */
  readonly present: readonly number[] | undefined;
}

/** The sample of a reading. Throws an error that names the column of what is no number, no time, or missing where nothing may be. */
export function sampleOf(sensors: Sensors, { time, values }: Reading): Sample {
  const { names, calendar, encodings, inputs, changes, scaler, takesMissing, isMissing } = sensors;
  const x = new Float64Array(inputs);
  const present = changes.length > 0 ? changes.map(() => Number.NaN) : undefined;
  let k = 0;
  const put = (value: number) => {
    x[k] = standardised(value, k, scaler);
    k++;
  };
  names.forEach((name, at) => {
    const said = values[at];
    const known = encodings[name];
    const number = known || isMissing(textOf(said)) ? Number.NaN : numberOf(said);
    if (number === undefined) throw new Error(`column "${name}": "${said}" is not ${wantedNumber}`);
    const text = known ? textOf(said) : '';
    const isThere = known ? !isMissing(text) : !Number.isNaN(number);
    if (!isThere && !takesMissing)
      throw new Error(`column "${name}" is missing, but this network was trained without missing inputs`);
    if (known) {
      if (isThere && !known.includes(text)) throw new Error(`column "${name}": "${text}" is not ${wantedValue(known)}`);
      for (const value of known) put(isThere ? Number(value === text) : Number.NaN);
      return;
    }
    const change = changes.indexOf(name);
    if (change >= 0) present![change] = number;
    put(number);
  });
  const seconds = secondsOf(sensors, time);
  if (calendar.length > 0) {
    if (seconds === undefined)
      throw new Error(
        `no time, but this network reads where in the ${calendar.join(', ')} a row is; wanted ${sensors.time.join(', ')}`,
      );
    for (const value of calendarInputs(calendar, seconds)) put(value);
  }
  return { x, seconds, present };
}

/** What a field has to hold that a network reads as one of the values it was trained with. */
export const wantedValue = (values: readonly string[]): string =>
  `one of the values that the network was trained with: ${values.join(', ')} (or empty where it is missing)`;

const textOf = (value: Value): string => (value === undefined || value === null ? '' : String(value));

/** The number that a value is, NaN where it is missing; undefined where it is none, or not finite. */
const numberOf = (value: Value): number | undefined =>
  typeof value !== 'number'
    ? parseNumber(textOf(value))
    : Math.abs(value) === Number.POSITIVE_INFINITY
      ? undefined
      : value;

/** The values that forecasts are changes from: the present ones, or where they are missing the last there were; none where values are forecast. Throws when there was none. */
export function changesFrom(
  { changes }: Sensors,
  before: readonly number[] | undefined,
  present: readonly number[] | undefined,
): readonly number[] {
  return changes.map((name, k) => {
    const last = [present?.[k], before?.[k]].find((value) => value !== undefined && !Number.isNaN(value));
    if (last === undefined)
      throw new Error(`column "${name}" has no value so far, but the network forecasts its change from the last one`);
    return last;
  });
}

/** The seconds of a time, if there is one. Throws an error that names its column when it is none. */
export function secondsOf(
  { time: names, days, dateOrder }: Sensors,
  time: readonly Value[] | undefined,
): number | undefined {
  if (time === undefined) return undefined;
  if (isCalendar(names)) return calendarSeconds(names, time.map(Number));
  let seconds = 0;
  for (const [k, said] of time.entries()) {
    const text = textOf(said);
    const part = parseSeconds(text, days, dateOrder);
    if (part === undefined) throw new Error(`column "${names[k]}": "${text}" is not ${wantedTime}`);
    seconds += part;
  }
  return seconds;
}
