import { basename } from 'node:path';
import { nearest } from '../equation/nearest.ts';
import { type Heading, rowReader } from '../formats/csv.ts';
import type { Row } from '../formats/csv-records.ts';
import { textsOf } from '../formats/pick-rows.ts';
import type { Tables } from '../formats/tables.ts';
import {
  type Columns,
  changesFrom,
  columnsOf,
  readingOf,
  type Sensors,
  sampleOf,
  unnamedColumns,
} from '../predictor/sensors.ts';
import { quantity } from '../report/quantity.ts';
import { isText, readTables } from './read-tables.ts';
import { readText } from './read-text.ts';
import { usageError } from './usage-error.ts';
import { wideRows } from './wide-rows.ts';
import { isLong } from './wide-tables.ts';
import { within } from './within.ts';

/** The rows of a recording as a saved network sees them. */
export interface Sequence {
  readonly name: string;
  readonly steps: number;
  /** `(steps, inputs)`. */
  readonly x: Float64Array;
  readonly dt: Float64Array;
  /** The line of each row, its time as it stands there, and the values that forecasts are changes from. */
  readonly rows: readonly {
    readonly line: number;
    readonly time: string | undefined;
    readonly from: readonly number[];
  }[];
  /** The lines of rows without a value of what is to be predicted, which are left out as in training. */
  readonly left: readonly number[];
}

/** How files are read for a network. */
export interface SequenceOptions {
  readonly sensors: Sensors;
  /** Seconds that dt = 1 stands for. */
  readonly timeUnit: number;
  /** Whether the first line of CSV holds names. */
  readonly header: boolean | undefined;
  /** The columns of the time, as they were named. */
  readonly time: readonly string[] | undefined;
  /** The column that names the recording of each row. */
  readonly recording: string | undefined;
  /** The columns that say what was measured, and at last its value, of a file with a row for each value; those of training where it may have a row for each time too. */
  readonly long: readonly string[] | undefined;
  readonly isLongAsked: boolean;
  /** What is predicted, as far as it is read too. */
  readonly targets: readonly string[];
}

/** Read a file as sequences for a network: one, or one for each value of a column, or for each series of an archive. Throws Errors that name the line, or columns that are not there. */
export async function readSequences(path: string, options: SequenceOptions): Promise<readonly Sequence[]> {
  const { header } = options;
  const name = path;
  if (isText(path)) {
    let made: Taker | undefined;
    const reader = rowReader({ name, ...(header === undefined ? {} : { header }) }, (heading) => {
      made = taker(name, heading, options);
      return made.take;
    });
    for await (const text of readText(path, name, () => {})) reader.push(text);
    reader.end();
    const found = made!.end();
    if (found.length === 0) throw new Error(`${name}: no rows below the header`);
    return found;
  }
  const read = await readTables(path, {
    name: basename(path),
    header,
    dateOrder: options.sensors.dateOrder,
    texts: undefined,
    reading: () => {},
  });
  return ofTables(read, options);
}

/** Tables as they would stand in CSV, their numbers as shortest texts. */
function ofTables({ tables }: Tables, options: SequenceOptions): Sequence[] {
  return tables.flatMap(({ name, names, rows, lines, columns }) => {
    const made = taker(name, { names, isNamed: true, hasCommas: false }, options);
    const texts = names.map((column) => textsOf(columns.get(column)!));
    for (let row = 0; row < rows; row++) made.take({ line: lines[row]!, fields: texts.map((values) => values[row]!) });
    return made.end().map((sequence) => ({ ...sequence, name: tables.length > 1 ? name : sequence.name }));
  });
}

const OTHER = Symbol('other columns');

/** Whether an error says that a file has other columns than the network reads. */
export const isOther = (error: unknown): boolean => error instanceof Error && OTHER in error;

interface Taker {
  take(row: Row): void;
  end(): readonly Sequence[];
}

