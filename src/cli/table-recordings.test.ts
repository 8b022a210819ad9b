import { expect, test } from 'vitest';
import { readCsv } from '../formats/csv.ts';
import { sameColumns } from '../formats/same-columns.ts';
import { type TableTask, tableRecordings } from './table-recordings.ts';

const text = `date,warm,light,room
2024-01-01 00:00:00,20,,empty
2024-01-01 00:01:00,21,5,full
2024-01-01 00:03:00,,6,
2024-01-01 00:04:00,23,7,full`;
const table = readCsv(text, { name: 'room.csv' });
const made = (csv: string, task: TableTask) => tableRecordings({ tables: [readCsv(csv, { name: 'x.csv' })] }, task);
const missing = Number.NaN;

test('numbers are forecast one row ahead from all columns, the target among them, text as one input for each value', () => {
  const result = tableRecordings({ tables: [table] }, { target: 'light' });
  const { steps, features, target, times } = result.recordings[0]!;
  expect(result).toMatchObject({
    inputNames: ['warm', 'light', 'room=empty', 'room=full'],
    encodings: { room: ['empty', 'full'] },
    horizon: 1,
    each: 'step',
    missing: 3,
    notes: ['rows left out because "light" is missing: 1'],
  });
  expect(steps).toBe(2);
  expect([...features]).toEqual([21, 5, 0, 1, missing, 6, missing, missing]);
  expect([...target]).toEqual([6, 7]);
  expect(times![1]! - times![0]!).toBe(120);
});

test('a forecast looks as many rows ahead as it is told, and a regression at the row itself without the target', () => {
  const csv = 'a,b\n1,10\n2,20\n4,30\n8,50\n';
  expect(made(csv, { target: 'a', horizon: 2 }).recordings[0]).toMatchObject({
    steps: 2,
    features: Float64Array.of(1, 10, 2, 20),
    target: Float64Array.of(4, 8),
  });
  const regressed = made(csv, { target: 'a', task: 'regress' });
  expect(regressed.horizon).toBeUndefined();
  expect(regressed.recordings[0]).toMatchObject({
    features: Float64Array.of(10, 20, 30, 50),
    target: Float64Array.of(1, 2, 4, 8),
  });
});

test('a forecast that looks beyond the end of every recording is refused with how far it looks', () => {
  expect(() => made('a,b\n1,10\n2,20\n4,30\n8,50\n', { target: 'a', horizon: 4 })).toThrow(
    'x.csv: 4 rows with a value of "a"; wanted more than the 4 that a forecast looks ahead (--horizon)',
  );
});

test('classes are told at each row from the other columns; a row left out lengthens the time to the next', () => {
  const { recordings, inputNames, classes } = tableRecordings({ tables: [table] }, { target: 'room' });
  const { steps, features, target, times } = recordings[0]!;
  expect({ steps, inputNames, classes }).toEqual({
    steps: 3,
    inputNames: ['warm', 'light'],
    classes: ['empty', 'full'],
  });
  expect([...features]).toEqual([20, missing, 21, 5, 23, 7]);
  expect([...target]).toEqual([0, 1, 1]);
  expect(times![2]! - times![1]!).toBe(180);
});

