import type { Table } from './csv.ts';
import { type Column, classColumn } from './csv-columns.ts';

/**
 * Tables that have the same columns, with classes numbered alike: those of all of them together, sorted. A column without any value in one table is what
 * it is in the others. Throws an Error that names the table that differs.
 */
export function sameColumns(tables: readonly Table[]): readonly Table[] {
  const [first] = tables;
  if (first === undefined || tables.length === 1) return tables;
  for (const { name, names } of tables) {
    if (names.join('\n') === first.names.join('\n')) continue;
    throw new Error(
      `${name}: it has the columns ${names.join(', ')}; wanted ${first.names.join(', ')} as in ${first.name}, in files that are recordings of the same things`,
    );
  }
  const unified = new Map(first.names.map((name) => [name, alike(tables, name)] as const));
  return tables.map((table, k) => ({
    ...table,
    columns: new Map(first.names.map((name) => [name, unified.get(name)![k]!] as const)),
  }));
}

function alike(tables: readonly Table[], name: string): readonly Column[] {
  const columns = tables.map((table) => table.columns.get(name)!);
  const leader = columns.findIndex((column) => !isBlank(column));
  const { kind } = columns[Math.max(0, leader)]!;
  const other = columns.findIndex((column) => column.kind !== kind && !isBlank(column));
  if (other >= 0)
    throw new Error(
      `${tables[other]!.name}: column "${name}" is of kind ${columns[other]!.kind}, but of kind ${kind} in ${tables[leader]!.name}; wanted the same in all files`,
    );
  const orders = columns.map((column) => (column.kind === 'time' ? column.order : undefined));
  const one = orders.findIndex((order) => order !== undefined);
  const another = orders.findIndex((order) => order !== undefined && order !== orders[one]);
  if (another >= 0)
    throw new Error(
      `${tables[another]!.name}: column "${name}" has the ${orders[another] === 'dmy' ? 'day' : 'month'} first in its dates, other than ${tables[one]!.name}; say which is right for all (--date-order dmy or mdy)`,
    );
  const commas = columns.map((column) => (column.kind === 'number' ? column.commas : undefined));
  const decimal = commas.indexOf('decimal');
  const apart = commas.indexOf('thousands');
  if (decimal >= 0 && apart >= 0)
    throw new Error(
      `${tables[apart]!.name}: column "${name}" has commas between thousands, but decimal ones in ${tables[decimal]!.name}; write its numbers with decimal points, or part the fields by semicolons`,
    );
  if (kind !== 'class') return columns;
  const numbers = new Map<string, number>();
  const given = columns.map((column) => {
    if (column.kind !== 'class') return new Int32Array(valuesOf(column).length).fill(-1);
    const places = column.classes.map((text) => {
      if (!numbers.has(text)) numbers.set(text, numbers.size);
      return numbers.get(text)!;
    });
    return column.values.map((number) => places[number] ?? -1);
  });
  return given.map((values) => classColumn(values, [...numbers.keys()]));
}

/** The numbers of a column: of classes their numbers, of times seconds. */
export const valuesOf = (column: Column): Float64Array | Int32Array =>
  column.kind === 'time' ? column.seconds : column.values;

/** Whether a column has no value at all, so that its kind is not known. */
const isBlank = (column: Column): boolean => column.kind === 'number' && column.values.every(Number.isNaN);
