import type { Table } from './csv.ts';
import type { Column } from './csv-columns.ts';

/** Recordings, a table each, and where whole recordings have answers, those as a table with a row for each. */
export interface Tables {
  readonly tables: readonly Table[];
  readonly labels?: Table;
  /** What the same source says is to test. */
  readonly test?: Tables;
}

/** Columns as a table whose rows are numbered from 1. */
export function table(name: string, rows: number, columns: readonly (readonly [string, Column])[]): Table {
  const names = columns.map(([each]) => each);
  const again = names.find((each, i) => names.indexOf(each) < i);
  if (again !== undefined) throw new Error(`${name}: two columns are called "${again}"`);
  return {
    name,
    rows,
    names,
    isNamed: true,
    lines: Int32Array.from({ length: rows }, (_, row) => row + 1),
    columns: new Map(columns),
  };
}
