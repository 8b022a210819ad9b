import type { Recording } from '../datasets/divide.ts';
import { type Column, column, type Table } from '../formats/csv.ts';
import { quantity } from '../report/quantity.ts';

/** A table as one recording, what its numbers are called, and what was done to it. */
export interface CsvRecording {
  /** Inputs, NaN where they are missing, and the target one row ahead or the class at each row. */
  readonly recording: Recording;
  readonly inputNames: readonly string[];
  /** The names of the target's classes, unless it is numbers. */
  readonly classes?: readonly string[];
  /** How many inputs are missing. */
  readonly missing: number;
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
  if (wanted.kind === 'time') {
    throw new Error(`${table.name}: the target "${target}" is a column of times; wanted numbers or classes`);
  }
  const isClass = wanted.kind === 'class';
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => hasValue(wanted, row));
  const last = isClass ? rows.length : rows.length - 1;
  const numeric = table.names.flatMap((name) => {
    const found = table.columns.get(name)!;
    return found.kind === 'number' && name !== time && (name !== target || !isClass)
      ? [{ name, values: found.values }]
      : [];
  });
  if (numeric.length === 0)
    throw new Error(`${table.name}: no column of numbers to learn "${target}" from${texts(table)}`);
  if (last < 1)
    throw new Error(`${table.name}: ${rows.length} rows with a value of "${target}"; wanted more to learn from`);
  refuseUseless(table.name, target, wanted, rows);

  const features = new Float64Array(last * numeric.length);
  numeric.forEach(({ name, values }, k) => {
    if (values.every(Number.isNaN)) throw new Error(`${table.name}: column "${name}" has no value at all`);
    for (let step = 0; step < last; step++) features[step * numeric.length + k] = values[rows[step]!]!;
  });
  const { values } = wanted;
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
      ...(times ? { times: times.seconds } : {}),
    },
    inputNames: numeric.map((each) => each.name),
    ...(wanted.kind === 'class' ? { classes: wanted.classes } : {}),
    missing: features.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
    notes: [
      ...(left > 0 ? [`rows left out because "${target}" is missing: ${left}`] : []),
      ...unused(table, target, times?.name),
    ],
  };
}

function hasValue(found: Column, row: number): boolean {
  if (found.kind === 'class') return found.values[row]! >= 0;
  return !Number.isNaN(found.kind === 'time' ? found.seconds[row]! : found.values[row]!);
}

/** Refuse a target that is always the same, or classes that do not come again. */
function refuseUseless(
  file: string,
  target: string,
  wanted: Exclude<Column, { kind: 'time' }>,
  rows: readonly number[],
) {
  if (wanted.kind === 'number') {
    const { values } = wanted;
    if (rows.some((row) => values[row] !== values[rows[0]!])) return;
    throw new Error(`${file}: the target "${target}" is always ${values[rows[0]!]}; wanted a column that changes`);
  }
  const { classes } = wanted;
  if (classes.length === 1) {
    throw new Error(`${file}: the target "${target}" is always "${classes[0]}"; wanted two classes or more`);
  }
  if (classes.length > 2 && classes.length * 2 > rows.length) {
    throw new Error(
      `${file}: the target "${target}" has ${classes.length} different values in ${rows.length} rows; wanted classes that come again and again`,
    );
  }
}

/** What the columns of text hold, where somebody expected numbers. */
function texts(table: Table): string {
  const samples = table.names.flatMap((name) => {
    const found = table.columns.get(name)!;
    return found.kind === 'class' && found.classes[0] !== undefined ? [{ name, sample: found.classes[0] }] : [];
  });
  const held = samples.map(({ name, sample }) => `; "${name}" holds text such as "${sample}"`).join('');
  const isDecimal = samples.some(({ sample }) => /^[+-]?\d+,\d+$/.test(sample));
  return isDecimal ? `${held}; write numbers with a decimal point` : held;
}

/** The columns that are neither inputs nor target nor time, in words. */
function unused(table: Table, target: string, time: string | undefined): string[] {
  const of = (kind: Column['kind']) =>
    table.names.filter((name) => table.columns.get(name)!.kind === kind && name !== target && name !== time);
  const [text, stamped] = [of('class'), of('time')];
  return [
    ...(text.length > 0 ? [`columns of text, not used: ${text.join(', ')}`] : []),
    ...(stamped.length > 0
      ? [`columns of times, not used${time ? '' : ' (--time names one)'}: ${stamped.join(', ')}`]
      : []),
  ];
}

function timesOf(
  table: Table,
  time: string | undefined,
  rows: readonly number[],
): { readonly name: string; readonly seconds: Float64Array } | undefined {
  const stamped = table.names.filter((name) => table.columns.get(name)!.kind === 'time');
  const name = time ?? (stamped.length === 1 ? stamped[0] : undefined);
  if (name === undefined) return undefined;
  const { seconds } = column(table, name, 'time');
  const times = Float64Array.from(rows, (row) => seconds[row]!);
  times.forEach((value, step) => {
    if (step > 0 && !(value >= times[step - 1]!)) {
      throw new Error(
        `${table.name}:${table.lines[rows[step]!]}: column "${name}" goes back in time by ${quantity(times[step - 1]! - value)} s; wanted rows in order of time`,
      );
    }
  });
  return { name, seconds: times };
}
