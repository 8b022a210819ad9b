import { parseNumber } from '../formats/csv-columns.ts';
import { headerName } from '../formats/csv-heading.ts';
import { lineFields } from '../formats/csv-records.ts';
import { parseTime } from '../formats/time.ts';
import {
  type Columns,
  columnsOf,
  isAmong,
  namedReading,
  type Reading,
  readingOf,
  type Sensors,
  unnamedColumns,
  type Value,
} from '../predictor/sensors.ts';

/** What a line says: a reading, or only a time, at which something is asked. */
export type Said = Reading | { readonly time: readonly Value[]; readonly values: undefined };

/** What reads lines one after another. */
export interface LineReader {
  /** What line `number` says; undefined for a header, a comment or a blank line. Throws an error that says what is wrong with it. */
  read(text: string, number: number): Said | undefined;
  /** What the columns of CSV lines are called, where a header said so. */
  readonly header: readonly string[] | undefined;
}

/**
 * A reader of lines of CSV or JSON from a source, which errors begin with. A line of names, that of an input among them, is a header, wherever
 * it comes, also behind a `#`; other lines that begin with `#` say nothing. Rows without one, and lists of JSON, are in the order of the network's inputs, behind their times or without times. An object
 * of JSON is read by name, and asks where it has a time and nothing else.
 */
export function lineReader(sensors: Sensors, source: string, begun?: readonly string[]): LineReader {
  const { names, time: timeNames } = sensors;
  let header = begun;
  /** The columns of the header, and of rows without one by their width, where they are known to be good. */
  let below: Columns | undefined;
  const unnamed = new Map<number, Columns>();

  const row = (values: readonly Value[], hasCommas: boolean): Reading => {
    const { length } = values;
    const columns = unnamed.get(length) ?? unnamedColumns(sensors, length);
    unnamed.set(length, columns);
    return readingOf(sensors, columns, values, hasCommas);
  };
  const csv = (text: string, line: number): Reading | undefined => {
    const isMarked = text.startsWith('#');
    const { fields, separator } = lineFields(isMarked ? text.slice(1) : text, { name: source, line });
    const hasCommas = separator !== ',';
    const called = fields.map(headerName);
    if (called.some((name) => names.includes(name)) && fields.every(isName)) {
      [header, below] = [called, undefined];
      below = columnsOf(sensors, header);
      return undefined;
    }
    if (isMarked) return undefined;
    if (header === undefined) return row(fields, hasCommas);
    below ??= columnsOf(sensors, header);
    if (fields.length !== below.width)
      throw new Error(
        `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, wanted ${below.width} as in the header`,
      );
    return readingOf(sensors, below, fields, hasCommas);
  };
  const object = (named: Readonly<Record<string, Value>>): Said =>
    Object.keys(named).length === timeNames.length && isAmong(timeNames, Object.keys(named))
      ? { time: timeNames.map((name) => named[name]), values: undefined }
      : namedReading(sensors, named);
  const json = (text: string): Said => {
    const value = parsed(text) as readonly Value[] | Readonly<Record<string, Value>>;
    return isList(value) ? row(value, false) : object(value);
  };

  return {
    get header() {
      return header;
    },
    read(text, number) {
      const bare = text.trim();
      if (bare === '') return undefined;
      try {
        return /^[[{]/.test(bare) ? json(bare) : csv(bare, number);
      } catch (error) {
        const { message } = error as Error;
        const place = `${source}:${number}: `;
        throw new Error(message.startsWith(place) ? message : place + message, { cause: error });
      }
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether a field may stand in a header: it is no value, or it is empty, over a row index. */
const isName = (field: string): boolean =>
  field === '' || (parseNumber(field) === undefined && parseTime(field) === undefined);

const isList = Array.isArray as (value: unknown) => value is readonly unknown[];
