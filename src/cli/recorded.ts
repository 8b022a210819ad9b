import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Table } from '../formats/csv.ts';
import type { Column } from '../formats/csv-columns.ts';
import { pickRows, textsOf } from '../formats/pick-rows.ts';
import { sameColumns, valuesOf } from '../formats/same-columns.ts';
import { type Tables, table } from '../formats/tables.ts';
import { byRecording } from './by-recording.ts';
import type { Topic } from './commands.ts';
import type { Console } from './console.ts';
import { progressLine } from './progress-line.ts';
import { endingOf, endings, type ReadingOptions, readTables } from './read-tables.ts';
import { usageError } from './usage-error.ts';

/** What some files hold: recordings of the same columns, with answers for whole recordings where there are any. */
export interface Recorded extends Omit<Tables, 'test'> {
  /** What the files are called together. */
  readonly name: string;
  /** What the same files say is to test. */
  readonly test?: Recorded;
}

/** Which files, which one of them says the answers of the others, and where to show progress. */
export interface Sources extends Omit<ReadingOptions, 'name' | 'reading'> {
  readonly command: Topic;
  readonly paths: readonly string[];
  readonly labels?: string | undefined;
  /** The column that names the recording of each row. */
  readonly recording?: string | undefined;
  readonly io?: Console | undefined;
}

/** Bytes of a file from which reading it shows progress. */
const LARGE = 5e7;

/**
 * Read files, or the files of a folder (each a recording, in the order of the numbers in their names). The one file of a folder whose columns are not those
 * of the others, or the one that `labels` names, has a row for each recording: its name or number, and what it is. Usage errors for paths that are not there.
 */
export async function readRecorded(sources: Sources): Promise<Recorded> {
  const { command, paths, labels, recording } = sources;
  const files = (await Promise.all(paths.map((path) => filesOf(command, path)))).flat();
  const isOther = (path: string) => labels === undefined || join(path) !== join(labels);
  const read: Tables[] = [];
  const isUnique = new Set(files.map((path) => basename(path))).size === files.length;
  const nameOf = (path: string) => (isUnique ? basename(path) : path);
  for (const path of files.filter(isOther))
    read.push(
      await readOne(sources, path, nameOf(path)).catch(async (error: Error) => {
        error.message += await otherFolders(path, paths);
        throw error;
      }),
    );
  const wanted = labels === undefined ? undefined : (await readOne(sources, labels, basename(labels))).tables[0]!;
  const odd = wanted === undefined && paths.length === 1 && files.length > 2 ? oddOne(read) : undefined;
  const name = basename(paths[0]!);
  const rest = read.filter((each) => each !== odd);
  const { tables: joined, labels: own } = joinRecorded(rest, name);
  const tables = recording === undefined ? joined : byRecording(joined, recording, command);
  const said = wanted ?? odd?.tables[0];
  const tested = rest.flatMap((each) => (each.test ? [each.test] : []));
  const test = tested.length > 0 ? { test: joinRecorded(tested, name) } : {};
  if (said === undefined) return { name, tables, ...(own ? { labels: own } : {}), ...test };
  return { name, tables, labels: labelsOf(said, tables), ...test };
}

/** The path itself, or the data files of a folder in the order of the numbers in their names; files without an ending where none has one that is known. A usage error where there is none. */
export async function filesOf(command: Topic, path: string): Promise<readonly string[]> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? usageError(`${command}: there is no file "${path}"`)
      : error;
  });
  if (!status.isDirectory()) return [path];
  const { compare } = new Intl.Collator('en', { numeric: true });
  const found = (await readdir(path, { withFileTypes: true })).filter(
    ({ name }) => !/^(\.|(readme|licen[cs]e)\b)/i.test(name),
  );
  const folders = found.filter((each) => each.isDirectory()).map(({ name }) => name);
  const names = found.filter((each) => !each.isDirectory()).map(({ name }) => name);
  const known = names.filter((name) => endingOf(name) !== undefined);
  const files = known.length > 0 ? known : names.filter((name) => !name.includes('.'));
  if (files.length > 0) return files.sort(compare).map((file) => join(path, file));
  const instead =
    folders.length > 0
      ? `; it holds ${folders.length === 1 ? `the folder ${folders[0]}: name that` : `the folders ${folders.sort(compare).join(', ')}: name one of them`}`
      : '';
  throw usageError(
    `${command}: "${path}" is a folder without a file of data; wanted files that end in ${endings.join(', ')}, packed (.gz) or not${instead}`,
  );
}

