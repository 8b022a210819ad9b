import fc from 'fast-check';
import { expect, test } from 'vitest';
import { column, readCsv } from './csv.ts';
import { parseSeconds } from './csv-columns.ts';
import { type DateOrder, parseTime } from './time.ts';

const noon = Date.UTC(2024, 11, 31, 12) / 1000;
const seconds = (text: string, dateOrder?: DateOrder) =>
  column(readCsv(`t\n${text}`, { name: 'x.csv', ...(dateOrder ? { dateOrder } : {}) }), 't', 'time');

test.each([
  '2024-12-31T12:00:00Z',
  '2024-12-31 12:00',
  '2024/12/31 12:00:00',
  '31.12.2024 12:00',
  '31.12.24, 12:00:00',
  '31-Dec-2024 12:00',
  '31 december 2024 12:00 UTC',
  '12/31/2024 12:00 PM',
  '31/12/2024 12:00:00,0',
  '12-31-2024 12:00',
  '2024-12-31T14:00:00+02',
  '2024-12-31 07:30 -0430',
])('%s is noon of the last day of 2024', (text) => {
  expect(parseTime(text)).toBe(noon);
});

test('a month is its first day, a time of day counts from midnight, and twelve o’clock is where AM and PM put it', () => {
  expect(parseTime('2024-12')).toBe(Date.UTC(2024, 11, 1) / 1000);
  expect(['12:30 AM', '12:30 pm', '1:05:09 p.m.', '23:59', '18.00.00'].map((text) => parseTime(text))).toEqual([
    1800, 45_000, 47_109, 86_340, 64_800,
  ]);
  for (const wrong of [
    '2024-13',
    '13:00 PM',
    '0:30 AM',
    '32.1.2024',
    '30/2/2024',
    '2024-1/1',
    '31-Foo-2024',
    '10.0.0.1',
  ])
    expect(parseTime(wrong)).toBeUndefined();
});

test('of a date whose day and month may be either way round, the order is told, or it is no time', () => {
  expect(parseTime('1/2/1998')).toBeUndefined();
  expect(parseTime('1/2/1998', 'dmy')).toBe(Date.UTC(1998, 1, 1) / 1000);
  expect(parseTime('1/2/1998', 'mdy')).toBe(Date.UTC(1998, 0, 2) / 1000);
  expect(parseTime('1/2/98', 'mdy')).toBe(Date.UTC(1998, 0, 2) / 1000);
  expect(parseTime('3/3/1998')).toBe(Date.UTC(1998, 2, 3) / 1000);
  expect(parseSeconds('1/2/1998', true, 'mdy')).toBe(Date.UTC(1998, 0, 2) / 1000);
});

test('a column of days in a row is read in the order that they were written in, whichever it is', () => {
  const day = fc.integer({ min: 0, max: 20_000 });
  fc.assert(
    fc.property(
      day,
      fc.integer({ min: 40, max: 90 }),
      fc.constantFrom<DateOrder>('dmy', 'mdy'),
      (from, rows, order) => {
        const days = Array.from({ length: rows }, (_, i) => new Date((from + i) * 86_400_000));
        const text = days.map((date) => {
          const [month, of] = [date.getUTCMonth() + 1, date.getUTCDate()];
          return `${order === 'dmy' ? `${of}/${month}` : `${month}/${of}`}/${date.getUTCFullYear()}`;
        });
        const found = seconds(text.join('\n'));
        expect(found.order).toBe(order);
        expect([...found.seconds]).toEqual(days.map((date) => date.getTime() / 1000));
      },
    ),
    { seed: 8261, numRuns: 50 },
  );
});

test('where every date leaves a choice, those that go forward are right; where both do, the order has to be told', () => {
  expect(seconds('1/12/2020\n2/1/2020\n3/2/2020').order).toBe('mdy');
  expect(() => seconds('1/2/2020\n2/2/2020\n3/2/2020')).toThrow(
    'x.csv: column "t": "1/2/2020" is not clear, nor any other of the column: its day and month may be either way round; say which comes first (on the command line --date-order dmy or mdy)',
  );
  expect(seconds('1/2/2020\n2/2/2020\n3/2/2020', 'mdy').seconds).toEqual(
    Float64Array.of(18_263, 18_294, 18_323).map((days) => days * 86_400),
  );
  expect(() => seconds('13/2/2020\n2/13/2020')).toThrow('x.csv:3: column "t": "2/13/2020" is not written like');
  expect(() => seconds('2/13/2020', 'dmy')).toThrow('x.csv:2: column "t": "2/13/2020" is not a time');
  expect(seconds('31.12.2020\n1.1.2021').order).toBeUndefined();
});

test('plain times are milli-, micro- and nanoseconds by their size', () => {
  for (const each of [1, 1e3, 1e6, 1e9]) expect(parseSeconds(String(1.7e9 * each), false)).toBe(1.7e9);
});
