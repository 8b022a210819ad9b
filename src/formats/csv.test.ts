import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { column, readCsv, readRows } from './csv.ts';
import { parseNumber, parseSeconds } from './csv-columns.ts';
import { parseTime } from './time.ts';

const seed = 20213;

describe('csv', () => {
  test('numbers, times and classes are told apart by their first value', () => {
    const table = readCsv('when,light,room\n2015-02-04 17:51:00,426,hall\n2015-02-04 17:51:59,,attic\n');
    expect(table.names).toEqual(['when', 'light', 'room']);
    expect(table.rows).toBe(2);
    expect(column(table, 'when', 'time').seconds).toEqual(Float64Array.of(1423072260, 1423072319));
    expect(column(table, 'light', 'number').values).toEqual(Float64Array.of(426, Number.NaN));
    expect(column(table, 'room', 'class')).toEqual({
      kind: 'class',
      values: Int32Array.of(1, 0),
      classes: ['attic', 'hall'],
    });
  });

  test.each([
    ['commas', 'a,b\n1,2\n3,4'],
    ['semicolons', 'a;b\n1;2\n3;4\n'],
    ['tabs', 'a\tb\n1\t2\n3\t4\n'],
    ['CRLF line ends', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['CR line ends', 'a,b\r1,2\r3,4'],
    ['a byte order mark', '\uFEFFa,b\n1,2\n3,4\n'],
    ['blank lines', '\na,b\n\n1,2\n3,4\n\n'],
    ['quotes', '"a", "b"\n"1" ,2\n 3,"4"'],
    ['spaces around fields', 'a , b\n1 , 2\n3,4 '],
    ['an unnamed row index', 'a,b\n"1",1,2\n"2",3,4\n'],
    ['an empty name over the row index', ',a,b\n1,1,2\n2,3,4\n'],
  ])('%s are understood', (_, text) => {
    const table = readCsv(text);
    expect(table.names).toEqual(['a', 'b']);
    expect(column(table, 'a', 'number').values).toEqual(Float64Array.of(1, 3));
    expect(column(table, 'b', 'number').values).toEqual(Float64Array.of(2, 4));
  });

  test('columns without a header are numbered from one', () => {
    expect(readCsv('1,x\n2,y').names).toEqual(['column1', 'column2']);
    expect(readCsv('x,y\nx,z', { header: false }).rows).toBe(2);
    expect(readCsv('2010,2011\n1,2', { header: true }).names).toEqual(['2010', '2011']);
  });

  test('every spelling of a missing value is NaN among numbers and −1 among classes', () => {
    const table = readCsv('n,c\n1,x\n,\n?,?\nNA,NA\nNaN,nan\nnull,NULL\n');
    expect(column(table, 'n', 'number').values).toEqual(Float64Array.of(1, ...new Array<number>(5).fill(Number.NaN)));
    expect(column(table, 'c', 'class').values).toEqual(Int32Array.of(0, -1, -1, -1, -1, -1));
  });

  test('classes that are numbers keep the order of the numbers', () => {
    const table = readCsv('c\n10\n9\n10\n', { kinds: { c: 'class' } });
    expect(column(table, 'c', 'class')).toEqual({
      kind: 'class',
      values: Int32Array.of(1, 0, 1),
      classes: ['9', '10'],
    });
  });

  test('plain times that are calendar dates in every row are dates, 19580329, and seconds where one is none', () => {
    const seconds = (text: string) => column(readCsv(`t\n${text}`, { kinds: { t: 'time' } }), 't', 'time').seconds;
    expect(seconds('19691225\n19700101\n19700301')).toEqual(Float64Array.of(-7 * 86400, 0, 59 * 86400));
    expect(seconds('19700101\n19701301')).toEqual(Float64Array.of(19700101, 19701301));
    expect(column(readCsv('t\n19700101'), 't', 'number').values).toEqual(Float64Array.of(19700101));
  });

  test('plain times are seconds, or milliseconds when seconds would lie after the year 5000', () => {
    const seconds = (text: string) => column(readCsv(`t\n${text}`, { kinds: { t: 'time' } }), 't', 'time').seconds;
    expect(seconds('0\n0.5\n')).toEqual(Float64Array.of(0, 0.5));
    expect(seconds('1423072260\n1423072319\n')).toEqual(Float64Array.of(1423072260, 1423072319));
    expect(seconds('1423072260000\n1423072319500\n')).toEqual(Float64Array.of(1423072260, 1423072319.5));
  });

  test('a stamp is read as UTC unless it carries an offset', () => {
    const noon = Date.UTC(2020, 1, 29, 12) / 1000;
    expect(parseTime('2020-02-29 12:00')).toBe(noon);
    expect(parseTime('2020-02-29T12:00:00Z')).toBe(noon);
    expect(parseTime('2020-02-29T14:00:00.25+02:00')).toBe(noon + 0.25);
    expect(parseTime('2020-02-29T09:30:00-0230')).toBe(noon);
    expect(parseTime('2020-02-29')).toBe(noon - 12 * 3600);
    for (const wrong of ['2021-02-29', '2020-13-01', '2020-01-01 24:00', '2020-01-01 10:60', '20200101', 'noon']) {
      expect(parseTime(wrong)).toBeUndefined();
    }
  });

  test.each([
    ['Light\n1\nabc\n', 'room.csv:3: column "Light": "abc" is not a number'],
    ['"a\nb",Light\n1,2\n1,abc\n', 'room.csv:4: column "Light": "abc" is not a number'],
    ['t,n\n2020-01-01,1\nlater,2\n', 'room.csv:3: column "t": "later" is not a time'],
    ['t,n\n2020-01-01,1\n,2\n', 'room.csv:3: column "t": "" is not a time'],
    ['t,n\n2020-01-01,1\n7,2\n', 'room.csv:3: column "t": "7" is not written like the times before it'],
    ['a,b\n1,2\n3\n', 'room.csv:3: 1 field, wanted 2 as in line 2'],
    ['a,b\n1,2,3,4\n', 'room.csv:1: the header has 2 names, the rows have 4 fields'],
    ['a,a\n1,2\n', 'room.csv:1: two columns are called "a"'],
    ['a,"b\n1,2\n', 'room.csv:1: the quote of field 2 is not closed'],
    ['a,b\n"1"x,2\n', 'room.csv:2: field 1 goes on after its closing quote'],
    ['', 'room.csv: no rows'],
  ])('%j is refused with its line and column', (text, says) => {
    expect(() => readCsv(text, { name: 'room.csv' })).toThrow(says);
  });

  test('a column that is not there, or holds something else, is refused by name', () => {
    const table = readCsv('a,b\n1,x', { name: 'room.csv' });
    expect(() => column(table, 'c', 'number')).toThrow('room.csv: no column "c"; it has a, b');
    expect(() => column(table, 'b', 'number')).toThrow('room.csv: column "b" is of kind class, wanted number');
    expect(() => readCsv('a\n1', { kinds: { z: 'time' } })).toThrow('csv: no column "z"; it has a');
  });

  test('numbers written in any way are read back', () => {
    const rows = fc.array(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 2 }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(rows, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), (values, separator, end) => {
        const text = [`a${separator}b`, ...values.map((row) => row.join(separator))].join(end);
        const table = readCsv(text);
        // -0 is written as 0.
        expect([...column(table, 'b', 'number').values]).toEqual(values.map((row) => row[1]! + 0));
      }),
      { seed },
    );
  });

  test('any text gives a table or an error that begins with its name', () => {
    const part = fc.constantFrom(',', '"', '\n', '\r', ';', '1', 'a', ' ', '?', '2020-01-01');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        try {
          readCsv(parts.join(''));
        } catch (error) {
          expect((error as Error).message).toMatch(/^csv(:\d+)?: /);
        }
      }),
      { seed, numRuns: 2000 },
    );
  });

  test('rows are read as text too, from any line on, with or without a header', () => {
    expect(readRows(',warm\n1,x\n2,NA\n')).toEqual({
      names: ['warm'],
      isNamed: true,
      rows: [
        { line: 2, fields: ['x'] },
        { line: 3, fields: ['NA'] },
      ],
      hasCommas: false,
    });
    expect(readRows('a;"b ""c"""', { header: false, line: 17 })).toEqual({
      names: ['column1', 'column2'],
      isNamed: false,
      rows: [{ line: 17, fields: ['a', 'b "c"'] }],
      hasCommas: true,
    });
    expect(() => readRows('1,"2', { name: 'stdin', line: 17 })).toThrow('stdin:17: the quote of field 2 is not closed');
  });

  test('a field alone is a number, missing, or neither', () => {
    expect(['1.5', '-2e3', '', 'NA', '?', 'nan', 'x', '1,5', 'Infinity', '0x1f'].map(parseNumber)).toEqual([
      1.5,
      -2000,
      ...Array(4).fill(Number.NaN),
      ...Array(4).fill(undefined),
    ]);
  });

  test('a time alone is seconds, milliseconds, ISO 8601, or a date where samples are days apart', () => {
    const cases = [
      ['12.5', false, 12.5],
      ['-3', false, -3],
      ['99999999999', false, 99999999999],
      ['100000000000', false, 1e8],
      ['1958-03-29', false, -371174400],
      ['19580329', false, 19580329],
      ['19580329', true, -371174400],
      ['19581329', true, 19581329],
      ['12.5', true, 12.5],
      ['noon', true, undefined],
      ['', false, undefined],
    ] as const;
    for (const [text, days, seconds] of cases) expect(parseSeconds(text, days)).toBe(seconds);
  });
});
