import { readRows } from '../formats/csv.ts';
import { parseNumber } from '../formats/csv-columns.ts';
import { parseTime } from '../formats/time.ts';
import { columnsOf, type Reading, readingOf, type Sensors, sampleOf, secondsOf, unnamedColumns } from './sensors.ts';

/** What a line says: its time as it stands there, and a sample, whose inputs are left out where only something is asked at that time. */
export interface Said {
  readonly time: string | undefined;
  readonly seconds: number | undefined;
  /** The value whose change the network forecasts; NaN where it is missing. */
  readonly present: number | undefined;
  readonly x: Float64Array | undefined;
}

/** What reads lines one after another. */
export interface LineReader {
  /** What line `number` says; undefined for a header or a blank line. Throws an error that says what is wrong with it. */
  read(text: string, number: number): Said | undefined;
  /** What the columns of CSV lines are called, where a header said so. */
  readonly header: readonly string[] | undefined;
}

/**
 * A reader of lines of CSV or JSON from a source, which errors begin with. A line of names, that of an input among them, is a header, wherever
 * it comes; rows without one, and lists of JSON, are in the order of the network's inputs, behind their times or without times. An object
 * of JSON is read by name, and asks where it has a time and nothing else. Lines have times as the first good one has.
 */
export function lineReader(sensors: Sensors, source: string, begun?: readonly string[]): LineReader {
  const { names, time: timeNames, isTimed: wantsTime } = sensors;
  let header = begun;
  let isTimed: boolean | undefined;

  const said = (reading: Reading): Said => {
    const time = reading.time?.join(' ');
    if (isTimed !== undefined && isTimed !== (time !== undefined))
      throw new Error(
        time === undefined ? 'no time, unlike the lines before' : `the time "${time}", but the lines before have none`,
      );
    const sample = sampleOf(sensors, reading);
    isTimed = time !== undefined;
    return { ...sample, time };
  };
  const row = (fields: readonly string[], hasCommas: boolean): Said =>
    said(readingOf(unnamedColumns(sensors, fields.length), fields, hasCommas));
  const csv = (text: string, line: number): Said | undefined => {
    const { rows, hasCommas } = readRows(text, { name: source, header: false, line });
    const { fields } = rows[0]!;
    if (fields.some((field) => names.includes(field)) && fields.every(isName)) {
      header = fields;
      columnsOf(sensors, header);
      return undefined;
    }
    if (header === undefined) return row(fields, hasCommas);
    const columns = columnsOf(sensors, header);
    if (fields.length !== columns.width)
      throw new Error(
        `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, wanted ${columns.width} as in the header`,
      );
    return said(readingOf(columns, fields, hasCommas));
  };
  const object = (value: Readonly<Record<string, unknown>>): Said => {
    const text = (name: string) => (Object.hasOwn(value, name) ? fieldOf(value[name]) : undefined);
    const keys = Object.keys(value);
    const there = `there are ${keys.join(', ') || 'no names'}`;
    const lacking = timeNames.find((name) => text(name) === undefined);
    if (lacking !== undefined && wantsTime) throw new Error(`no "${lacking}"; ${there}`);
    const time = lacking === undefined ? timeNames.map((name) => text(name)!) : undefined;
    if (time && keys.length === timeNames.length)
      return { time: time.join(' '), seconds: secondsOf(sensors, time), x: undefined, present: undefined };
    const fields = names.map(text);
    if (fields.every((field) => field === undefined)) throw new Error(`none of ${names.join(', ')}; ${there}`);
    return said({ time, fields, hasCommas: false });
  };
  const json = (text: string): Said => {
    const value = parsed(text);
    return Array.isArray(value) ? row(value.map(fieldOf), false) : object(value as Readonly<Record<string, unknown>>);
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

/** A value of JSON as a field of text; null is empty. */
const fieldOf = (value: unknown): string => (value === null ? '' : String(value));
