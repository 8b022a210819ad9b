import { basename } from 'node:path';
import { nearest } from '../equation/nearest.ts';
import { type Heading, rowReader } from '../formats/csv.ts';
import { isMissing } from '../formats/csv-columns.ts';
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
  { sensors, timeUnit, time, recording, targets }: SequenceOptions,
): Taker {
  for (const [option, column] of [
    ...(time ?? []).map((each) => ['time', each] as const),
    ['recording', recording] as const,
  ])
    if (column !== undefined && !names.includes(column))
      throw usageError(
        `predict: --${option} "${column}" is no column of ${file}; it has ${names.join(', ')}${nearest(column, names)}`,
      );
  let columns: Columns;
  try {
    columns = isNamed ? columnsOf(sensors, names) : unnamedColumns(sensors, names.length);
  } catch (error) {
    throw Object.assign(new Error(`${file}: ${(error as Error).message}`, { cause: error }), { [OTHER]: true });
  }
  const at = recording === undefined ? -1 : names.indexOf(recording);
  const sequences = new Map<string, ReturnType<typeof growing>>();
  return {
    take({ line, fields }) {
      const key = at < 0 ? '' : fields[at]!;
      if (!sequences.has(key)) sequences.set(key, growing(sensors, timeUnit, targets));
      within(`${file}:${line}`, () => sequences.get(key)!.push(line, readingOf(sensors, columns, fields, hasCommas)));
    },
    end: () => [...sequences].map(([key, sequence]) => ({ ...sequence.end(), name: at < 0 ? basename(file) : key })),
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
      if (needed.some((at) => isMissing(String(reading.values[at] ?? '')))) {
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

/** What is refused with its place. */
function within<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
  }
}
