import type { Table } from './csv.ts';
import { valuesOf } from './same-columns.ts';
import { type Tables, table } from './tables.ts';

/**
 * A table whose rows are series of one channel, as the UCR archive writes them, as a table for each row: `dim1`, without what is missing at its end; the column `label` is what each is
 * called, `class`. Throws an Error where another column holds no numbers.
 */
export function seriesInRows(given: Table, label: string): Tables {
  const { name, rows, names, lines } = given;
  const values = names.flatMap((column) => {
    if (column === label) return [];
    const found = given.columns.get(column)!;
    if (found.kind === 'number') return [valuesOf(found)];
    throw new Error(
      `${name}: column "${column}" holds ${found.kind === 'time' ? 'times' : 'text'}; wanted numbers, as in all columns of a file whose rows are series`,
    );
  });
  const tables = Array.from({ length: rows }, (_, row): Table => {
    const steps = values.findLastIndex((column) => !Number.isNaN(column[row])) + 1;
    const series = Float64Array.from({ length: steps }, (_, step) => values[step]![row]!);
    const line = lines[row]!;
    return {
      ...table(`${name}:${line}`, steps, [['dim1', { kind: 'number', values: series }]]),
      lines: new Int32Array(steps).fill(line),
    };
  });
  return { tables, labels: { ...table(name, rows, [['class', given.columns.get(label)!]]), lines } };
}
