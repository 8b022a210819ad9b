import { calendar, calendarSeconds, isCalendar } from '../formats/calendar.ts';
import type { Table } from '../formats/csv.ts';
import { type Column, plainTimes, wantedTime } from '../formats/csv-columns.ts';
import type { DateOrder } from '../formats/time.ts';
import { quantity } from '../report/quantity.ts';

/** The columns that say when rows were measured, and the seconds of each row. */
export interface TimeColumn {
  readonly names: readonly string[];
  readonly seconds: Float64Array;
  /** What comes first in their dates, where that is a matter of taste. */
  readonly order?: DateOrder;
  /** Times of day without dates. */
  readonly isClock?: boolean;
}

/** What of rows with the time of the row before stays. */
export type Repeated = 'first' | 'last';

/**
 * When the rows of a table were measured: by the columns named (one; a date and a clock; or year, month, day and so on), else by the only column of timestamps, or the only two that are dates
 * and times of day, else by the only column of numbers that is called a time and holds dates or counts from 1970, else by columns called year, month and day (and hour, minute, second). Undefined where there are none but those to `ignore`.
 */
export function timeColumn(
  table: Table,
  named: readonly string[] | undefined,
  ignore: readonly string[] = [],
): TimeColumn | undefined {
  const names = named ?? found(table, ignore);
  if (names === undefined) return undefined;
  for (const name of names)
    if (!table.columns.has(name))
      throw new Error(`${table.name}: no column "${name}"; it has ${table.names.join(', ')}`);
  if (isCalendar(names)) return { names, seconds: calendarTimes(table, names) };
  const parts = names.map((name) => secondsOf(table, name));
  const columns = names.map((name) => table.columns.get(name)!);
  const order = columns.map((column) => (column.kind === 'time' ? column.order : undefined)).find((each) => each);
  return {
    names,
    seconds: parts[0]!.map((_, row) => parts.reduce((sum, part) => sum + part[row]!, 0)),
    ...(order ? { order } : {}),
    isClock: columns.every(isClock),
  };
}

const isClock = (column: Column | undefined): boolean => column?.kind === 'time' && column.isClock === true;

function found({ names: all, columns }: Table, ignore: readonly string[]): readonly string[] | undefined {
  const names = all.filter((name) => !ignore.includes(name));
  const stamped = names.filter((name) => columns.get(name)!.kind === 'time');
  if (stamped.length === 1) return stamped;
  if (stamped.length > 1) {
    const clocks = stamped.filter((name) => isClock(columns.get(name)));
    const dates = stamped.filter((name) => !clocks.includes(name));
    return clocks.length === 1 && dates.length === 1 ? [...dates, ...clocks] : undefined;
  }
  const counted = names.filter((name) => isEpoch(name, columns.get(name)!));
  if (counted.length === 1) return counted;
  const parts = calendar.map((part) => names.find((name) => name.toLowerCase() === part));
  const end = parts.findIndex((name) => name === undefined || columns.get(name)!.kind !== 'number');
  const whole = parts.slice(0, end < 0 ? parts.length : end) as string[];
  return whole.length >= 3 ? whole : undefined;
}

/** Whether a column of numbers is called a time and can be nothing else: dates (`19580329`), or seconds or parts of them since 1970, all within 2001 to 2099. */
function isEpoch(name: string, column: Column): boolean {
  if (column.kind !== 'number' || !/^(_?time|timestamp|date_?time|date|epoch|ts)(\b|_)/i.test(name)) return false;
  const { values } = column;
  const seconds = plainTimes(values);
  const areDates = seconds !== values && values[0]! < 1e8;
  return areDates || (values.length > 0 && seconds.every((second) => second >= 1e9 && second < 4.1e9));
}

function secondsOf(table: Table, name: string): Float64Array {
  const column = table.columns.get(name)!;
  const refuse = (row: number, text: string): never => {
    throw new Error(`${table.name}:${table.lines[row]}: column "${name}": "${text}" is not ${wantedTime}`);
  };
  if (column.kind === 'time') return column.seconds;
  if (column.kind === 'class') return refuse(0, column.classes[column.values[0]!] ?? '');
  const missing = column.values.findIndex(Number.isNaN);
  if (missing >= 0) refuse(missing, '');
  return plainTimes(column.values);
}

function calendarTimes(table: Table, names: readonly string[]): Float64Array {
  const parts = names.map((name) => table.columns.get(name)!);
  return Float64Array.from({ length: table.rows }, (_, row) => {
    const numbers = parts.map((part) => (part.kind === 'number' ? part.values[row]! : Number.NaN));
    try {
      return calendarSeconds(names, numbers);
    } catch (error) {
      throw new Error(`${table.name}:${table.lines[row]}: ${(error as Error).message}`, { cause: error });
    }
  });
}

/** The rows of a table in order of time, those at a time that is there already left out as `repeated` says. Throws where times go back, or repeat without it. */
export function orderedRows(table: Table, times: TimeColumn, repeated: Repeated | undefined): number[] {
  const { names, seconds } = times;
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const before = rows.at(-1);
    const elapsed = before === undefined ? 1 : seconds[row]! - seconds[before]!;
    if (elapsed > 0) rows.push(row);
    else if (elapsed < 0) throw backInTime(table, times, row, before!, longAdvice(table, names));
    else if (repeated === undefined)
      throw new Error(
        `${placeOf(table, names, row)} repeats the time of line ${table.lines[before!]}; ${
          longAdvice(table, names) ??
          'wanted one row for each time: say --repeated first or --repeated last, or correct the file'
        }`,
      );
    else if (repeated === 'last') rows[rows.length - 1] = row;
  }
  return rows;
}

/** The error of a row whose time is before that of a row above it, and what may be done beside what is always said. */
export function backInTime(
  table: Table,
  { names, seconds, isClock }: TimeColumn,
  row: number,
  before: number,
  more?: string,
): Error {
  const advice = isClock
    ? 'a time of day starts anew at midnight: give it a column of dates (--time DATE,CLOCK), or leave it out (--ignore)'
    : 'wanted rows in order of time: sort the file by it, or say which column names the recording if there are several (--recording)';
  return new Error(
    `${placeOf(table, names, row)} goes back in time by ${quantity(seconds[before]! - seconds[row]!)} s; ${advice}${more === undefined ? '' : `; ${more}`}`,
  );
}

const placeOf = (table: Table, names: readonly string[], row: number): string =>
  `${table.name}:${table.lines[row]}: ${names.length === 1 ? 'column' : 'the columns'} "${names.join(', ')}"`;

/** What to do with a table that has nothing beside its times but what was measured, as text, and its value; undefined for all others. */
function longAdvice({ names, columns }: Table, times: readonly string[]): string | undefined {
  const others = names.filter((name) => !times.includes(name));
  const [name, value] = ['class', 'number'].map((kind) => others.find((each) => columns.get(each)!.kind === kind));
  if (others.length !== 2 || name === undefined || value === undefined) return undefined;
  return `if the file has a row for each value (long format), say --long ${name},${value}`;
}