test('numbers are classes when asked for, numbered alike in all tables', () => {
  const tables = ['a,k\n5,-1\n6,1\n', 'a,k\n7,1\n8,1\n'].map((csv, i) => readCsv(csv, { name: `${i}.csv` }));
  const { recordings, classes } = tableRecordings({ tables }, { target: 'k', classify: true });
  expect(classes).toEqual(['-1', '1']);
  expect(recordings.map(({ target }) => [...target])).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

test('a label of recordings, or a column that is the same in all rows of each, is one answer for each recording', () => {
  const files = ['a,k\n5,x\n6,x\n', 'a,k\n7,y\n', 'a,k\n4,x\n3,x\n'];
  const tables = sameColumns(files.map((csv, i) => readCsv(csv, { name: `${i}.csv` })));
  const asked = tableRecordings({ tables }, { target: 'k', task: 'sequence' });
  expect(asked).toMatchObject({ each: 'sequence', inputNames: ['a'], classes: ['x', 'y'] });
  expect(asked.recordings.map(({ target }) => [...target])).toEqual([[0, 0], [1], [0, 0]]);
  const labels = readCsv('weight\n2\n\n?\n4\n', { header: true });
  const given = tableRecordings({ tables, labels }, { ignore: ['k'] });
  expect(given).toMatchObject({ targets: ['weight'], each: 'sequence' });
  expect(given.notes).toEqual([
    'rows of recordings left out because "weight" is missing: 1',
    'columns left out as asked: k',
  ]);
  expect(given.recordings.map(({ target }) => [...target])).toEqual([
    [2, 2],
    [4, 4],
  ]);
  const changing = [readCsv('a,k\n5,x\n6,y\n', { name: 'x.csv' })];
  expect(() => tableRecordings({ tables: changing }, { target: 'k', task: 'sequence' })).toThrow(
    'x.csv:3: column "k" is "y", but "x" in line 2; wanted one answer for the whole recording',
  );
});

test('row numbers, columns without a value and long text are not inputs, and it is said', () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i + 7},,remark ${i},${i % 5}`);
  const { inputNames, notes } = made(`No,empty,note,a\n${rows.join('\n')}`, { target: 'a' });
  expect(inputNames).toEqual(['a']);
  expect(notes).toEqual([
    'columns without any value, not used: empty',
    'columns that count the rows, not used: No',
    'columns of text with more than 32 values, not used: note',
  ]);
});

test('a column of numbers that begins with text is refused with the line', () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i / 8},${i % 3}`).join('\n');
  expect(() => made(`a,b\nbroken,0\n${rows}`, { target: 'b' })).toThrow(
    new Error(
      'x.csv:2: column "a": "broken" is not a number, as 40 of the 41 different values are; correct it, leave it empty where the value is missing (--na says what else means that), or leave the column out (--ignore)',
    ),
  );
});

test('a target that does not serve is refused by name', () => {
  const refused = (task: TableTask) => () => tableRecordings({ tables: [table] }, task);
  expect(refused({ target: 'cold' })).toThrow('room.csv: no column "cold"; it has date, warm, light, room');
  expect(refused({ target: 'date' })).toThrow(
    'room.csv: the target "date" is a column of times; wanted numbers or classes',
  );
  expect(refused({ target: 'room', task: 'forecast' })).toThrow(
    'room.csv: the target "room" holds text such as "empty"; wanted numbers to forecast',
  );
  expect(refused({ target: 'warm', time: ['room'] })).toThrow('room.csv:2: column "room": "empty" is not a time');
  expect(refused({})).toThrow('room.csv: which is the target? It has date, warm, light, room');
  expect(refused({ target: 'light', ignore: ['x'] })).toThrow('room.csv: no column "x"');
});

test('a target that teaches nothing is refused with what it holds', () => {
  const refused = (csv: string) => () => made(csv, { target: 'a' });
  expect(refused('a,b\n5,1\n5,2\n5,3')).toThrow(
    new Error('x.csv: the target "a" is always 5; wanted one that changes'),
  );
  expect(refused('a,b\nno,1\nno,2\nno,3')).toThrow(
    new Error('x.csv: the target "a" is always "no"; wanted two classes or more'),
  );
  expect(refused('a,b\np,1\nq,2\nr,3')).toThrow(
    new Error('x.csv: the target "a" has 3 different values in 3 rows; wanted classes that come again and again'),
  );
  expect(refused('a,b')).toThrow(new Error('x.csv: 0 rows with a value of "a"; wanted more to learn from'));
});

test('of two columns of times none is taken silently', () => {
  const csv = 's,t,a\n2024-01-01,2024-01-01,1\n2024-01-02,2024-01-02,2\n2024-01-03,2024-01-03,4';
  const { recordings, notes } = made(csv, { target: 'a' });
  expect(recordings[0]!.times).toBeUndefined();
  expect(notes).toEqual(['columns of times, not used (--time names one): s, t']);
  expect(made(csv, { target: 'a', time: ['t'] }).notes).toEqual(['columns of times, not used: s']);
});
