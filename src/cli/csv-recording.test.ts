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
  const { recording, inputNames, classes, notes } = csvRecording(table, { target: 'light' });
  const { steps, features, target, times } = recording;
  expect({ steps, inputNames, classes }).toEqual({ steps: 2, inputNames: ['warm', 'light'], classes: undefined });
  expect([...features]).toEqual([21, 5, 21, 6]);
  expect([...target]).toEqual([6, 7]);
  expect(times![1]! - times![0]!).toBe(120);
  expect(notes).toEqual([
    'rows without a "light", left out: 1',
    'missing inputs, replaced by the value before them: 1',
  ]);
});

test('classes are told at each row from the other columns; a row left out lengthens the time to the next', () => {
  const { recording, inputNames, classes } = csvRecording(table, { target: 'room' });
  const { steps, features, target, times } = recording;
  expect({ steps, inputNames, classes }).toEqual({
    steps: 3,
    inputNames: ['warm', 'light'],
    classes: ['empty', 'full'],
  });
  expect([...features]).toEqual([20, 5, 21, 5, 23, 7]);
  expect([...target]).toEqual([0, 1, 1]);
  expect(times![2]! - times![1]!).toBe(180);
});

test('a target or time column that does not serve is refused by name', () => {
  expect(() => csvRecording(table, { target: 'cold' })).toThrow('no column "cold"; it has date, warm, light, room');
  expect(() => csvRecording(table, { target: 'date' })).toThrow('column "date"');
  expect(() => csvRecording(table, { target: 'warm', time: 'room' })).toThrow('column "room"');
});

test('rows out of order of time are refused with their row', () => {
  const mixed = readCsv('time,a\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3', { name: 'x.csv' });
  expect(() => csvRecording(mixed, { target: 'a' })).toThrow('x.csv: column "time" goes back in time at row 2');
});
