import { expect, test } from 'vitest';
import { readCsv } from '../formats/csv.ts';
import { csvRecording } from './csv-recording.ts';

const text = `date,warm,light,room
2024-01-01 00:00:00,20,,empty
2024-01-01 00:01:00,21,5,full
2024-01-01 00:03:00,,6,
2024-01-01 00:04:00,23,7,full`;
const table = readCsv(text, { name: 'room.csv' });

test('numbers are forecast one row ahead from all numeric columns, the target among them', () => {
  const { recording, inputNames, classes, missing, notes } = csvRecording(table, { target: 'light' });
  const { steps, features, target, times } = recording;
  expect({ steps, inputNames, classes }).toEqual({ steps: 2, inputNames: ['warm', 'light'], classes: undefined });
  expect([...features]).toEqual([21, 5, Number.NaN, 6]);
  expect(missing).toBe(1);
  expect([...target]).toEqual([6, 7]);
  expect(times![1]! - times![0]!).toBe(120);
  expect(notes).toEqual(['rows left out because "light" is missing: 1', 'columns of text, not used: room']);
});

test('classes are told at each row from the other columns; a row left out lengthens the time to the next', () => {
  const { recording, inputNames, classes } = csvRecording(table, { target: 'room' });
  const { steps, features, target, times } = recording;
  expect({ steps, inputNames, classes }).toEqual({
    steps: 3,
    inputNames: ['warm', 'light'],
    classes: ['empty', 'full'],
  });
  expect([...features]).toEqual([20, Number.NaN, 21, 5, 23, 7]);
  expect([...target]).toEqual([0, 1, 1]);
  expect(times![2]! - times![1]!).toBe(180);
});

test('a target or time column that does not serve is refused by name', () => {
  expect(() => csvRecording(table, { target: 'cold' })).toThrow('no column "cold"; it has date, warm, light, room');
  expect(() => csvRecording(table, { target: 'date' })).toThrow('the target "date" is a column of times');
  expect(() => csvRecording(table, { target: 'warm', time: 'room' })).toThrow('column "room"');
});

test('rows out of order of time are refused with their line', () => {
  const mixed = readCsv('time,a\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3', { name: 'x.csv' });
  expect(() => csvRecording(mixed, { target: 'a' })).toThrow('x.csv:3: column "time" goes back in time by 86,400 s');
});

test('a target that teaches nothing is refused with what it holds', () => {
  const refused = (csv: string) => () => csvRecording(readCsv(csv, { name: 'x.csv' }), { target: 'a' });
  expect(refused('a,b\n5,1\n5,2\n5,3')).toThrow('x.csv: the target "a" is always 5');
  expect(refused('a,b\nno,1\nno,2\nno,3')).toThrow('x.csv: the target "a" is always "no"');
  expect(refused('a,b\np,1\nq,2\nr,3')).toThrow('"a" has 3 different values in 3 rows; wanted classes that come again');
  expect(refused('a,b')).toThrow('x.csv: 0 rows with a value of "a"');
});

test('numbers with decimal commas are recognised where numbers were expected', () => {
  const table = readCsv('a;b\n1,5;x\n2,5;y', { name: 'x.csv' });
  expect(() => csvRecording(table, { target: 'a' })).toThrow('"a" holds text such as "1,5"');
  expect(() => csvRecording(table, { target: 'a' })).toThrow('write numbers with a decimal point');
});

test('of two columns of times none is taken silently', () => {
  const table = readCsv('s,t,a\n2024-01-01,2024-01-01,1\n2024-01-02,2024-01-02,2\n2024-01-03,2024-01-03,4');
  const { recording, notes } = csvRecording(table, { target: 'a' });
  expect(recording.times).toBeUndefined();
  expect(notes).toEqual(['columns of times, not used (--time names one): s, t']);
  expect(csvRecording(table, { target: 'a', time: 't' }).notes).toEqual(['columns of times, not used: s']);
});
