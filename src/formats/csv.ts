import {
  type Column,
  type ColumnReader,
  columnReader,
  isMissing,
  type Kind,
  kindOf,
  withPoint,
} from './csv-columns.ts';
import { csvRecords, type Row } from './csv-records.ts';

export type { Column, Kind } from './csv-columns.ts';

/** A table read from text: its columns by name, all `rows` long. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly names: readonly string[];
  /** Whether the text says the names itself; else they are `column1`, … */
  readonly isNamed: boolean;
  /** The line of the text that each row begins at, the first being 1. */
  readonly lines: Int32Array;
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

/** The rows of a text below its header, all of one length, and what their fields are called. */
export interface Rows extends Pick<Table, 'names' | 'isNamed'> {
  readonly rows: readonly Row[];
  /** Whether numbers may have decimal commas. */
  readonly hasCommas: boolean;
}

/** Takes the text of a table piece by piece, so that it need not be in memory as a whole. */
export interface CsvReader {
  push(text: string): void;
  end(): Table;
}

/**
 * Read a table separated by commas, semicolons or tabs (RFC 4180 quotes; any line ends; blank lines are skipped). Between semicolons and tabs, a
 * comma may be decimal. Where the header is one field shorter than the rows, or its first field is empty, the first column is a row index and is left out.
 * Columns are `column1`, … without a header. Throws an Error that names file, line and column.
 */
export function readCsv(text: string, options: CsvOptions = {}): Table {
  const reader = csvReader(options);
  reader.push(text);
  return reader.end();
}

/** A reader of a table as {@link readCsv} reads it, piece by piece; what it keeps are numbers. */
export function csvReader(options: CsvOptions = {}): CsvReader {
  const { name = 'csv', kinds = {} } = options;
  const records = csvRecords(name);
  let first: Row | undefined;
  let body: Body | undefined;
  const take = (rows: Iterable<Row>): void => {
    for (const row of rows) {
      if (body) body.push(row);
      else if (first) begin(first, row);
      else first = row;
    }
  };
  const begin = (one: Row | undefined, two: Row | undefined): Body => {
    const { separator } = records;
    body = tableBody(heading(one, two, name, options.header), { name, kinds, hasCommas: separator !== ',' });
    if (!body.isNamed) body.push(one!);
    if (two) body.push(two);
    return body;
  };
  return {
    push: (text) => take(records.push(text)),
    end() {
      take(records.end());
      return (body ?? begin(first, undefined)).end();
    },
  };
}

/** The rows of a text as they stand there, read as by {@link readCsv}; `line` is the number of its first line, default 1. */
export function readRows(
  text: string,
  { name = 'csv', header, line = 1 }: Pick<CsvOptions, 'name' | 'header'> & { readonly line?: number } = {},
): Rows {
  const records = csvRecords(name, line);
  const all = [...records.push(text), ...records.end()];
  const { names, isNamed, skip, width } = heading(all[0], all[1], name, header);
  const body = isNamed ? all.slice(1) : all;
  for (const row of body) refuseWidth(row, width, name, body[0]!.line);
  const rows = skip === 0 ? body : body.map((row) => ({ ...row, fields: row.fields.slice(skip) }));
  return { names, isNamed, rows, hasCommas: records.separator !== ',' };
}

/** Refuse a row that is not as long as the others, the first of which is in line `first`. */
function refuseWidth({ line, fields }: Row, width: number, name: string, first: number | undefined): void {
  if (fields.length === width) return;
  const given = `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`;
  const wanted = first === undefined || first === line ? '' : ` as in line ${first}`;
  throw new Error(
    `${name}:${line}: ${given}, wanted ${width}${wanted}; correct the line, and put text that holds a separator in quotes`,
  );
}

interface Body {
  readonly isNamed: boolean;
  push(row: Row): void;
  end(): Table;
}

/** The rows below a heading, which become columns. */
function tableBody(
  { names, isNamed, skip, width }: Heading,
  { name, kinds, hasCommas }: { name: string; kinds: NonNullable<CsvOptions['kinds']>; hasCommas: boolean },
): Body {
  for (const column of Object.keys(kinds)) {
    if (!names.includes(column)) throw new Error(`${name}: no column "${column}"; it has ${names.join(', ')}`);
  }
  const lines: number[] = [];
  let row: Row = { line: 0, fields: [] };
  const readers = names.map((column, i): ColumnReader => {
    const kind = Object.hasOwn(kinds, column) ? kinds[column] : undefined;
    const refuse = (wanted: string): never => {
      throw new Error(`${name}:${row.line}: column "${column}": "${row.fields[i + skip]}" is not ${wanted}`);
    };
    return columnReader(kind, refuse, hasCommas);
  });
  return {
    isNamed,
    push(next) {
      row = next;
      const { line, fields } = next;
      refuseWidth(next, width, name, lines[0]);
      lines.push(line);
      for (let i = 0; i < readers.length; i++) readers[i]!.push(fields[i + skip]!);
    },
    end: () => ({
      name,
      rows: lines.length,
      names,
      isNamed,
      lines: Int32Array.from(lines),
      columns: new Map(names.map((column, i) => [column, readers[i]!.end()] as const)),
    }),
  };
}

interface Heading {
  readonly names: readonly string[];
  readonly isNamed: boolean;
  /** Columns before the named ones. */
  readonly skip: number;
  readonly width: number;
}

function heading(first: Row | undefined, second: Row | undefined, name: string, header?: boolean): Heading {
  if (!first) throw new Error(`${name}: no rows; wanted a header and a line for each sample`);
  const isNamed = header ?? looksLikeHeader(first.fields, second?.fields.length);
  const width = (isNamed && second ? second : first).fields.length;
  const named = isNamed ? first.fields.map(bare) : first.fields.map((_, i) => `column${i + 1}`);

  const skip = isNamed && (named.length === width - 1 || named[0] === '') ? 1 : 0;
  const names = named[0] === '' ? named.slice(1) : named;
  if (names.length + skip !== width) {
    throw new Error(`${name}:${first.line}: the header has ${named.length} names, the rows have ${width} fields`);
  }
  names.forEach((column, i) => {
    if (column === '') throw new Error(`${name}:${first.line}: the name of column ${i + 1 + skip} is empty`);
    if (names.indexOf(column) < i) throw new Error(`${name}:${first.line}: two columns are called "${column}"`);
  });
  return { names, isNamed, skip, width };
}

/** The first name of a header that is written as a comment, without the sign. */
const bare = (name: string, i: number): string => (i === 0 ? name.replace(/^#\s*/, '') : name);

/** The column called `name`, which must hold what is wanted. */
export function column<K extends Kind>(table: Table, name: string, kind: K): Extract<Column, { kind: K }> {
  const found = table.columns.get(name);
  if (!found) throw new Error(`${table.name}: no column "${name}"; it has ${table.names.join(', ')}`);
  if (found.kind !== kind) {
    throw new Error(`${table.name}: column "${name}" is of kind ${found.kind}, wanted ${kind}`);
  }
  return found as Extract<Column, { kind: K }>;
}

function looksLikeHeader(fields: readonly string[], below: number | undefined): boolean {
  if (below === fields.length + 1) return true;
  return fields.every((field, i) => {
    if (isMissing(field)) return i === 0 && fields.length > 1 && field === '';
    return kindOf(withPoint(field)) === 'class';
  });
}
