import fc from 'fast-check';
import { expect, test } from 'vitest';
import { column, csvReader, readCsv } from './csv.ts';

const seed = 60213;

/** A text cut in pieces at some places. */
function pieces(text: string, places: readonly number[]): string[] {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return cuts.slice(1).map((cut, i) => text.slice(cuts[i], cut));
}

function readPieces(parts: readonly string[]) {
  const reader = csvReader();
  for (const part of parts) reader.push(part);
  return reader.end();
}

test('a text gives the same table, or the same error, however it is cut in pieces', () => {
  const part = fc.constantFrom(',', ',', '"', '\n', '\r', '\r\n', ';', '1', 'a', ' ', '?', '""', '2020-01-01', '1,5');
  const outcome = (make: () => unknown) => {
    try {
      return make();
    } catch (error) {
      return (error as Error).message;
    }
  };
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 12 }), (parts, places) => {
      const text = parts.join('');
      expect(outcome(() => readPieces(pieces(text, places)))).toEqual(outcome(() => readCsv(text)));
    }),
    { seed, numRuns: 2000 },
  );
});

test('texts written with quotes are read back, whatever they hold, and cut anywhere', () => {
  const field = fc.string({
    unit: fc.constantFrom('a', 'é', ',', ';', '"', '\n', ' ', '7'),
    minLength: 1,
    maxLength: 6,
  });
  const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 });
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom(',', ';', '\t'),
      fc.array(fc.nat(), { maxLength: 6 }),
      (values, separator, places) => {
        const text = [['one', 'two'], ...values].map((row) => row.map(quote).join(separator)).join('\r\n');
        const reader = csvReader({ header: true, kinds: { one: 'class', two: 'class' } });
        for (const part of pieces(text, places)) reader.push(part);
        const table = reader.end();
        ['one', 'two'].forEach((name, k) => {
          const { values: numbers, classes } = column(table, name, 'class');
          expect([...numbers].map((number) => classes[number])).toEqual(values.map((row) => row[k]));
        });
      },
    ),
    { seed },
  );
});

test('between semicolons and tabs a comma is decimal, and the separator is found by it', () => {
  const numbers = (text: string) => column(readCsv(text, { header: false }), 'column2', 'number').values;
  expect(numbers('1,5;2,25;-,5\n3,0;4,75e2;0,1\n')).toEqual(Float64Array.of(2.25, 475));
  expect(numbers('1,5\t2,25\n3,0\t4\n')).toEqual(Float64Array.of(2.25, 4));
  expect(numbers('1,5\n3,4\n')).toEqual(Float64Array.of(5, 4));
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1 }), (values) => {
      const text = `a;b\n${values.map((value) => `x;${String(value).replace('.', ',')}`).join('\n')}`;
      // -0 is written as 0.
      expect([...column(readCsv(text), 'b', 'number').values]).toEqual(values.map((value) => value + 0));
    }),
    { seed },
  );
});

test('a header written as a comment names the columns without its sign', () => {
  expect(readCsv('#one, two\n1,2\n').names).toEqual(['one', 'two']);
});

test('numbers beyond the largest and words for infinity are refused with their line', () => {
  const says = 'x.csv:3: column "a": "1e999" is not finite; leave it empty where there is no value';
  expect(() => readCsv('a\n1\n1e999\n', { name: 'x.csv' })).toThrow(says);
  expect(() => readCsv('a\ninf\n1\n', { name: 'x.csv' })).toThrow('x.csv:2: column "a": "inf" is not finite');
  expect(() => readCsv('a\n1\n-Infinity\n', { name: 'x.csv' })).toThrow('"-Infinity" is not finite');
});
