import type { Column } from './csv-columns.ts';
import type { NpyArray } from './npy.ts';
import { type Tables, table } from './tables.ts';

/** An array to train on, or to test. */
const PART = /^(.*)_(train|test)$/i;

/**
 * Arrays by name as tables. Where there are `NAME_train` and `NAME_test`, all the former are the tables and the latter those to test, both called without the ending. `(rows)` is a column of that name, `(rows, k)` are k columns `NAME1`, …; where some array is `(recordings, rows, k)`, the first axis
 * of all is the recordings, `(recordings, rows)` is a column, and `(recordings)` or `(recordings, 1)` a number for each. Throws an Error that begins with `name` where lengths do not agree.
 */
export function numpyTables(arrays: ReadonlyMap<string, NpyArray>, name = 'npz'): Tables {
  const part = (wanted: string) =>
    new Map(
      [...arrays].flatMap(([array, data]) => {
        const [, base, found] = PART.exec(array) ?? [];
        return found?.toLowerCase() === wanted ? [[base!, data] as const] : [];
      }),
    );
  const [train, test] = [part('train'), part('test')];
  if (train.size === 0 || train.size + test.size < arrays.size || test.size === 0) return tablesOf(arrays, name);
  return { ...tablesOf(train, name), test: tablesOf(test, `test ${name}`) };
}

function tablesOf(arrays: ReadonlyMap<string, NpyArray>, name: string): Tables {
  const said = ({ shape }: NpyArray) => `(${shape.join(', ')})`;
  const refuse = (array: string, wanted: string): never => {
    throw new Error(`${name}: "${array}" has the shape ${said(arrays.get(array)!)}; wanted ${wanted}`);
  };
  const leader = [...arrays].find(([, { shape }]) => shape.length === 3) ?? [...arrays][0];
  if (leader === undefined)
    throw new Error(`${name}: no array; wanted one of shape (rows, columns) or (recordings, rows, columns)`);
  const [leading, { shape }] = leader;
  const isMany = shape.length === 3;
  const [recordings, rows] = isMany ? [shape[0]!, shape[1]!] : [1, shape[0] ?? 0];
  if (shape.length < 1 || shape.length > 3) refuse(leading, '(rows), (rows, columns) or (recordings, rows, columns)');
  if (recordings * rows === 0) refuse(leading, 'one row or more');

  const columns: { readonly name: string; readonly of: (recording: number) => Column }[] = [];
  const labels: (readonly [string, Column])[] = [];
  for (const [array, { shape, data }] of arrays) {
    const [own, inner] = isMany ? [shape, shape.slice(1)] : [[1, ...shape], shape];
    if (
      isMany &&
      shape[0] === recordings &&
      (shape.length === 1 || (shape.length === 2 && shape[1] === 1 && rows > 1))
    ) {
      labels.push([array, { kind: 'number', values: Float64Array.from(data) }]);
      continue;
    }
    if (own[0] !== recordings || inner[0] !== rows || inner.length > 2)
      refuse(
        array,
        `${isMany ? `(${recordings}), (${recordings}, ${rows}) or (${recordings}, ${rows}, columns)` : `(${rows}) or (${rows}, columns)`} as "${leading}" has it`,
      );
    const width = inner[1] ?? 1;
    for (let k = 0; k < width; k++) {
      const take = (recording: number) =>
        Float64Array.from({ length: rows }, (_, row) => data[(recording * rows + row) * width + k]!);
      columns.push({
        name: inner.length === 1 ? array : `${array}${k + 1}`,
        of: (recording) => ({ kind: 'number', values: take(recording) }),
      });
    }
  }
  return {
    tables: Array.from({ length: recordings }, (_, r) =>
      table(
        isMany ? `${name}[${r}]` : name,
        rows,
        columns.map((column) => [column.name, column.of(r)] as const),
      ),
    ),
    ...(labels.length > 0 ? { labels: table(name, recordings, labels) } : {}),
  };
}
