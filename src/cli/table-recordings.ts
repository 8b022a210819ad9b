import type { Recording } from '../datasets/divide.ts';
import { nearest } from '../equation/nearest.ts';
import type { Table } from '../formats/csv.ts';
import { type Column, classColumn } from '../formats/csv-columns.ts';
import { sameColumns, valuesOf } from '../formats/same-columns.ts';
import type { Tables } from '../formats/tables.ts';
import type { DateOrder } from '../formats/time.ts';
import { count } from '../report/quantity.ts';
import { type InputColumn, inputColumns, type NamedInputs, namedInputs } from './input-columns.ts';
import { targetNames } from './target-names.ts';
import { orderedRows, type Repeated, type TimeColumn, timeColumn } from './time-column.ts';

/** What is to be learned from tables. */
export interface TableTask {
  /** A column, or one of the labels of whole recordings; several numbers between commas, or `all` of them; default the only label. */
  readonly target?: string | undefined;
  /** The targets by name, where they are known. */
  readonly targets?: readonly string[] | undefined;
  /** Columns of times; default as {@link timeColumn} finds them. */
  readonly time?: readonly string[] | undefined;
  /** Numbers of the target are classes. */
  readonly classify?: boolean;
  /** Numbers rows ahead, or at each row; or one answer for each recording. By default numbers are forecast, and labels are of recordings. */
  readonly task?: 'forecast' | 'regress' | 'sequence' | undefined;
  /** Rows that a forecast looks ahead; default 1. */
  readonly horizon?: number | undefined;
  /** Columns that are left out. */
  readonly ignore?: readonly string[] | undefined;
  readonly repeated?: Repeated | undefined;
  /** The inputs that are wanted; by default as {@link inputColumns} finds them. */
  readonly inputs?: NamedInputs | undefined;
}

/** Tables as recordings, what their numbers are called, and what was done to them. */
export interface TableRecordings {
  /** Inputs, NaN where they are missing, and what is to be said: at every step, the same at all steps of a recording that has one answer. */
  readonly recordings: readonly Recording[];
  readonly inputNames: readonly string[];
  /** The values of columns of text, each of which is an input `NAME=VALUE` that is 1 where it is so. */
  readonly encodings: Readonly<Record<string, readonly string[]>>;
  /** The columns that the times are from, where there are times. */
  readonly timeNames?: readonly string[];
  /** What comes first in the dates of the times, where that is a matter of taste. */
  readonly dateOrder?: DateOrder;
  /** Whether some column has decimal commas. */
  readonly decimalCommas: boolean;
  readonly targets: readonly string[];
  /** The names of the target's classes, unless it is numbers. */
  readonly classes?: readonly string[];
  /** How many rows ahead the target lies, where it is a forecast. */
  readonly horizon?: number;
  readonly each: 'step' | 'sequence';
  /** How many inputs are missing. */
  readonly missing: number;
  /** What was done to the tables, in words; empty when nothing was. */
  readonly notes: readonly string[];
}

/**
 * Make recordings of tables with the same columns, their classes numbered alike. A target of numbers is to be forecast `horizon` rows ahead from all columns (itself among them), or with
 * `regress` said at each row from the others; a target of classes is to be told at each row from the others. Rows without a target are left out, and so are recordings without a label.
 */
