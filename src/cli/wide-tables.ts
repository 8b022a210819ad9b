import { nearest } from '../equation/nearest.ts';
import type { Table } from '../formats/csv.ts';
import type { Column } from '../formats/csv-columns.ts';
import { pickRows, textsOf } from '../formats/pick-rows.ts';
import { pivot } from '../formats/pivot.ts';
import { count } from '../report/quantity.ts';
import { backInTime, type TimeColumn, timeColumn } from './time-column.ts';

/** How a table in long format is read, which has a row for each value. */
export interface LongFormat {
  /** The columns that say together what was measured, and at last the one that holds its value. */
  readonly long: readonly string[];
  /** Columns of times; default as {@link timeColumn} finds them, or the only column beside the others. */
  readonly time?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  /** Names that are columns, whether there are values of them or not. */
  readonly known?: readonly string[] | undefined;
}

/** More names than this are no names of what was measured. */
const MOST_NAMES = 2000;

/** What a row says something of, by what its columns say of it; empty where one of them is. */
export const longName = (parts: readonly string[]): string => (parts.includes('') ? '' : parts.join(' '));

/** Whether a table has the columns of a long format. */
export const isLong = ({ names }: Pick<Table, 'names'>, long: readonly string[]): boolean =>
  long.every((name) => names.includes(name));

/**
 * Tables in long format with a row for each time and a column for each quantity, the same in all of them: NaN where nothing was measured then, of several values at one time their mean. Throws
 * an Error where a table has no such columns, no times, or values that are not numbers, or where the times of a quantity go back.
 */
export function wideTables(tables: readonly Table[], format: LongFormat): readonly Table[] {
  const { long, known = [] } = format;
  const all = tables.map((table) => measured(table, format));
  const given = new Set(all.flatMap(({ names }) => names).filter((name) => name !== ''));
  const [first] = tables;
  const where = `"${long.slice(0, -1).join(', ')}"`;
  if (given.size > MOST_NAMES)
    throw new Error(
      `${first!.name}: ${where} has ${count(given.size)} different values; wanted the names of what was measured, up to ${count(MOST_NAMES)}`,
    );
  if (known.length > 0 && !known.some((name) => given.has(name)))
    throw new Error(
      `${first!.name}: ${where} names none of ${known.join(', ')}; it has ${[...given].slice(0, 12).join(', ')}`,
    );
  const union = [...new Set([...known, ...given])];
  const numbers = new Map(union.map((name, number) => [name, number]));
  let again = 0;
  const made = tables.map((table, k): Table => {
    const { times, names, values } = all[k]!;
    const wide = pivot(
      { seconds: times.seconds, names: names.map((name) => numbers.get(name) ?? -1), values: values.values },
      union.length,
    );
    again += wide.again;
    if (wide.back) throw backInTime(table, times, wide.back.row, wide.back.before);
    const taken = times.names.find((name) => numbers.has(name));
    if (taken !== undefined)
      throw new Error(`${table.name}: "${taken}" is the column of times and a quantity; rename one of them`);
    const picked = pickRows(table, wide.rows, times.names);
    const stamps = times.names.map((name): readonly [string, Column] => {
      const column = picked.columns.get(name)!;
      const isPlain = times.names.length === 1 && column.kind !== 'time';
      const seconds = Float64Array.from(wide.rows, (row) => times.seconds[row]!);
      return [name, isPlain ? { kind: 'time', seconds } : column];
    });
    const quantities = union.map((name, q): readonly [string, Column] => [
      name,
      { ...values, values: wide.columns[q]! },
    ]);
    return { ...picked, names: [...times.names, ...union], columns: new Map([...stamps, ...quantities]) };
  });
  const unnamed = all.reduce((sum, { names }) => sum + names.filter((name) => name === '').length, 0);
  const others = first!.names.filter((name) => !long.includes(name) && !all[0]!.times.names.includes(name));
  const notes = [
    ...(first!.notes ?? []),
    `long format: a column for each of the ${count(union.length)} quantities in ${where}, a row for each time`,
    ...(again > 0
      ? [`values at a time that has one of the same quantity already, so that their mean is taken: ${count(again)}`]
      : []),
    ...(unnamed > 0 ? [`rows that name no quantity, not used: ${count(unnamed)}`] : []),
    ...(others.length > 0 ? [`columns beside times, quantities and values, not used: ${others.join(', ')}`] : []),
  ];
  return [{ ...made[0]!, notes }, ...made.slice(1)];
}

/** What the rows of a table in long format are: their times, the names of what was measured, and its values. */
function measured(table: Table, { long, time, ignore }: LongFormat) {
  for (const name of long)
    if (!table.columns.has(name))
      throw new Error(
        `${table.name}: no column "${name}", which --long names; it has ${table.names.join(', ')}${nearest(name, table.names)}`,
      );
  const values = table.columns.get(long.at(-1)!)!;
  if (values.kind !== 'number')
    throw new Error(
      `${table.name}: column "${long.at(-1)}" holds ${values.kind === 'time' ? 'times' : `text such as "${values.classes[0]}"`}; wanted the numbers that were measured, as --long NAME,VALUE has them`,
    );
  const parts = long.slice(0, -1).map((name) => {
    const column = table.columns.get(name)!;
    return column.kind === 'number' ? textsOf(column).map((text) => (text === 'NaN' ? '' : text)) : textsOf(column);
  });
  return {
    times: longTimes(table, long, time, ignore),
    names: parts[0]!.map((_, row) => longName(parts.map((part) => part[row]!))),
    values,
  };
}

/** The times of a table in long format: as {@link timeColumn} finds them, else the only column beside quantity and value. */
function longTimes(
  table: Table,
  long: readonly string[],
  time: readonly string[] | undefined,
  ignore: readonly string[] = [],
): TimeColumn {
  const others = table.names.filter((name) => !long.includes(name) && !ignore.includes(name));
  const found =
    timeColumn(table, time, [...ignore, ...long]) ?? (others.length === 1 ? timeColumn(table, others) : undefined);
  if (found) return found;
  const choice = others.length > 0 ? `; it has ${others.join(', ')} (--time names one)` : '';
  throw new Error(`${table.name}: no column says when the values of "${long.at(-1)}" were measured${choice}`);
}
