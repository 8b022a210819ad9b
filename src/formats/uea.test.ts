import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readUea, ueaReader } from './uea.ts';

const seed = 60214;

const head = '#a comment\n@problemName Vowels\n@timeStamps false\n@dimensions 2\n@classLabel true one two\n@data\n';

test('channels, lengths, classes and missing values are read', () => {
  const { problem, channels, classes, isLabelled, series } = readUea(`${head}1,2,?:4,5,6:two\r\n7:NaN:one\r\n`);
  expect({ problem, channels, classes, isLabelled }).toEqual({
    problem: 'Vowels',
    channels: 2,
    classes: ['one', 'two'],
    isLabelled: true,
  });
  expect(series).toEqual([
    { line: 7, steps: 3, values: Float64Array.of(1, 2, Number.NaN, 4, 5, 6), label: 1 },
    { line: 8, steps: 1, values: Float64Array.of(7, Number.NaN), label: 0 },
  ]);
});

test('a target that is a number, and none, are read', () => {
  expect(readUea('@targetLabel true\n@data\n1,2:0.5\n').series[0]).toMatchObject({ steps: 2, label: 0.5 });
  expect(readUea('@classLabel false\n@data\n1,2:3,4\n')).toMatchObject({ isLabelled: false, channels: 2 });
});

test('pairs of times and values are read, seconds and ISO 8601', () => {
  const pairs = '@timeStamps true\n@classLabel true a b\n@data\n(0,1),(0.5,2):(0,3),(0.5,?):b\n';
  expect(readUea(pairs).series[0]).toEqual({
    line: 4,
    steps: 2,
    values: Float64Array.of(1, 2, 3, Number.NaN),
    times: Float64Array.of(0, 0.5),
    label: 1,
  });
  const stamps = '@timeStamps true\n@data\n(1970-01-01 00:00:05,1),(1970-01-01 00:01:00,2)\n';
  expect(readUea(stamps).series[0]!.times).toEqual(Float64Array.of(5, 60));
});

test('series written in any way are read back, however the text is cut in pieces', () => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN));
  const series = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }))
    .chain(([channels, lengths]) =>
      fc.tuple(
        ...lengths.map((steps) =>
          fc.record({
            values: fc.array(fc.array(value, { minLength: steps, maxLength: steps }), {
              minLength: channels,
              maxLength: channels,
            }),
            label: fc.constantFrom('a', 'b c'.replace(' ', '-')),
          }),
        ),
      ),
    );
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 30 }), fc.constantFrom('\n', '\r\n'), (given, size, end) => {
      const text = (number: number) => (Number.isNaN(number) ? '?' : String(number));
      const lines = given.map(({ values, label }) => [...values.map((row) => row.map(text).join()), label].join(':'));
      const whole = ['@classLabel true a b-c', '@data', ...lines].join(end);
      const reader = ueaReader();
      for (let at = 0; at < whole.length; at += size) reader.push(whole.slice(at, at + size));
      const { series: read, classes } = reader.end();
      expect(read.map(({ values, label }) => [[...values], classes![label!]])).toEqual(
        // -0 is written as 0.
        given.map(({ values, label }) => [values.flat().map((number) => number + 0), label]),
      );
    }),
    { seed },
  );
});

test.each([
  ['', 'v.ts: no series; wanted headers, then @data, then a series a line'],
  ['1,2,3', 'v.ts:1: neither a header that begins with @ nor a comment that begins with #, and @data has not come yet'],
  [`${head}1,2:3:one`, 'v.ts:7: channel 2 has 1 values, wanted 2 as in channel 1'],
  [`${head}1,2:3,4:three`, 'v.ts:7: "three" is none of the classes that @classLabel names: one, two'],
  [`${head}1,x:3,4:one`, 'v.ts:7: channel 1, value 2: "x" is not a finite number, nor ? where it is missing'],
  [
    `${head}1,Infinity:3,4:one`,
    'v.ts:7: channel 1, value 2: "Infinity" is not a finite number, nor ? where it is missing',
  ],
  [`${head}1,2:one`, 'v.ts:7: the series has 1 channels, but @dimensions is 2'],
  ['@data\n1:2\n1:2:3', 'v.ts:3: the series has 3 channels, wanted 2 as in line 2'],
  [`${head}one`, 'v.ts:7: only one field; wanted the channels and, after a colon, the label'],
  [
    '@classLabel true\n@data\n1:2',
    'v.ts:2: @classLabel is true, but names no classes; wanted @classLabel true NAME NAME …',
  ],
  ['@targetLabel true\n@data\n1:x', 'v.ts:3: "x" is not a number, which @targetLabel promises'],
  ['@timeStamps true\n@data\n1,2', 'v.ts:3: channel 1 has no pairs (time,value), which @timeStamps promises'],
  ['@timeStamps true\n@data\n(x,1)', 'v.ts:3: channel 1, pair 1: "x" is not a time (seconds, or ISO 8601)'],
  [
    '@timeStamps true\n@data\n(0,1),(1,2):(0,1),(2,2)',
    'v.ts:3: channel 2 has other times than channel 1; wanted all channels measured at once, ? where one is missing',
  ],
])('%j is refused with its line', (text, says) => {
  expect(() => readUea(text, 'v.ts')).toThrow(new Error(says));
});
