import { expect, test } from 'vitest';
import { arffReader } from './arff.ts';
import { column, readCsv } from './csv.ts';
import { seriesInRows } from './series-in-rows.ts';

const read = (text: string, pieces = 1) => {
  const reader = arffReader({ name: 'x.arff' });
  const size = Math.ceil(text.length / pieces);
  for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
  return reader.end();
};

const text = `% two sensors
@RELATION room

@ATTRIBUTE 'how warm' NUMERIC
@attribute damp real
@attribute when date "yyyy-MM-dd"
@attribute state {'wide open', shut}

@DATA
20.5, ?, 2024-01-01, 'wide open'
% half way
21,50,2024-01-02,shut
`;

test('attributes are columns of their types, however the text is cut', () => {
  for (const pieces of [1, 7, 60]) {
    const table = read(text, pieces);
    expect(table.names).toEqual(['how warm', 'damp', 'when', 'state']);
    expect(column(table, 'damp', 'number').values).toEqual(Float64Array.of(Number.NaN, 50));
    expect(column(table, 'when', 'time').seconds[1]).toBe(Date.UTC(2024, 0, 2) / 1000);
    expect(column(table, 'state', 'class').classes).toEqual(['shut', 'wide open']);
    expect([...table.lines]).toEqual([10, 12]);
  }
});

test('what is no table is refused with its line', () => {
  expect(() => read('@relation a\n@attribute b relational\n')).toThrow('x.arff:2: a relational attribute');
  expect(() => read('@relation a\n@attribute b colour\n')).toThrow('x.arff:2: the type "colour" is not known');
  expect(() => read('@attribute b numeric\n@data\n{0 1}\n')).toThrow('x.arff:3: a sparse row');
  expect(() => read('@attribute b numeric\n@data\nx\n')).toThrow('x.arff:3: column "b": "x" is not a number');
  expect(() => read('@attribute b numeric\n')).toThrow('x.arff: no @data');
  expect(() => read('a,b\n')).toThrow('x.arff:1: neither @relation');
});

test('rows that are series become recordings as long as they have values, with the class of each', () => {
  const { tables, labels } = seriesInRows(
    readCsv('1\t0.5\t?\t2\n2\t1\t3\tNaN\n', { name: 'x.tsv', texts: ['column1'] }),
    'column1',
  );
  expect(tables.map((table) => [table.name, [...column(table, 'dim1', 'number').values]])).toEqual([
    ['x.tsv:1', [0.5, Number.NaN, 2]],
    ['x.tsv:2', [1, 3]],
  ]);
  expect(column(labels!, 'class', 'class')).toMatchObject({ values: Int32Array.of(0, 1), classes: ['1', '2'] });
  expect(() => seriesInRows(readCsv('1,a\n2,b\n', { name: 'x.tsv', texts: ['column1'] }), 'column1')).toThrow(
    'x.tsv: column "column2" holds text; wanted numbers',
  );
});
