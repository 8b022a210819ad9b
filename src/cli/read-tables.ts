import { arffReader } from '../formats/arff.ts';
import type { Table } from '../formats/csv.ts';
import { csvReader } from '../formats/csv.ts';
import { type Column, classColumn, missingTest } from '../formats/csv-columns.ts';
import { readNpy } from '../formats/npy.ts';
import { readNpz } from '../formats/npz.ts';
import { numpyTables } from '../formats/numpy-tables.ts';
import { seriesInRows } from '../formats/series-in-rows.ts';
import { type Tables, table } from '../formats/tables.ts';
import type { DateOrder } from '../formats/time.ts';
import { type Uea, ueaReader } from '../formats/uea.ts';
import { type Reading, readBytes, readText } from './read-text.ts';

/** The endings of file names that are read; each may be followed by `.gz`. */
export const endings = ['.csv', '.tsv', '.txt', '.data', '.dat', '.arff', '.ts', '.npy', '.npz'] as const;

/** A file of the UCR archive, whose rows are series: the class first, in ARFF last. */
const UCR = /_(TRAIN|TEST)\.(tsv|txt|arff)(\.gz)?$/i;

/** How the name of a file ends, as far as that says how to read it. */
export const endingOf = (path: string): (typeof endings)[number] | undefined =>
  endings.find((ending) => path.toLowerCase().replace(/\.gz$/, '').endsWith(ending));

/** What errors begin with, whether the first line of CSV holds names (by default as the reader finds it), and who is told how far reading is. */
export interface ReadingOptions {
  readonly name: string;
  readonly header?: boolean | undefined;
  /** What comes first in dates such as 1/2/1998. */
  readonly dateOrder?: DateOrder | undefined;
  /** Columns of CSV that are text, whatever they hold. */
  readonly texts?: readonly string[] | undefined;
  /** What means that there is no value, beside what always does; in columns that are `whole`, only nothing does. */
  readonly na?: readonly string[] | undefined;
  readonly whole?: readonly string[] | undefined;
  /** Whether commas are decimal where they may be between thousands too. */
  readonly decimalCommas?: boolean | undefined;
  readonly reading: Reading;
}

/** Read a file by how its name ends; any other is read as CSV. */
export async function readTables(path: string, options: ReadingOptions): Promise<Tables> {
  const { na = [], whole = [] } = options;
  const read = await readAsGiven(path, options);
  return na.length === 0 ? read : withoutValues(read, na, whole);
}

async function readAsGiven(path: string, options: ReadingOptions): Promise<Tables> {
  const { name, header, dateOrder, texts, na, whole = [], decimalCommas, reading } = options;
  switch (endingOf(path)) {
    case '.ts': {
      const reader = ueaReader(name);
      for await (const text of readText(path, name, reading)) reader.push(text);
      return ueaTables(reader.end(), name);
    }
    case '.npy':
      return numpyTables(new Map([['column', readNpy(await bytesOf(path, name, reading), name)]]), name);
    case '.npz':
      return numpyTables(await readNpz(await bytesOf(path, name, reading), name), name);
    default: {
      const isArff = endingOf(path) === '.arff';
      const isSeries = UCR.test(path);
      const known = {
        name,
        ...(dateOrder ? { dateOrder } : {}),
        ...(decimalCommas === undefined ? {} : { decimalCommas }),
        ...(na ? { missing: na } : {}),
        whole: [...whole, ...(isSeries && !isArff ? ['column1'] : [])],
        texts: [...(texts ?? []), ...(isSeries && !isArff ? ['column1'] : [])],
      };
      const reader = isArff ? arffReader(known) : csvReader({ ...known, ...(header === undefined ? {} : { header }) });
      for await (const text of readText(path, name, reading)) reader.push(text);
      const read = reader.end();
      if (!isSeries || (read.isNamed && !isArff)) return { tables: [read] };
      return seriesInRows(read, isArff ? read.names.at(-1)! : 'column1');
    }
  }
}

async function bytesOf(path: string, name: string, reading: Reading): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readBytes(path, name, reading)) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

/** Series as tables with columns `dim1`, … (and `time`), their labels as one called `class` or `target`. */
function ueaTables({ channels, classes, isLabelled, series }: Uea, name: string): Tables {
  const tables = series.map(({ line, steps, values, times }): Table => {
    const columns = Array.from({ length: channels }, (_, c): readonly [string, Column] => [
      `dim${c + 1}`,
      { kind: 'number', values: values.subarray(c * steps, (c + 1) * steps) },
    ]);
    const all: typeof columns = times ? [['time', { kind: 'time', seconds: times }], ...columns] : columns;
    return { ...table(`${name}:${line}`, steps, all), lines: new Int32Array(steps).fill(line) };
  });
  if (!isLabelled) return { tables };
  const numbers = series.map(({ label }) => label!);
  const label: readonly [string, Column] = classes
    ? ['class', classColumn(Int32Array.from(numbers), classes)]
    : ['target', { kind: 'number', values: Float64Array.from(numbers) }];
  return {
    tables,
    labels: { ...table(name, series.length, [label]), lines: Int32Array.from(series, ({ line }) => line) },
  };
}

/** Whether a file is CSV whose rows are samples, by how its name ends. */
export const isText = (path: string): boolean =>
  !['.arff', '.ts', '.npy', '.npz'].includes(endingOf(path) ?? '') && !UCR.test(path);

/** Tables in which some values mean that there is none, but for the columns that are `whole`. */
function withoutValues(given: Tables, na: readonly string[], whole: readonly string[]): Tables {
  const isMissing = missingTest(na);
  const without = (table: Table): Table => ({
    ...table,
    columns: new Map(
      [...table.columns].map(([name, column]) => [
        name,
        whole.includes(name) ? column : withoutThose(column, isMissing),
      ]),
    ),
    notes: [...(table.notes ?? []), `taken as missing, as asked: ${na.join(', ')}`],
  });
  return {
    tables: given.tables.map(without),
    ...(given.labels ? { labels: without(given.labels) } : {}),
    ...(given.test ? { test: withoutValues(given.test, na, whole) } : {}),
  };
}

function withoutThose(column: Column, isMissing: (field: string) => boolean): Column {
  if (column.kind === 'time') return column;
  if (column.kind === 'number')
    return { ...column, values: column.values.map((value) => (isMissing(String(value)) ? Number.NaN : value)) };
  const left = column.classes.map((text, number) => (isMissing(text) ? -1 : number));
  const classes = column.classes.filter((_, number) => left[number]! >= 0);
  const numbers = left.map((number) => (number < 0 ? -1 : classes.indexOf(column.classes[number]!)));
  return { ...column, classes, values: column.values.map((number) => numbers[number] ?? -1) };
}
