import { parseTime } from './time.ts';

/** A column of a table: numbers (NaN where missing), times in seconds since 1970 or since the recording's own zero, or class numbers (−1 where missing). */
export type Column =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'time'; readonly seconds: Float64Array }
  | { readonly kind: 'class'; readonly values: Int32Array; readonly classes: readonly string[] };

/** What a column holds. */
export type Kind = Column['kind'];

/** A table read from text: its columns by name, all `rows` long. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly names: readonly string[];
  /** The line of the text that each row begins at, the first being 1. */
  readonly lines: readonly number[];
  readonly columns: ReadonlyMap<string, Column>;
}

/** How to read a table where its text leaves a choice. */
export interface CsvOptions {
  /** The name that errors begin with; default `csv`. */
  readonly name?: string;
  /** Whether the first line holds names; by default, when none of its fields is a number, a time or missing. */
  readonly header?: boolean;
  /** What columns hold; by default, what their first value that is not missing looks like (a plain number is a number, not a time). */
  readonly kinds?: Readonly<Record<string, Kind>>;
}

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

const MISSING = new Set(['', '?', 'na', 'n/a', 'nan', 'null']);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A calendar date without dashes, such as 19580329. */
const COMPACT_DATE = /^(\d{4})(\d\d)(\d\d)$/;
/** Plain times beyond this are milliseconds: as seconds they would lie after the year 5000. */
const MILLISECONDS_FROM = 1e11;

const isMissing = (field: string): boolean => MISSING.has(field.toLowerCase());
const isNumber = (field: string): boolean => NUMBER.test(field);

/**
 * Read a table separated by commas, semicolons or tabs (RFC 4180 quotes; any line ends; blank lines are skipped).
 * Where the header is one field shorter than the rows, or its first field is empty, the first column is a row index and is left out.
 * Columns are `column1`, … without a header. Throws an Error that names file, line and column.
 */
export function readCsv(text: string, options: CsvOptions = {}): Table {
  const { name = 'csv', kinds = {} } = options;
  const rows = [...splitRows(text, name)];
  const { names, isHeader, skip, width } = heading(rows[0], rows[1], name, options.header);
  const body = isHeader ? rows.slice(1) : rows;
  for (const { line, fields } of body) {
    if (fields.length !== width) {
      const given = `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`;
      throw new Error(`${name}:${line}: ${given}, wanted ${width} as in line ${body[0]!.line}`);
    }
  }
  for (const column of Object.keys(kinds)) {
    if (!names.includes(column)) throw new Error(`${name}: no column "${column}"; it has ${names.join(', ')}`);
  }

  const columns = new Map(
    names.map((column, i) => {
      const at = (row: number): string => body[row]!.fields[i + skip]!;
      const kind = (Object.hasOwn(kinds, column) && kinds[column]) || kindOf(body, i + skip);
      const refuse = (row: number, wanted: string): never => {
        throw new Error(`${name}:${body[row]!.line}: column "${column}": "${at(row)}" is not ${wanted}`);
      };
      return [column, readers[kind](body.length, at, refuse)] as const;
    }),
  );
  return { name, rows: body.length, names, lines: body.map(({ line }) => line), columns };
}

/** What the columns of a text are called, told from its first two rows, and whether it says so itself in a header. */
export function columnNames(
  text: string,
  name = 'csv',
): { readonly names: readonly string[]; readonly isHeader: boolean } {
  const rows = splitRows(text, name);
  return heading(rows.next().value || undefined, rows.next().value || undefined, name);
}

function heading(first: Row | undefined, second: Row | undefined, name: string, header?: boolean) {
  if (!first) throw new Error(`${name}: no rows; wanted a header and a line for each sample`);
  const isHeader = header ?? looksLikeHeader(first.fields, second?.fields.length);
  const width = (isHeader && second ? second : first).fields.length;
  const named = isHeader ? first.fields : first.fields.map((_, i) => `column${i + 1}`);

  const skip = isHeader && (named.length === width - 1 || named[0] === '') ? 1 : 0;
  const names = named[0] === '' ? named.slice(1) : named;
  if (names.length + skip !== width) {
    throw new Error(`${name}:${first.line}: the header has ${named.length} names, the rows have ${width} fields`);
  }
  names.forEach((column, i) => {
    if (column === '') throw new Error(`${name}:${first.line}: the name of column ${i + 1 + skip} is empty`);
    if (names.indexOf(column) < i) throw new Error(`${name}:${first.line}: two columns are called "${column}"`);
  });
  return { names, isHeader, skip, width };
}

/** The column called `name`, which must hold what is wanted. */
export function column<K extends Kind>(table: Table, name: string, kind: K): Extract<Column, { kind: K }> {
  const found = table.columns.get(name);
  if (!found) throw new Error(`${table.name}: no column "${name}"; it has ${table.names.join(', ')}`);
  if (found.kind !== kind) {
    throw new Error(`${table.name}: column "${name}" is of kind ${found.kind}, wanted ${kind}`);
  }
  return found as Extract<Column, { kind: K }>;
}

