import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pivot } from './pivot.ts';

test('values one below the other become a row for each time in order of time, and several at one time their mean', () => {
  const made = pivot(
    { seconds: [20, 30, 10, 20, 20, 20, 40], names: [0, 0, 1, 1, 1, 1, -1], values: [1, 2, 5, 6, 9, 3, 7] },
    3,
  );
  const none = Number.NaN;
  expect(made).toEqual({
    rows: [2, 0, 1],
    columns: [Float64Array.of(none, 1, 2), Float64Array.of(5, 6, none), Float64Array.of(none, none, none)],
    again: 2,
  });
});

test('a value that is missing keeps its time, and a quantity whose times go back is told', () => {
  const { rows, columns, back } = pivot({ seconds: [3, 1, 2], names: [0, 1, 0], values: [4, Number.NaN, 5] }, 2);
  expect({ rows, back }).toEqual({ rows: [1, 2, 0], back: { row: 2, before: 0 } });
  expect(columns).toEqual([Float64Array.of(Number.NaN, 5, 4), Float64Array.of(Number.NaN, Number.NaN, Number.NaN)]);
});

test('any wide table written one value below the other, the quantities in any order, is made again', () => {
  const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: Number.NaN });
  const wide = fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(wide, fc.boolean(), (rows, isByName) => {
      const cells = rows.flatMap((row, t) => row.map((value, name) => ({ t, name, value })));
      if (isByName) cells.sort((a, b) => b.name - a.name);
      const long = {
        seconds: cells.map(({ t }) => 60 * t),
        names: cells.map(({ name }) => name),
        values: cells.map(({ value }) => value),
      };
      const made = pivot(long, 3);
      expect(made).toMatchObject({ again: 0, rows: rows.map((_, t) => made.rows[t]) });
      expect(made.columns).toEqual([0, 1, 2].map((name) => Float64Array.from(rows, (row) => row[name]!)));
    }),
    { seed: 6, numRuns: 200 },
  );
});
