import { expect, test } from 'vitest';
import { missingTest } from '../formats/csv-columns.ts';
import { type Sensors, sampleOf, secondsOf } from '../predictor/sensors.ts';
import { type LineReader, lineReader } from './line-reader.ts';

const room: Sensors = {
  names: ['warm', 'damp'],
  encodings: {},
  inputs: 2,
  changes: [],
  dateOrder: undefined,
  hasCommas: false,
  isMissing: missingTest([]),
  time: ['seconds'],
  isTimed: true,
  scaler: { mean: [20, 60], deviation: [2, 10] },
  takesMissing: true,
  calendar: [],
  days: false,
};

/** What is read of lines, as the network sees it. */
const read = (reader: LineReader, lines: readonly string[], sensors = room) =>
  lines.map((line, k) => {
    const said = reader.read(line, k + 1);
    if (said === undefined) return undefined;
    const { time, values } = said;
    const sample = values ? sampleOf(sensors, { time, values }) : { seconds: secondsOf(sensors, time), x: undefined };
    return { seconds: sample.seconds, x: sample.x && [...sample.x], time: time?.join(' ') };
  });
/** The last line's error. */
const wrong = (...lines: string[]) => {
  const reader = lineReader(room, 'stdin');
  for (const [k, line] of lines.slice(0, -1).entries()) reader.read(line, k + 1);
  try {
    reader.read(lines.at(-1)!, lines.length);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no complaint';
};

test('the same sample is read from CSV by name or in order, and from JSON lists and objects', () => {
  const sample = { time: '60', seconds: 60, x: [1, -1] };
  for (const line of ['60,22,50', '60; 22; 50', '60\t22\t50\r', '[60, 22, 50]', '["60", "22", 50]'])
    expect(read(lineReader(room, 'stdin'), [line])).toEqual([sample]);
  expect(read(lineReader(room, 'stdin'), ['{"damp": 50, "seconds": 60, "warm": 22, "room": "hall"}'])).toEqual([
    sample,
  ]);
  expect(
    read(lineReader(room, 'stdin'), [
      'damp,room,"warm",seconds',
      '50,"a, b",22,60',
      '',
      '{"warm":22,"damp":50,"seconds":60}',
    ]),
  ).toEqual([undefined, sample, undefined, sample]);
});

test('a header may come again with other columns, and is known to a reader that goes on', () => {
  const reader = lineReader(room, 'stdin');
  const found = read(reader, ['seconds,warm,damp', '60,22,50', 'damp,seconds,warm', '50,60,22']);
  expect(found[3]).toEqual(found[1]);
  expect(reader.header).toEqual(['damp', 'seconds', 'warm']);
  expect(read(lineReader(room, 'stdin', reader.header), ['50,60,22'])).toEqual([found[1]]);
});

test('a header may stand behind a #, as in files, and other lines that begin with # say nothing', () => {
  const plain = read(lineReader(room, 'stdin'), ['seconds,warm,damp', '60,22,50']);
  expect(read(lineReader(room, 'stdin'), ['# of the hall', '# seconds, warm, damp', '60,22,50', '#61,0,0'])).toEqual([
    undefined,
    ...plain,
    undefined,
  ]);
});

test('times are seconds, milliseconds since 1970, ISO 8601, or dates where samples are days apart; lines may do without', () => {
  const secondsOf = (line: string, sensors = room) => read(lineReader(sensors, 'stdin'), [line], sensors)[0]!.seconds;
  expect(secondsOf('1709294400.5,22,50')).toBe(1709294400.5);
  expect(secondsOf('1709294400500,22,50')).toBe(1709294400.5);
  expect(secondsOf('2024-03-01T12:00:00.5Z,22,50')).toBe(1709294400.5);
  expect(secondsOf('{"seconds":"2024-03-01 13:00:00.5+01:00","warm":22,"damp":50}')).toBe(1709294400.5);
  expect(secondsOf('20240301,22,50')).toBe(20240301);
  expect(secondsOf('20240301,22,50', { ...room, days: true })).toBe(1709251200);
  expect(secondsOf('22,50')).toBeUndefined();
});

test('missing inputs are NaN where the network takes them: empty, null, or names that an object lacks', () => {
  for (const line of ['60,,50', '60,NA,50', '[60,null,50]', '{"seconds":60,"damp":50}'])
    expect(read(lineReader(room, 'stdin'), [line])).toEqual([{ time: '60', seconds: 60, x: [Number.NaN, -1] }]);
});

test('an object with a time and nothing else asks', () => {
  expect(read(lineReader(room, 'stdin'), ['{"seconds": 75.5}'])).toEqual([
    { time: '75.5', seconds: 75.5, x: undefined },
  ]);
});

test('a network that knows its inputs by numbered columns finds them in rows without a header', () => {
  const numbered: Sensors = { ...room, names: ['column3', 'column1'], time: ['column2'] };
  expect(read(lineReader(numbered, 'stdin'), ['50,60,22'], numbered)).toEqual([
    { time: '60', seconds: 60, x: [1, -1] },
  ]);
});

test('what is wrong with a line is told with its number', () => {
  const cases: readonly (readonly [string[], string])[] = [
    [['22'], '1 field; wanted warm, damp, after seconds or without'],
    [['1,2,3,4'], '4 fields; wanted warm, damp, after seconds or without'],
    [['seconds,warm,damp,room', '60,22,50'], '3 fields, wanted 4 as in the header'],
    [['seconds,warm'], 'no column "damp"; there are seconds, warm'],
    [['tme,warm,damp'], 'no column "seconds"; there are tme, warm, damp'],
    [['60,"22,50'], 'the quote of field 2 is not closed'],
    [['{"warm":22,"damp":50}'], 'no "seconds"; there are warm, damp'],
    [['{"seconds":60,"Warm":22}'], 'none of warm, damp; there are seconds, Warm'],
    [['{"seconds":'], 'not JSON: '],
  ];
  for (const [lines, message] of cases) {
    expect(wrong(...lines)).toContain(`stdin:${lines.length}: ${message}`);
  }
});

test('rows below a header that lacks an input are all refused, until a better header comes', () => {
  const reader = lineReader(room, 'stdin');
  expect(() => reader.read('seconds,warm', 1)).toThrow();
  expect(() => reader.read('60,22', 2)).toThrow('stdin:2: no column "damp"; there are seconds, warm');
  expect(read(reader, ['seconds,warm,damp', '60,22,50'])[1]).toMatchObject({ x: [1, -1] });
});

test('rows of a network without times have none, and an object without names asks nothing', () => {
  const untimed: Sensors = { ...room, time: [], isTimed: false };
  const { names } = room;
  expect(
    read(lineReader(untimed, 'stdin'), [`time,${names.join()}`, `99,${names.map(() => 22).join()}`]),
  ).toMatchObject([undefined, { seconds: undefined }]);
  expect(() => lineReader(untimed, 'stdin').read('{}', 1)).toThrow('stdin:1: none of');
  expect(() => lineReader(untimed, 'stdin').read('1,2,3,4', 1)).toThrow(`wanted ${names.join(', ')}`);
});
