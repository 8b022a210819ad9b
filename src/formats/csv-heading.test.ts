import { expect, test } from 'vitest';
import { column, readCsv, readRows } from './csv.ts';

const rows = '0,20.5\n1,21.5\n2,22.5\n';
const warm = (text: string) => [...column(readCsv(text), 'warm', 'number').values];

test.each([
  ['comments above the header', `# by a logger, 2024\n# room 4\ntime,warm\n${rows}`],
  ['the header as the last comment', `# by a logger; 2024\n# time, warm\n${rows}`],
  ['a line that says the separator', `\uFEFFsep=,\r\n"time","warm"\r\n${rows.replaceAll('\n', '\r\n')}`],
  ['units below the header', `time,warm\ns,°C\n${rows}`],
  ['units of some columns', `time,warm,state\ns,°C,-\n${rows.replaceAll(/$/gm, ',on').replace(/,on$/, '')}`],
  ['empty columns at the end', `time,warm,,\n${rows.replaceAll('\n', ',,\n')}`],
  ['a separator at the end of each row', `time,warm\n${rows.replaceAll('\n', ',\n')}`],
  ['empty rows at the end', `time,warm\n${rows},\n,\n`],
  ['a line break in a name', `time,"warm\n"\n${rows}`],
  ['spaces between fields', `time   warm\n${rows.replaceAll(',', '    ')}`],
  ['decimal commas and thousands', 'time;warm\n0;20,5\n1;21,5\n2;22,5\n'],
])('%s are no rows and no columns', (_, text) => {
  expect(warm(text)).toEqual([20.5, 21.5, 22.5]);
});

test('what is left out is told, and nothing else is', () => {
  expect(readCsv(`time,warm,\ns,°C,\n${rows.replaceAll('\n', ',\n')}`).notes).toEqual([
    'units in line 2, not used: s, °C',
    'columns without a name and without any value, not read: 1',
  ]);
  expect(readCsv(`time,warm\n${rows}`).notes).toBeUndefined();
  const [, table] = ['state\non\noff\n', 'state,n\non,1\noff,2\n'].map((text) => readCsv(text));
  expect(table!.rows).toBe(2);
});

test('numbers that count the columns are names where the row below holds fractions', () => {
  const table = readCsv('1,2,3,phase\n0.5,0.25,1,rest\n0.5,0.5,2,rest\n');
  expect(table.names).toEqual(['1', '2', '3', 'phase']);
  expect(readCsv(',0,1,2\na,0.5,1,2\nb,0.5,1,2\n').names).toEqual(['0', '1', '2']);
  expect(readCsv('1,2,3\n4,5,6\n').names).toEqual(['column1', 'column2', 'column3']);
  expect(readCsv('1,5,3,rest\n0.5,0.25,1,rest\n').isNamed).toBe(false);
});

test('a column without a name that has values is called by its place', () => {
  expect(readCsv('a,,c\n1,2,3\n').names).toEqual(['a', 'column2', 'c']);
});

test('numbers between spaces need no header, and a name may hold spaces where nothing is parted', () => {
  expect(readCsv('1 2.5  -3e2 \n4 NaN 6\n').names).toEqual(['column1', 'column2', 'column3']);
  expect(readCsv('water level\n1.5\n2\n').names).toEqual(['water level']);
  expect(readRows('a b\n1 2\n').rows).toEqual([{ line: 2, fields: ['1', '2'] }]);
});

test('percent and thousands are numbers; what is text in spite of numbers above may be named', () => {
  const table = readCsv('share,sum\n45 %,"1,234.5"\n7.5%,"12,000"\n');
  expect(column(table, 'share', 'number').values).toEqual(Float64Array.of(45, 7.5));
  expect(column(table, 'sum', 'number').values).toEqual(Float64Array.of(1234.5, 12_000));
  expect(column(readCsv('a;b\n1.234,5;2\n'), 'a', 'number').values).toEqual(Float64Array.of(1234.5));
  const mixed = 'code,x\n7,1\nA7,2\n';
  expect(() => readCsv(mixed)).toThrow('csv:3: column "code": "A7" is not a number');
  expect(column(readCsv(mixed, { texts: ['code', 'other'] }), 'code', 'class').classes).toEqual(['7', 'A7']);
});