export function tableRecordings({ tables: given, labels: said }: Tables, task: TableTask): TableRecordings {
  const { ignore = [], classify = false, repeated } = task;
  const first = given[0]!;
  for (const name of ignore) known(first, name);
  const targets = task.targets ?? targetNames({ tables: given, ...(said ? { labels: said } : {}) }, task);
  if (targets.length === 0)
    throw new Error(`${first.name}: which is the target? It has ${(said ?? first).names.join(', ')}`);
  const isOf = (name: string) => said?.columns.has(name) === true && !first.columns.has(name);
  const isLabel = isOf(targets[0]!);
  for (const target of targets) {
    if (!isOf(target)) known(first, target);
    if (isOf(target) !== isLabel)
      throw new Error(
        `${first.name}: of the targets, "${targets.find(isOf)}" is of whole recordings and "${targets.find((name) => !isOf(name))}" of rows; wanted all of one kind`,
      );
    if (ignore.includes(target))
      throw new Error(`${first.name}: "${target}" is the target and to be ignored; wanted one of the two`);
  }
  const each = isLabel || task.task === 'sequence' ? 'sequence' : 'step';
  const asked = (all: readonly Table[]) =>
    classify
      ? sameColumns(all.map((table) => targets.reduce((made, target) => withClasses(made, target), table)))
      : all;
  const tables = isLabel ? given : asked(given);
  const labels = isLabel ? asked([said!])[0]! : undefined;

  const wanted = targets.map((target) => (labels ?? tables[0]!).columns.get(target)!);
  const kinds = targets.map((target, k): Exclude<Column, { kind: 'time' }> => {
    const column = wanted[k]!;
    if (column.kind === 'time')
      throw new Error(`${first.name}: the target "${target}" is a column of times; wanted numbers or classes`);
    if (column.kind === 'class' && (task.task === 'forecast' || task.task === 'regress'))
      throw new Error(
        `${first.name}: the target "${target}" holds text such as "${column.classes[0]}"; wanted numbers to ${task.task}`,
      );
    if (column.kind === 'class' && targets.length > 1)
      throw new Error(
        `${first.name}: the target "${target}" of ${targets.length} is of classes; wanted one target, or several that are numbers`,
      );
    return column;
  });
  const [only] = kinds;
  const isClass = only!.kind === 'class';
  const horizon = isClass || each === 'sequence' || task.task === 'regress' ? 0 : (task.horizon ?? 1);

  const times = tables.map((table) => timeColumn(table, task.time, ignore));
  const ordered = tables.map((table, k) =>
    times[k] ? orderedRows(table, times[k], repeated) : Array.from({ length: table.rows }, (_, row) => row),
  );
  const answers = tables.map((table, k) =>
    targets.map((target) =>
      each === 'step' ? valuesOf(table.columns.get(target)!) : answerOf(table, k, target, labels?.columns.get(target)),
    ),
  );
  const rows = ordered.map((all, k) =>
    all.filter((row) => answers[k]!.every((values) => isThere(values, each === 'step' ? row : 0, isClass))),
  );
  targets.forEach((target, t) => {
    const said = (values: ArrayLike<number>, all: readonly number[]) =>
      each === 'step' ? all.map((row) => values[row]!) : all.length > 0 ? [values[0]!] : [];
    refuseUseless(
      first.name,
      target,
      kinds[t]!,
      rows.flatMap((all, k) => said(answers[k]![t]!, all)),
      each,
    );
  });

  const isTime = (name: string) => times[0]?.names.includes(name) === true;
  const isInput = (name: string) => !ignore.includes(name) && !isTime(name) && (!targets.includes(name) || horizon > 0);
  const { inputs, encodings, notes } = task.inputs
    ? namedInputs(tables, task.inputs)
    : inputColumns(tables, isInput, task.time !== undefined);
  if (inputs.length === 0) throw new Error(`${first.name}: no column of numbers to learn "${targets[0]}" from`);

  const lacking =
    task.inputs === undefined && horizon > 0 && targets.find((target) => !inputs.some(({ name }) => name === target));
  if (lacking)
    throw new Error(
      `${first.name}: the target "${lacking}" counts the rows, so there is nothing to forecast; wanted another target, or --task regress`,
    );

  const recordings = tables.flatMap((table, k) =>
    recording(table, { inputs, rows: rows[k]!, answers: answers[k]!, times: times[k], each, horizon }),
  );
  if (recordings.length === 0)
    throw new Error(
      `${first.name}: ${rows[0]!.length} rows with a value of "${targets.join('", "')}"; wanted more ${horizon > 1 ? `than the ${horizon} that a forecast looks ahead (--horizon)` : 'to learn from'}`,
    );
  const left = total(ordered) - total(rows);
  const again = tables.reduce((sum, table) => sum + table.rows, 0) - total(ordered);
  return {
    recordings,
    inputNames: inputs.map(({ name }) => name),
    encodings,
    ...(times[0] ? { timeNames: times[0].names } : {}),
    ...(times[0]?.order ? { dateOrder: times[0].order } : {}),
    decimalCommas: tables.some(({ columns }) =>
      [...columns.values()].some((column) => column.kind === 'number' && column.commas === 'decimal'),
    ),
    targets,
    ...(only!.kind === 'class' ? { classes: only.classes } : {}),
    ...(horizon > 0 ? { horizon } : {}),
    each,
    missing: recordings.reduce(
      (sum, { features }) => features.reduce((n, value) => n + (Number.isNaN(value) ? 1 : 0), sum),
      0,
    ),
    notes: [
      ...(again > 0 ? [`rows left out because their time is there already: ${count(again)}`] : []),
      ...(left > 0
        ? [
            `${each === 'step' ? 'rows' : 'rows of recordings'} left out because "${targets.join('" or "')}" is missing: ${count(left)}`,
          ]
        : []),
      ...(ignore.length > 0 ? [`columns left out as asked: ${ignore.join(', ')}`] : []),
      ...notes,
    ],
  };
}

