import type { Recording } from '../datasets/divide.ts';
import { type Column, column, type Table } from '../formats/csv.ts';

/** A table as one recording, what its numbers are called, and what was done to it. */
export interface CsvRecording {
  /** Inputs (a missing value holds the one before it, or the first known one), and the target one row ahead or the class at each row. */
  readonly recording: Recording;
  readonly inputNames: readonly string[];
  /** The names of the target's classes, unless it is numbers. */
  readonly classes?: readonly string[];
  /** What was done to the table, in words; empty when nothing was. */
  readonly notes: readonly string[];
}

/** What is wanted of a table. */
export interface CsvTask {
  readonly target: string;
  /** The column of times; default the only column of times there is. */
  readonly time?: string | undefined;
}

/**
 * Make a recording of a table. A target of numbers is to be forecast one row ahead from all numeric columns (itself among them);
 * a target of classes is to be told at each row from the others. Rows without a target are left out.
 */
export function csvRecording(table: Table, { target, time }: CsvTask): CsvRecording {
  const wanted = table.columns.get(target) ?? column(table, target, 'number');
  if (wanted.kind === 'time') column(table, target, 'number');
  const isClass = wanted.kind === 'class';
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => hasValue(wanted, row));
  const last = isClass ? rows.length : rows.length - 1;
  const numeric = table.names.flatMap((name) => {
    const found = table.columns.get(name)!;
    return found.kind === 'number' && name !== time && (name !== target || !isClass)
      ? [{ name, values: found.values }]
      : [];
  });
  if (numeric.length === 0) throw new Error(`${table.name}: no column of numbers to learn "${target}" from`);
  if (last < 1) throw new Error(`${table.name}: ${rows.length} rows with a "${target}" are too few to learn from`);

  const features = new Float64Array(last * numeric.length);
  let held = 0;
  numeric.forEach(({ name, values }, k) => {
    let before = values.find((value) => !Number.isNaN(value));
    if (before === undefined) throw new Error(`${table.name}: column "${name}" has no value at all`);
    for (let step = 0; step < last; step++) {
      const value = values[rows[step]!]!;
      if (Number.isNaN(value)) held++;
      else before = value;
      features[step * numeric.length + k] = before;
    }
  });
  const values = wanted.kind === 'time' ? wanted.seconds : wanted.values;
  const ahead = isClass ? 0 : 1;
  const times = timesOf(table, time, rows.slice(0, last));
  const left = table.rows - rows.length;
  return {
    recording: {
      name: table.name,
      steps: last,
      inputs: numeric.length,
      outputs: 1,
      features,
      target: Float64Array.from({ length: last }, (_, step) => values[rows[step + ahead]!]!),
      ...(times ? { times } : {}),
    },
    inputNames: numeric.map((each) => each.name),
    ...(wanted.kind === 'class' ? { classes: wanted.classes } : {}),
    notes: [
      ...(left > 0 ? [`rows without a "${target}", left out: ${left}`] : []),
      ...(held > 0 ? [`missing inputs, replaced by the value before them: ${held}`] : []),
    ],
  };
}

function hasValue(found: Column, row: number): boolean {
  if (found.kind === 'class') return found.values[row]! >= 0;
  return !Number.isNaN(found.kind === 'time' ? found.seconds[row]! : found.values[row]!);
}

function timesOf(table: Table, time: string | undefined, rows: readonly number[]): Float64Array | undefined {
  const stamped = table.names.filter((name) => table.columns.get(name)!.kind === 'time');
  const name = time ?? (stamped.length === 1 ? stamped[0] : undefined);
  if (name === undefined) return undefined;
  const { seconds } = column(table, name, 'time');
  const times = Float64Array.from(rows, (row) => seconds[row]!);
  times.forEach((value, step) => {
    if (step > 0 && !(value >= times[step - 1]!)) {
      throw new Error(
        `${table.name}: column "${name}" goes back in time at row ${rows[step]! + 1}; rows must be in order of time`,
      );
    }
  });
  return times;
}