type Reader = (rows: number, at: (row: number) => string, refuse: (row: number, wanted: string) => never) => Column;

const readers = {
  number(rows, at, refuse) {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const field = at(row);
      values[row] = isNumber(field)
        ? Number(field)
        : isMissing(field)
          ? Number.NaN
          : refuse(row, 'a number (or empty, NA, NaN, null or ? where it is missing)');
    }
    return { kind: 'number', values };
  },
  time(rows, at, refuse) {
    const seconds = new Float64Array(rows);
    // Seconds that are dates in every row do not happen by chance.
    let dates = 0;
    while (dates < rows && dateOf(at(dates)) !== undefined) seconds[dates] = dateOf(at(dates++))!;
    if (dates === rows) return { kind: 'time', seconds };
    let plain = 0;
    for (let row = 0; row < rows; row++) {
      const field = at(row);
      if (isNumber(field)) plain++;
      seconds[row] = isNumber(field)
        ? Number(field)
        : (parseTime(field) ?? refuse(row, 'a time (seconds, or ISO 8601 such as 2024-03-01T12:00:00Z)'));
      if (plain !== 0 && plain !== row + 1) refuse(row, 'written like the times before it');
    }
    if (plain > 0 && seconds.some((value) => Math.abs(value) >= MILLISECONDS_FROM)) {
      for (let row = 0; row < rows; row++) seconds[row]! /= 1000;
    }
    return { kind: 'time', seconds };
  },
  class(rows, at) {
    const present = new Set<string>();
    for (let row = 0; row < rows; row++) if (!isMissing(at(row))) present.add(at(row));
    const classes = [...present].sort();
    if (classes.every(isNumber)) classes.sort((a, b) => Number(a) - Number(b));
    const numbers = new Map(classes.map((text, number) => [text, number]));
    return {
      kind: 'class',
      values: Int32Array.from({ length: rows }, (_, row) => numbers.get(at(row)) ?? -1),
      classes,
    };
  },
} satisfies Record<Kind, Reader>;

/** Seconds since 1970 of a date without dashes. */
function dateOf(text: string): number | undefined {
  const [, year, month, day] = COMPACT_DATE.exec(text) ?? [];
  return day === undefined ? undefined : parseTime(`${year}-${month}-${day}`);
}

function kindOf(body: readonly Row[], i: number): Kind {
  const sample = body.find(({ fields }) => !isMissing(fields[i]!))?.fields[i];
  if (sample === undefined || isNumber(sample)) return 'number';
  return parseTime(sample) === undefined ? 'class' : 'time';
}

function looksLikeHeader(fields: readonly string[], below: number | undefined): boolean {
  if (below === fields.length + 1) return true;
  return fields.every((field, i) => {
    if (isMissing(field)) return i === 0 && fields.length > 1 && field === '';
    return !isNumber(field) && parseTime(field) === undefined;
  });
}

/** The separator that the first line has most of, outside quotes. */
function separatorOf(text: string): string {
  const line = (/^\s*([^\r\n]*)/.exec(text)?.[1] ?? '').replace(/"[^"]*"/g, '');
  const count = (separator: string): number => line.split(separator).length;
  return [';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best), ',');
}

function* splitRows(given: string, name: string): Generator<Row, undefined> {
  const text = given.replace(/^\uFEFF/, '');
  const separator = separatorOf(text);
  let fields: string[] = [];
  let line = 1;
  let start = 1;
  let at = 0;
  const skipSpaces = (): void => {
    while (text[at] === ' ') at++;
  };
  while (at < text.length) {
    skipSpaces();
    if (text[at] === '"') {
      let field = '';
      for (;;) {
        const close = text.indexOf('"', at + 1);
        if (close < 0) throw new Error(`${name}:${line}: the quote of field ${fields.length + 1} is not closed`);
        field += text.slice(at + 1, close);
        at = close + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
      skipSpaces();
      const next = text[at];
      if (next !== undefined && next !== separator && next !== '\n' && next !== '\r') {
        throw new Error(`${name}:${line}: field ${fields.length + 1} goes on after its closing quote`);
      }
      fields.push(field);
      line += field.split(/\r\n|\n|\r/).length - 1;
    } else {
      const from = at;
      while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
      fields.push(text.slice(from, at).trim());
    }
    if (text[at] === separator && at + 1 < text.length && !'\r\n'.includes(text[at + 1]!)) {
      at++;
      continue;
    }
    if (text[at] === separator) {
      fields.push('');
      at++;
    }
    if (fields.length > 1 || fields[0] !== '') yield { line: start, fields };
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    fields = [];
    start = ++line;
  }
  return undefined;
}