/** Folders beside a file that was read only because it lies in a folder that was named: what is meant may be one of them, and the file a description. */
async function otherFolders(path: string, named: readonly string[]): Promise<string> {
  if (named.includes(path)) return '';
  const beside = await readdir(dirname(path), { withFileTypes: true });
  const folders = beside.filter((each) => each.isDirectory()).map(({ name }) => name);
  return folders.length === 0
    ? ''
    : `; if it is no recording, name what is: beside it ${folders.length === 1 ? 'is the folder' : 'are the folders'} ${folders.sort().join(', ')}`;
}

async function readOne({ command, io, ...how }: Sources, path: string, name: string): Promise<Tables> {
  const found = await stat(path).catch(() => {
    throw usageError(`${command}: there is no file "${path}"`);
  });
  if (found.isDirectory()) throw usageError(`${command}: "${path}" is a folder; wanted a file`);
  const millions = Math.ceil(found.size / 1e6);
  const show = io && found.size >= LARGE ? progressLine(millions, `MB of ${name}`, io) : () => {};
  const reading = (bytes: number) => show(Math.max(1, Math.ceil(bytes / 1e6)));
  return readTables(path, { ...how, name, reading });
}

/** The table whose columns are not those that all the others have. */
function oddOne(read: readonly Tables[]): Tables | undefined {
  const keyOf = ({ tables }: Tables) => tables[0]!.names.join('\n');
  const keys = read.map(keyOf);
  const [first, second] = [...new Set(keys)].map((key) => read.filter((_, i) => keys[i] === key));
  if (new Set(keys).size !== 2 || (first!.length > 1 && second!.length > 1)) return undefined;
  return first!.length === 1 ? first![0] : second![0];
}

/** Recordings of several files as one list, with their labels where all have some. */
export function joinRecorded(read: readonly Tables[], name: string): Recorded {
  const tables = sameColumns(read.flatMap((each) => each.tables));
  const own = read.flatMap(({ labels }) => (labels ? [labels] : []));
  if (own.length === 0 || own.length < read.length) return { name, tables };
  const alike = sameColumns(own);
  const columns = alike[0]!.names.map((column) => {
    const parts = alike.map((each) => each.columns.get(column)!);
    const numbers = parts.flatMap((part) => [...valuesOf(part)]);
    const [first] = parts;
    const whole: Column =
      first!.kind === 'class'
        ? { ...first!, values: Int32Array.from(numbers) }
        : { kind: 'number', values: Float64Array.from(numbers) };
    return [column, whole] as const;
  });
  return { name, tables, labels: table(name, tables.length, columns) };
}

/** The rows of a table of labels, a recording each in the order of the recordings; its first column is their names or the numbers that their names end with. */
function labelsOf(said: Table, tables: readonly Table[]): Table {
  const [key, ...others] = said.names;
  if (others.length === 0)
    throw new Error(`${said.name}: one column only; wanted the name or number of a recording, then what it is`);
  const keys = textsOf(said.columns.get(key!)!);
  const rows = new Map(keys.map((text, row) => [text, row]));
  const order = tables.map(({ name }) => {
    const stem = name.replace(/\.gz$/i, '').replace(/\.[^.]*$/, '');
    const number = /(\d+)$/.exec(stem)?.[1];
    const row = [name, stem, ...(number === undefined ? [] : [number, String(Number(number))])]
      .map((text) => rows.get(text))
      .find((found) => found !== undefined);
    if (row !== undefined) return row;
    throw new Error(
      `${said.name}: no row for the recording ${name}; its first column "${key}" holds ${keys.slice(0, 3).join(', ')}, …; wanted the file's name, or the number that it ends with`,
    );
  });
  return pickRows(said, order, others);
}
