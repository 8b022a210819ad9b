import { expect, test } from 'vitest';
import type { NpyArray } from './npy.ts';
import { numpyTables } from './numpy-tables.ts';

const array = (...shape: number[]): NpyArray => ({
  type: 'f8',
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});
const read = (arrays: Record<string, NpyArray>) => numpyTables(new Map(Object.entries(arrays)), 'a.npz');
const values = (column: unknown) => [...(column as { values: Float64Array }).values];

test('arrays of one length are the columns of one table', () => {
  const { tables, labels } = read({ t: array(3), x: array(3, 2) });
  expect(labels).toBeUndefined();
  expect(tables).toHaveLength(1);
  expect(tables[0]).toMatchObject({ name: 'a.npz', rows: 3, names: ['t', 'x1', 'x2'] });
  expect(values(tables[0]!.columns.get('x2'))).toEqual([1, 3, 5]);
});

test('the first axis of three is recordings, with columns and one number for each', () => {
  const { tables, labels } = read({ y: array(2), x: array(2, 3, 2), t: array(2, 3) });
  expect(tables.map(({ name, rows, names }) => [name, rows, names.join()])).toEqual([
    ['a.npz[0]', 3, 'x1,x2,t'],
    ['a.npz[1]', 3, 'x1,x2,t'],
  ]);
  expect(values(tables[1]!.columns.get('x1'))).toEqual([6, 8, 10]);
  expect(values(tables[1]!.columns.get('t'))).toEqual([3, 4, 5]);
  expect(labels).toMatchObject({ rows: 2, names: ['y'] });
});

test('arrays that do not go together are refused with their shapes', () => {
  expect(() => read({ x: array(3, 2), y: array(4) })).toThrow(
    new Error('a.npz: "y" has the shape (4); wanted (3) or (3, columns) as "x" has it'),
  );
  expect(() => read({ x: array(2, 3, 2), y: array(3) })).toThrow(
    new Error('a.npz: "y" has the shape (3); wanted (2), (2, 3) or (2, 3, columns) as "x" has it'),
  );
  expect(() => read({ x: array(2, 2, 2, 2) })).toThrow('wanted (rows), (rows, columns) or (recordings, rows, columns)');
  expect(() => read({ x: array(0, 2) })).toThrow('"x" has the shape (0, 2); wanted one row or more');
  expect(() => read({})).toThrow('a.npz: no array');
  expect(() => read({ x: array(3, 2), x1: array(3) })).toThrow('a.npz: two columns are called "x1"');
});

test('arrays to train on and to test are told apart by the ends of their names, and one label may stand in a row of its own', () => {
  const {
    tables,
    labels,
    test: tested,
  } = read({
    x_train: array(4, 3, 2),
    y_train: array(4, 1),
    x_test: array(2, 3, 2),
    y_test: array(2),
  });
  expect(tables.map(({ names }) => names.join())).toEqual(Array(4).fill('x1,x2'));
  expect(values(labels!.columns.get('y'))).toEqual([0, 1, 2, 3]);
  expect(tested!.tables.map(({ name }) => name)).toEqual(['test a.npz[0]', 'test a.npz[1]']);
  expect(values(tested!.labels!.columns.get('y'))).toEqual([0, 1]);
  expect(read({ x_train: array(3), t: array(3) }).tables[0]!.names).toEqual(['x_train', 't']);
});