/** Takes the rows below a heading, which become the sequences of a file. */
function taker(
  file: string,
  { names, isNamed, hasCommas }: Pick<Heading, 'names' | 'isNamed' | 'hasCommas'>,
  { sensors, timeUnit, time, recording, targets, long, isLongAsked }: SequenceOptions,
): Taker {
  for (const [option, column] of [
    ...(time ?? []).map((each) => ['time', each] as const),
    ['recording', recording] as const,
    ...(isLongAsked ? long! : []).map((each) => ['long', each] as const),
  ])
    if (column !== undefined && !names.includes(column))
      throw usageError(
        `predict: --${option} "${column}" is no column of ${file}; it has ${names.join(', ')}${nearest(column, names)}`,
      );
  const isOfValues = long !== undefined && isLong({ names }, long);
  if (isOfValues && sensors.time.length === 0)
    throw usageError(
      `predict: ${file} has a row for each value, but the network was trained on rows without times; --time names the column that says which values make a row`,
    );
  const header = isOfValues ? [...sensors.time, ...sensors.names] : names;
  let columns: Columns;
  try {
    if (isOfValues) columnsOf({ ...sensors, names: [], isTimed: true }, names);
    columns = isNamed || isOfValues ? columnsOf(sensors, header) : unnamedColumns(sensors, names.length);
  } catch (error) {
    throw Object.assign(new Error(`${file}: ${(error as Error).message}`, { cause: error }), { [OTHER]: true });
  }
  const at = recording === undefined ? -1 : names.indexOf(recording);
  const recordings = new Map<string, Row[]>();
  const sequences = new Map<string, ReturnType<typeof growing>>();
  const push = (key: string, { line, fields }: Row) => {
    if (!sequences.has(key)) sequences.set(key, growing(sensors, timeUnit, targets));
    within(`${file}:${line}`, () => sequences.get(key)!.push(line, readingOf(sensors, columns, fields, hasCommas)));
  };
  return {
    take(row) {
      const key = at < 0 ? '' : row.fields[at]!;
      if (!isOfValues) push(key, row);
      else if (recordings.has(key)) recordings.get(key)!.push(row);
      else recordings.set(key, [row]);
    },
    end() {
      for (const [key, rows] of recordings)
        for (const row of wideRows(rows, { file, names, long: long!, sensors, hasCommas })) push(key, row);
      return [...sequences].map(([key, sequence]) => ({ ...sequence.end(), name: at < 0 ? basename(file) : key }));
    },
  };
}

/** A sequence whose rows come one by one. */
function growing(sensors: Sensors, timeUnit: number, targets: readonly string[]) {
  const left: number[] = [];
  const needed = sensors.takesMissing ? [] : sensors.names.flatMap((name, at) => (targets.includes(name) ? [at] : []));
  const rows: Sequence['rows'][number][] = [];
  const x: number[] = [];
  const dt: number[] = [];
  let before: number | undefined;
  let present: readonly number[] | undefined;
  return {
    push(line: number, reading: ReturnType<typeof readingOf>): void {
      if (needed.some((at) => sensors.isMissing(String(reading.values[at] ?? '')))) {
        left.push(line);
        return;
      }
      const sample = sampleOf(sensors, reading);
      const from = changesFrom(sensors, present, sample.present);
      const { seconds } = sample;
      let elapsed = 1;
      if (seconds !== undefined && before !== undefined) {
        if (seconds < before)
          throw new Error(
            `column "${sensors.time.join(', ')}" goes back in time by ${quantity(before - seconds)} s; wanted rows in order of time, or --recording COLUMN where there are several recordings`,
          );
        elapsed = (seconds - before) / timeUnit;
      }
      for (const value of sample.x) x.push(value);
      dt.push(elapsed);
      rows.push({ line, time: reading.time?.join(' '), from });
      present = from;
      before = seconds;
    },
    end: () => ({ steps: rows.length, x: Float64Array.from(x), dt: Float64Array.from(dt), rows, left }),
  };
}
