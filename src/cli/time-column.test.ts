import { expect, test } from 'vitest';
import { readCsv } from '../formats/csv.ts';
import { orderedRows, type Repeated, timeColumn } from './time-column.ts';

const read = (csv: string) => readCsv(csv, { name: 'x.csv' });
const seconds = (csv: string, ...named: string[]) =>
  timeColumn(read(csv), named.length > 0 ? named : undefined)?.seconds;
const at = (...parts: [number, number, ...number[]]) => Date.UTC(...parts) / 1000;

test('times are the only column of timestamps, or columns of the calendar together', () => {
  expect(seconds('when,a\n2024-01-01,1\n2024-01-02,2\n')).toEqual(Float64Array.of(at(2024, 0, 1), at(2024, 0, 2)));
  const split = 'No,year,Month,day,hour,a\n1,2010,1,2,0,5\n2,2010,1,2,13,6\n';
  expect(timeColumn(read(split), undefined)).toEqual({
    names: ['year', 'Month', 'day', 'hour'],
    seconds: Float64Array.of(at(2010, 0, 2), at(2010, 0, 2, 13)),
  });
  expect(seconds('hour,a\n1,2\n')).toBeUndefined();
  expect(seconds('year,month,a\n2000,2,2\n')).toBeUndefined();
  expect(seconds('s,t,a\n2024-01-01,2024-01-01,1\n')).toBeUndefined();
});

test('a column of numbers that is called a time, and counts from 1970 or holds dates, is the time without being named', () => {
  for (const counted of ['1700000000,1700000060', '1700000000000,1700000060000', '1700000000.5,1700000060.5']) {
    const [from, to] = counted.split(',');
    expect(timeColumn(read(`timestamp,a\n${from},1\n${to},2\n`), undefined)).toMatchObject({ names: ['timestamp'] });
  }
  expect(seconds('date,a\n19580329,1\n19580405,2\n')).toEqual(Float64Array.of(at(1958, 2, 29), at(1958, 3, 5)));
  expect(seconds('time,a\n0,1\n60,2\n')).toBeUndefined();
  expect(seconds('level,a\n1700000000,1\n1700000060,2\n')).toBeUndefined();
  expect(seconds('time,a\n1700000000,1\n,2\n')).toBeUndefined();
  expect(seconds('time,ts,a\n1700000000,1700000000,1\n')).toBeUndefined();
  expect(timeColumn(read('time,a\n1700000000,1\n'), undefined, ['time'])).toBeUndefined();
});

test('named columns are a time, a date and a clock, or plain numbers', () => {
  expect(seconds('d,c,a\n2024-01-01,17:30,1\n', 'd', 'c')).toEqual(Float64Array.of(at(2024, 0, 1, 17, 30)));
  expect(seconds('t,a\n19580329,1\n', 't')).toEqual(Float64Array.of(at(1958, 2, 29)));
  expect(seconds('t,a\n1700000000000,1\n', 't')).toEqual(Float64Array.of(1.7e9));
});

test('what is no time is refused with line and column', () => {
  expect(() => seconds('t,a\n5,1\n,2\n', 't')).toThrow('x.csv:3: column "t": "" is not a time (seconds, or a date');
  expect(() => seconds('t,a\nnow,1\n', 't')).toThrow('x.csv:2: column "t": "now" is not a time');
  expect(() => seconds('t,a\n1,1\n', 'u')).toThrow('x.csv: no column "u"; it has t, a');
  expect(() => seconds('year,month,day,a\n2001,2,29,1\n')).toThrow(
    new Error('x.csv:2: the columns year, month, day say 2001-02-29 00:00:00, which is no time; correct the line'),
  );
});

test('a row for each value instead of each time is told for what it is, and hours may count beyond a day', () => {
  const long = readCsv('Time,Parameter,Value\n00:00,Age,83\n00:00,Weight,70\n24:37,HR,80\n', { name: 'x.csv' });
  const times = timeColumn(long, undefined)!;
  expect([...times.seconds]).toEqual([0, 0, 24 * 3600 + 37 * 60]);
  expect(() => orderedRows(long, times, undefined)).toThrow(
    'x.csv:3: column "Time" repeats the time of line 2; if the file has a row for each value (long format), say --long Parameter,Value',
  );
});

test('times that go back, or repeat without a rule for it, are refused with their lines', () => {
  const rows = (csv: string, repeated?: Repeated) => {
    const table = read(csv);
    return orderedRows(table, timeColumn(table, undefined)!, repeated);
  };
  expect(() => rows('time,a\n2024-01-02,1\n2024-01-01,2\n')).toThrow(
    new Error(
      'x.csv:3: column "time" goes back in time by 86,400 s; wanted rows in order of time: sort the file by it, or say which column names the recording if there are several (--recording)',
    ),
  );
  const twice = 'time,a\n2024-01-01,1\n2024-01-02,2\n2024-01-02,3\n2024-01-03,4\n';
  expect(() => rows(twice)).toThrow(
    new Error(
      'x.csv:4: column "time" repeats the time of line 3; wanted one row for each time: say --repeated first or --repeated last, or correct the file',
    ),
  );
  expect(rows(twice, 'first')).toEqual([0, 1, 3]);
  expect(rows(twice, 'last')).toEqual([0, 2, 3]);
});