const total = (rows: readonly (readonly number[])[]): number => rows.reduce((sum, each) => sum + each.length, 0);

/** Refuse a column that is not there. */
function known({ name: file, names, isNamed }: Table, name: string): void {
  if (names.includes(name)) return;
  const there = isNamed
    ? `it has ${names.join(', ')}`
    : `its first line holds no names, so they are ${names[0]} to ${names.at(-1)}`;
  throw new Error(`${file}: no column "${name}"; ${there}${nearest(name, names)}`);
}

/** The same table with the numbers of a column as classes. */
function withClasses(table: Table, name: string): Table {
  const column = table.columns.get(name)!;
  if (column.kind !== 'number') return table;
  const texts = new Map<string, number>();
  const values = Int32Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return -1;
    const text = String(value);
    if (!texts.has(text)) texts.set(text, texts.size);
    return texts.get(text)!;
  });
  return { ...table, columns: new Map(table.columns).set(name, classColumn(values, [...texts.keys()])) };
}

/** The one answer of a recording: its label, or what a column holds in all its rows. */
function answerOf(table: Table, k: number, target: string, labels: Column | undefined): ArrayLike<number> {
  if (labels) return [valuesOf(labels)[k]!];
  const column = table.columns.get(target)!;
  const values = valuesOf(column);
  const other = values.findIndex((value) => !Object.is(value, values[0]));
  if (other < 0) return [values[0]!];
  const text = (row: number) => (column.kind === 'class' ? `"${column.classes[values[row]!] ?? ''}"` : values[row]);
  throw new Error(
    `${table.name}:${table.lines[other]}: column "${target}" is ${text(other)}, but ${text(0)} in line ${table.lines[0]}; wanted one answer for the whole recording: files that are recordings each, or another --task`,
  );
}

const isThere = (values: ArrayLike<number>, at: number, isClass: boolean): boolean =>
  isClass ? values[at]! >= 0 : !Number.isNaN(values[at]);

function recording(
  table: Table,
  {
    inputs,
    rows,
    answers,
    times,
    each,
    horizon,
  }: {
    readonly inputs: readonly InputColumn[];
    readonly rows: readonly number[];
    /** Of each target. */
    readonly answers: readonly ArrayLike<number>[];
    readonly times: TimeColumn | undefined;
    readonly each: 'step' | 'sequence';
    readonly horizon: number;
  },
): Recording[] {
  const steps = rows.length - horizon;
  if (steps < 1) return [];
  const outputs = answers.length;
  const features = new Float64Array(steps * inputs.length);
  inputs.forEach((input, k) => {
    const value = input.of(table);
    for (let step = 0; step < steps; step++) features[step * inputs.length + k] = value(rows[step]!);
  });
  return [
    {
      name: table.name,
      steps,
      inputs: inputs.length,
      outputs,
      features,
      target: Float64Array.from({ length: steps * outputs }, (_, at) => {
        const values = answers[at % outputs]!;
        return each === 'sequence' ? values[0]! : values[rows[Math.floor(at / outputs) + horizon]!]!;
      }),
      ...(times ? { times: Float64Array.from({ length: steps }, (_, step) => times.seconds[rows[step]!]!) } : {}),
    },
  ];
}

/** Refuse a target that is always the same, or classes that do not come again. */
function refuseUseless(
  file: string,
  target: string,
  wanted: Exclude<Column, { kind: 'time' }>,
  answers: readonly number[],
  each: 'step' | 'sequence',
): void {
  const things = each === 'step' ? 'rows' : 'recordings';
  if (answers.length === 0)
    throw new Error(`${file}: 0 ${things} with a value of "${target}"; wanted more to learn from`);
  const isSame = answers.every((value) => value === answers[0]);
  if (wanted.kind === 'number') {
    if (isSame) throw new Error(`${file}: the target "${target}" is always ${answers[0]}; wanted one that changes`);
    return;
  }
  if (isSame)
    throw new Error(
      `${file}: the target "${target}" is always "${wanted.classes[answers[0]!]}"; wanted two classes or more`,
    );
  const present = new Set(answers).size;
  if (present > 2 && present * 2 > answers.length)
    throw new Error(
      `${file}: the target "${target}" has ${present} different values in ${answers.length} ${things}; wanted classes that come again and again`,
    );
}
