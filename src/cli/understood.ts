import type { Table } from '../formats/csv.ts';
import type { Column } from '../formats/csv-columns.ts';
import { valuesOf } from '../formats/same-columns.ts';
import type { DateOrder } from '../formats/time.ts';
import { count, quantity } from '../report/quantity.ts';
import { table as textTable } from '../report/table.ts';
import { quoted } from './quoted.ts';
import type { Recorded } from './recorded.ts';
import { timeColumn } from './time-column.ts';

/** What a column was understood to hold. */
export interface UnderstoodColumn {
  readonly name: string;
  readonly kind: 'number' | 'time' | 'class';
  readonly missing: number;
  /** Least, mean and largest of the numbers that are not missing. */
  readonly least?: number;
  readonly mean?: number;
  readonly largest?: number;
  /** How often each class comes. */
  readonly classes?: Readonly<Record<string, number>>;
}

/** What files were understood to hold, as plain data. */
export interface Understood {
  readonly name: string;
  readonly recordings: number;
  readonly rows: number;
  readonly shortest: number;
  readonly longest: number;
  readonly columns: readonly UnderstoodColumn[];
  /** What of the files was not read, in words. */
  readonly notes?: readonly string[];
  /** Answers for whole recordings. */
  readonly labels?: readonly UnderstoodColumn[];
  /** A column that may say which recording a row is of: the rows of each of its values stand together. */
  readonly grouping?: string;
  readonly time?: {
    readonly columns: readonly string[];
    /** What comes first in its dates, where that is a matter of taste. */
    readonly order?: DateOrder;
    /** ISO 8601, or seconds where they do not count from 1970. */
    readonly from: string;
    readonly to: string;
    /** Seconds between rows of a recording. */
    readonly spacing: { readonly shortest: number; readonly median: number; readonly longest: number };
  };
}

/** Say what files hold, their times as {@link timeColumn} finds them. */
export function understood(
  { name, tables, labels }: Recorded,
  time: readonly string[] | undefined,
  ignore?: readonly string[],
): Understood {
  const lengths = tables.map(({ rows }) => rows);
  const notes = [...new Set(tables.flatMap((table) => table.notes ?? []))];
  const times = tables.map((table) => timeColumn(table, time, ignore));
  const grouping =
    tables.length > 1
      ? undefined
      : tables[0]!.names.find((column) => groupsRows(tables[0]!.columns.get(column)!, column));
  return {
    name,
    recordings: tables.length,
    rows: lengths.reduce((sum, rows) => sum + rows, 0),
    shortest: lengths.reduce((least, rows) => Math.min(least, rows), Number.POSITIVE_INFINITY),
    longest: lengths.reduce((most, rows) => Math.max(most, rows), 0),
    columns: tables[0]!.names.map((column) => summary(tables, column)),
    ...(notes.length > 0 ? { notes } : {}),
    ...(labels ? { labels: labels.names.map((column) => summary([labels], column)) } : {}),
    ...(grouping === undefined || ignore?.includes(grouping) ? {} : { grouping }),
    ...(times[0]
      ? {
          time: {
            columns: times[0].names,
            ...(times[0].order ? { order: times[0].order } : {}),
            ...course(times.map((each) => each!.seconds)),
          },
        }
      : {}),
  };
}

function summary(tables: readonly Table[], name: string): UnderstoodColumn {
  const { kind } = tables[0]!.columns.get(name)!;
  let [missing, present, sum] = [0, 0, 0];
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const counts = new Map<number, number>();
  let classes: readonly string[] = [];
  for (const { columns } of tables) {
    const column = columns.get(name)!;
    if (column.kind === 'class') classes = column.classes;
    for (const value of valuesOf(column)) {
      if (column.kind === 'class' ? value < 0 : Number.isNaN(value)) missing++;
      else if (column.kind === 'class') counts.set(value, (counts.get(value) ?? 0) + 1);
      else {
        present++;
        sum += value;
        least = Math.min(least, value);
        largest = Math.max(largest, value);
      }
    }
  }
  return {
    name,
    kind,
    missing,
    ...(kind === 'number' && present > 0 ? { least, mean: sum / present, largest } : {}),
    ...(kind === 'class'
      ? { classes: Object.fromEntries(classes.map((text, number) => [text, counts.get(number) ?? 0])) }
      : {}),
  };
}

/** What a column of numbers is called that counts recordings; other numbers that stay for some rows are measurements. */
const recordingName =
  /^(recording|record|series|sequence|session|run|trial|subject|patient|unit|device|engine|id)([ _-]?(id|no|nr|number))?$/i;

/** Whether a column has three values or more, each in rows that stand together, two or more: texts, or numbers that are called like recordings. */
function groupsRows(column: Column, name: string): boolean {
  if (column.kind === 'time' || (column.kind === 'number' && !recordingName.test(name))) return false;
  const values = valuesOf(column);
  const seen = new Set<number>();
  let length = 2;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (row > 0 && value === values[row - 1]) {
      length++;
      continue;
    }
    if (length < 2 || seen.has(value) || Number.isNaN(value) || value < 0) return false;
    seen.add(value);
    length = 1;
  }
  return length > 1 && seen.size > 2;
}

/** Seconds before which the last of some times is no date but a time since some beginning: 1973. */
const SINCE_1970 = 1e8;

