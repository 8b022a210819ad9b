import { type Column, type ColumnReader, columnReader, type Kind, missingTest } from './csv-columns.ts';
import { type Heading, type HeadingOptions, isBlank, OPENING, opening } from './csv-heading.ts';
import { csvRecords, type Row } from './csv-records.ts';
import type { DateOrder } from './time.ts';

export type { Column, Kind } from './csv-columns.ts';
export type { Heading } from './csv-heading.ts';

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
  /** What of the text is not in the table, in words. */
  readonly notes?: readonly string[];
}

/** How to read a table where its text leaves a choice. */
export interface CsvOptions extends HeadingOptions {
  /** The number of the first line; default 1. */
  readonly line?: number;
  /** What comes first in dates such as 1/2/1998; by default, what leaves the column a choice of dates, or of dates that go forward. */
  readonly dateOrder?: DateOrder;
  /** Whether commas in numbers are decimal where they may be between thousands too; by default where some other column has decimal ones, or commas do not part the fields. */
  readonly decimalCommas?: boolean;
  /** What means that there is no value, beside what always does: texts, or numbers however they are written; default nothing. */
  readonly missing?: readonly string[];
  /** Columns in which only an empty field means so: in them `NA` may be a name; default none. */
  readonly whole?: readonly string[];
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
 * Read a table separated by commas, semicolons, tabs or (numbers by) spaces (RFC 4180 quotes; any line ends; blank lines are skipped). Between semicolons and tabs, a
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
  let body: Body | undefined;
  const reader = rowReader(options, (heading) => {
    body = tableBody(heading, options);
    return body.push;
  });
  return {
    push: reader.push,
    end() {
      reader.end();
      return body!.end();
    },
  };
}

/** How to read rows. */
export type RowOptions = Omit<CsvOptions, 'dateOrder' | 'missing' | 'whole' | 'decimalCommas'>;

/** Takes the text of rows piece by piece. */
export interface RowReader {
  push(text: string): void;
  end(): void;
}

/**
 * A reader of rows as {@link readCsv} reads them, piece by piece: `begin` is told how the fields are called, and what it returns takes the rows, which are all of one length. Throws an
 * Error where one is not.
 */
export function rowReader(options: RowOptions, begin: (heading: Heading) => (row: Row) => void): RowReader {
  const { name = 'csv', line = 1 } = options;
  const records = csvRecords(name, line);
  const first: Row[] = [];
  let row: ((row: Row) => void) | undefined;
  let blank: Row[] = [];
  const take = (rows: Iterable<Row>): void => {
    for (const next of rows) {
      if (!row) {
        first.push(next);
        if (first.length === OPENING) open();
      } else if (isBlank(next)) blank.push(next);
      else {
        for (const each of blank) row(each);
        blank = [];
        row(next);
      }
    }
  };
  const open = (): void => {
    const { heading, rows, skip, width } = opening(first, options, records.separator !== ',');
    const each = begin(heading);
    const top = rows[0]?.line;
    row = (next) => {
      refuseWidth(next, width, name, top);
      each(skip === 0 ? next : { line: next.line, fields: next.fields.slice(skip) });
    };
    take(rows);
  };
  return {
    push: (text) => take(records.push(text)),
    end() {
      take(records.end());
      if (!row) open();
    },
  };
}

/** The rows of a text as they stand there, read as by {@link readCsv}. */
export function readRows(text: string, options: RowOptions = {}): Rows {
  const rows: Row[] = [];
  let heading: Heading | undefined;
  const reader = rowReader(options, (found) => {
    heading = found;
    return (row) => rows.push(row);
  });
  reader.push(text);
  reader.end();
  const { names, isNamed, hasCommas } = heading!;
  return { names, isNamed, rows, hasCommas };
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
  push(row: Row): void;
  end(): Table;
}

/** The rows below a heading, which become columns. */
function tableBody(
  { names, isNamed, unnamed, notes, hasCommas }: Heading,
  { name = 'csv', kinds = {}, texts = [], dateOrder, missing = [], whole = [], decimalCommas }: CsvOptions,
): Body {
  for (const column of Object.keys(kinds)) {
    if (!names.includes(column)) throw new Error(`${name}: no column "${column}"; it has ${names.join(', ')}`);
  }
  const isMissing = missingTest(missing);
  const lines: number[] = [];
  let row: Row = { line: 0, fields: [] };
  const readers = names.map((column, i): ColumnReader => {
    const kind = Object.hasOwn(kinds, column) ? kinds[column] : texts.includes(column) ? 'class' : undefined;
    const refuse = (wanted: string, field?: string): never => {
      const place = field === undefined ? `${name}:${row.line}` : name;
      throw new Error(`${place}: column "${column}": "${field ?? row.fields[i]}" is not ${wanted}`);
    };
    return columnReader(kind, refuse, {
      hasCommas,
      dateOrder,
      isMissing: whole.includes(column) ? (field) => field === '' : isMissing,
    });
  });
  return {
    push(next) {
      row = next;
      lines.push(next.line);
      for (let i = 0; i < readers.length; i++) readers[i]!.push(next.fields[i]!);
    },
    end() {
      const areDecimal = decimalCommas ?? (hasCommas || readers.some(({ isDecimal }) => isDecimal));
      const columns = new Map(names.map((column, i) => [column, readers[i]!.end(areDecimal)] as const));
      const isDecimal = (column: Column) => column.kind === 'number' && column.commas === 'decimal';
      const decimal = names.filter((column) => !hasCommas && isDecimal(columns.get(column)!));
      const isEmpty = (column: Column) => column.kind === 'number' && column.values.every(Number.isNaN);
      const empty = unnamed.filter((column) => isEmpty(columns.get(column)!));
      for (const column of empty) columns.delete(column);
      const said = [
        ...notes,
        ...(decimal.length > 0 ? [`commas are decimal in: ${decimal.join(', ')}`] : []),
        ...(empty.length > 0 ? [`columns without a name and without any value, not read: ${empty.length}`] : []),
      ];
      return {
        name,
        rows: lines.length,
        names: [...columns.keys()],
        isNamed,
        lines: Int32Array.from(lines),
        columns,
        ...(said.length > 0 ? { notes: said } : {}),
      };
    },
  };
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
