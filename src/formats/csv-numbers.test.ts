import { expect, test } from 'vitest';
import { column, readCsv } from './csv.ts';
import { parseDecimalCommas, parseNumber } from './csv-columns.ts';
import { sameColumns } from './same-columns.ts';

const numbers = (text: string, name = 'a') => [...column(readCsv(text, { name: 'x.csv' }), name, 'number').values];

test('commas in quotes are decimal where the whole column can be read so and not otherwise', () => {
  expect(numbers('a,b\n"0,5",1\n"-12,25",2\n3,3\n')).toEqual([0.5, -12.25, 3]);
  expect(numbers('a,b\n21,1\n"21,5",2\n,3\n"1.234,5",4\n"1,5 %",5\n')).toEqual([21, 21.5, Number.NaN, 1234.5, 1.5]);
  expect(readCsv('a,b\n"0,5",1\n').notes).toEqual(['commas are decimal in: a']);
});

test('commas that may be between thousands are so, unless another column of the file has decimal ones', () => {
  expect(numbers('a,b\n"1,234",1\n2,2\n')).toEqual([1234, 2]);
  expect(numbers('a,b\n"1,234","0,5"\n2,"1,5"\n')).toEqual([1.234, 2]);
  expect(numbers('a,b\n"1,234","0,5"\n"1,234.5","1,5"\n')).toEqual([1234, 1234.5]);
  expect(numbers('a;b\n1,234;1\n2;2\n')).toEqual([1.234, 2]);
  expect([...column(readCsv('a,b\n"1,234",1\n', { decimalCommas: true }), 'a', 'number').values]).toEqual([1.234]);
});

test('points between thousands are told by the decimal commas of their column', () => {
  expect(numbers('a;b\n1.234;1\n1.234,5;2\n')).toEqual([1234, 1234.5]);
  expect(numbers('a;b\n1.234;1\n2.345;2\n')).toEqual([1.234, 2.345]);
});

test('thousands may be set apart by spaces and apostrophes', () => {
  const spaces = ['12 345', '1\u00a0234\u00a0567.5', "1'234.5", '1\u202f234'];
  expect(spaces.map(parseNumber)).toEqual([12345, 1234567.5, 1234.5, 1234]);
  expect(['12 345,5', '1.234.567', '192.168.100.200', '0.5'].map(parseDecimalCommas)).toEqual([
    12345.5,
    1234567,
    undefined,
    undefined,
  ]);
  expect(['1 2', '12 34', '1 234 5'].map(parseNumber)).toEqual([undefined, undefined, undefined]);
});

test('a column with both decimal signs is refused with the line, and so are files that differ in them', () => {
  expect(() => numbers('a,b\n"0,5",1\n0.5,2\n')).toThrow(
    'x.csv:3: column "a": "0.5" is not written like the numbers before it, with the same decimal sign; write them all alike',
  );
  expect(() => numbers('a,b\n0.5,1\n"0,5",2\n')).toThrow('x.csv:3: column "a": "0,5" is not written like the numbers');
  const [one, other] = ['"0,512"', '"1,234"'].map((value, k) => readCsv(`a,b\n${value},1\n`, { name: `${k}.csv` }));
  expect(() => sameColumns([one!, other!])).toThrow(
    '1.csv: column "a" has commas between thousands, but decimal ones in 0.csv; write its numbers with decimal points, or part the fields by semicolons',
  );
});

test('what is said to mean that there is no value is missing as text, or as a number however it is written', () => {
  const missing = ['-200', '-', 'OFF'];
  const table = readCsv('a,b,c\n-,x,-200\n-200.0,off,-200\n1,-,-\n-2e2,y,0\n', { missing, whole: ['c'], texts: ['c'] });
  expect(column(table, 'a', 'number').values).toEqual(Float64Array.of(Number.NaN, Number.NaN, 1, Number.NaN));
  const { classes, values } = column(table, 'b', 'class');
  expect([classes, [...values]]).toEqual([
    ['x', 'y'],
    [0, -1, -1, 1],
  ]);
  expect(column(table, 'c', 'class').classes).toEqual(['-', '-200', '0']);
  expect(() => numbers('a,b\n1,1\n-,2\n')).toThrow('or say that it means so (on the command line --na -)');
});