function course(times: readonly Float64Array[]): Omit<NonNullable<Understood['time']>, 'columns' | 'order'> {
  const all = times.flatMap((each) => Array.from(each.subarray(1), (value, i) => value - each[i]!));
  const spacing = Float64Array.from(all).sort();
  const said = (seconds: number) => {
    const isDate = Math.max(Math.abs(from), Math.abs(to)) >= SINCE_1970 && Math.abs(seconds) < 8.64e12;
    return isDate ? new Date(seconds * 1000).toISOString().replace(/(:00)?\.000Z$/, 'Z') : `${quantity(seconds)} s`;
  };
  const [from, to] = times.reduce(
    ([first, last], each) => [Math.min(first, each[0] ?? first), Math.max(last, each.at(-1) ?? last)] as const,
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
  );
  return {
    from: said(from),
    to: said(to),
    spacing: { shortest: spacing[0] ?? 0, median: spacing[spacing.length >> 1] ?? 0, longest: spacing.at(-1) ?? 0 },
  };
}

/** Columns and classes that are shown; there may be thousands. */
const shown = { columns: 24, classes: 12 };

/** What files hold in words: how many rows there are, a table of columns and one of labels, and when the rows were. */
export interface UnderstoodFacts {
  readonly head: string;
  readonly tables: readonly { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }[];
  /** What was not read. */
  readonly notes: readonly string[];
  /** Columns that the tables leave out. */
  readonly more: number;
  readonly times: string;
}

/** Put what files hold in words. */
export function understoodFacts({
  name,
  recordings,
  rows,
  shortest,
  longest,
  columns,
  notes = [],
  labels,
  grouping,
  time,
}: Understood): UnderstoodFacts {
  const lengths = shortest === longest ? `${count(longest)} each` : `${count(shortest)} to ${count(longest)} each`;
  const tableOf = (first: string, of: readonly UnderstoodColumn[]) => ({
    header: [first, 'holds', 'missing', 'values'],
    rows: of.map((column) => {
      // Years and hours that make the time are no quantities.
      const isTime = column.kind === 'time' || time?.columns.includes(column.name) === true;
      return [column.name, isTime ? 'time' : column.kind, count(column.missing), isTime ? '' : valuesText(column)];
    }),
  });
  return {
    head:
      recordings === 1
        ? `${name}: ${count(rows)} rows`
        : `${name}: ${count(recordings)} recordings, ${count(rows)} rows (${lengths})`,
    tables: [
      tableOf('column', columns.slice(0, shown.columns)),
      ...(labels ? [tableOf('of each recording', labels)] : []),
    ],
    more: Math.max(0, columns.length - shown.columns),
    notes: [
      ...notes,
      ...(grouping === undefined
        ? []
        : [
            `each value of "${grouping}" stands in rows together: if it names recordings, say --recording ${quoted(grouping)}`,
          ]),
    ],
    times: time ? timeText(time) : `no column of times: rows are taken as equally spaced${maybeTime(columns)}`,
  };
}

/** What files hold, in lines. */
export function understoodText(of: Understood): string {
  const { head, tables, more, notes, times } = understoodFacts(of);
  // One table, so that what is of recordings stands below what is of rows.
  const [columns, ...labels] = tables;
  const lines = textTable(
    columns!.header.map((each, k) => ({ header: each, align: k === 2 ? 'right' : 'left' })),
    [...columns!.rows, ...labels.flatMap(({ header, rows }) => [header, ...rows])],
  ).split('\n');
  if (more > 0) lines.splice(1 + columns!.rows.length, 0, `… and ${count(more)} more columns`);
  return [head, ...lines, ...notes, times].join('\n');
}

function valuesText({ least, mean, largest, classes }: UnderstoodColumn): string {
  if (classes) {
    const all = Object.entries(classes).sort(([, a], [, b]) => b - a);
    const said = all.slice(0, shown.classes).map(([text, times]) => `${text} ${count(times)}`);
    return `${count(all.length)} classes: ${said.join(', ')}${all.length > shown.classes ? ', …' : ''}`;
  }
  if (mean === undefined) return 'none';
  const said = (value: number) => (Number.isInteger(value) && Math.abs(value) < 1e7 ? count(value) : quantity(value));
  return `${said(least!)} to ${said(largest!)}, mean ${quantity(mean)}`;
}

/** A column of numbers that is called like a time. */
function maybeTime(columns: readonly UnderstoodColumn[]): string {
  const found = columns.find(
    ({ name, kind }) =>
      kind === 'number' &&
      /^(t|(date)?times?(stamp)?|timestamp.*|date|epoch|unix.*|elapsed|seconds?)([ _-]?[([]?(s|ms|sec|min|h)[)\]]?)?$/i.test(
        name,
      ),
  );
  return found ? ` (if "${found.name}" is one, say --time ${quoted(found.name)})` : '';
}

function timeText({ columns, order, from, to, spacing }: NonNullable<Understood['time']>): string {
  const { shortest, median, longest } = spacing;
  const apart =
    shortest === longest
      ? `${quantity(median)} s apart`
      : `${quantity(shortest)} to ${quantity(longest)} s apart, typically ${quantity(median)} s`;
  const said = order === undefined ? '' : order === 'dmy' ? ' (the day first)' : ' (the month first)';
  return `times: ${columns.join(', ')}${said}; ${from} to ${to}, ${apart}`;
}
