import type { Table } from './csv.ts';
import { type Column, classColumn } from './csv-columns.ts';
import { valuesOf } from './same-columns.ts';

/** Some rows and columns of a table. */
export function pickRows(table: Table, rows: readonly number[], names: readonly string[]): Table {
  return {
    ...table,
    rows: rows.length,
    names,
    lines: Int32Array.from(rows, (row) => table.lines[row]!),
    columns: new Map(names.map((name) => [name, pick(table.columns.get(name)!, rows)] as const)),
  };
}

/** The values of a column as texts; missing classes are empty, missing numbers `NaN`. */
export const textsOf = (column: Column): string[] =>
  column.kind === 'class'
    ? Array.from(column.values, (number) => column.classes[number] ?? '')
    : Array.from(valuesOf(column), String);

function pick(column: Column, rows: readonly number[]): Column {
  const at = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row]!);
  if (column.kind === 'class') return classColumn(Int32Array.from(at(column.values)), column.classes);
  return column.kind === 'time' ? { ...column, seconds: at(column.seconds) } : { ...column, values: at(column.values) };
}
