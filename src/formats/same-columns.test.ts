import { expect, test } from 'vitest';
import { column, readCsv } from './csv.ts';
import { sameColumns } from './same-columns.ts';

test('classes of several tables are numbered alike, also where one table has none', () => {
  const tables = ['a,k\n1,y\n', 'a,k\n2,x\n3,y\n', 'a,k\n4,\n'].map((text) => readCsv(text));
  const columns = sameColumns(tables).map((table) => column(table, 'k', 'class'));
  expect(columns.map(({ classes }) => classes.join())).toEqual(['x,y', 'x,y', 'x,y']);
  expect(columns.map(({ values }) => [...values])).toEqual([[1], [0, 1], [-1]]);
});

test('tables with other columns, or other kinds of them, are refused by name', () => {
  const read = (name: string, text: string) => readCsv(text, { name });
  const one = read('one.csv', 'a,k\n1,2\n');
  expect(() => sameColumns([one, read('two.csv', 'a,b\n1,2\n')])).toThrow(
    new Error(
      'two.csv: it has the columns a, b; wanted a, k as in one.csv, in files that are recordings of the same things',
    ),
  );
  expect(() => sameColumns([one, read('two.csv', 'a,k\n1,x\n')])).toThrow(
    new Error('two.csv: column "k" is of kind class, but of kind number in one.csv; wanted the same in all files'),
  );
});
