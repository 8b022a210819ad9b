import { expect, test } from 'vitest';
import { divide } from '../datasets/divide.ts';
import { calendarInputs, calendarNames, measured } from '../predictor/periods.ts';
import { periodsOf, withCalendar } from './calendar.ts';

const hour = 3600;
/** A recording of so many rows, `spacing` seconds apart from `from` on. */
const parts = (steps: number, spacing: number, from: number) =>
  divide(
    [
      {
        name: 'x',
        steps,
        inputs: 1,
        outputs: 1,
        features: Float64Array.from({ length: steps }, (_, t) => t),
        target: new Float64Array(steps),
        times: Float64Array.from({ length: steps }, (_, t) => from + spacing * t),
      },
    ],
    { fractions: { train: 0.5, valid: 0.25, test: 0.25 } },
  );
const found = (days: number, spacing: number, from = 1.2e9) =>
  periodsOf(parts(2 * Math.round((days * 24 * hour) / spacing + 1), spacing, from).train, spacing);

test('the periods that a training part holds twice, and meets more than twice, are learned', () => {
  expect(found(1.9, hour)).toEqual([]);
  expect(found(2, hour)).toEqual(['day']);
  expect(found(14, hour)).toEqual(['day', 'week']);
  expect(found(731, 6 * hour)).toEqual(['day', 'week', 'year']);
  expect(found(731, 24 * hour)).toEqual(['week', 'year']);
  expect(found(742, 7 * 24 * hour)).toEqual(['year']);
  // Dates before 1970 are dates too.
  expect(found(2, hour, -1e9)).toEqual(['day']);
});

test('times that are counted from a start have no calendar', () => {
  expect(found(30, hour, 0)).toEqual([]);
  expect(found(30, hour, 8 * hour)).toEqual([]);
});

test('a calendar stands behind the other inputs, and comes again after its periods', () => {
  const { train } = withCalendar(parts(100, hour, 1.2e9), ['day', 'week']);
  const [recording] = train.recordings;
  const { features, inputs } = recording!;
  expect(inputs).toBe(5);
  const names = ['x', ...calendarNames(['day', 'week'])];
  expect(names).toEqual(['x', 'sin(day)', 'cos(day)', 'sin(week)', 'cos(week)']);
  expect(measured(names, ['day', 'week'])).toEqual(['x']);
  for (let t = 0; t + 24 < recording!.steps; t++) {
    expect(features[t * 5]).toBe(t);
    const [now, later] = [t, t + 24].map((row) => [...features.subarray(row * 5 + 1, row * 5 + 3)]);
    expect(now).toEqual(later);
    expect(Math.hypot(...now!)).toBeCloseTo(1, 12);
  }
  expect(calendarInputs(['day'], 6 * hour)[0]).toBe(1);
  const { times: _, ...timeless } = recording!;
  expect(() => withCalendar({ ...parts(100, hour, 0), train: { ...train, recordings: [timeless] } }, ['day'])).toThrow(
    new Error('x[0:50]: rows have no times, but inputs are made of them: sin(day), cos(day)'),
  );
});
