import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count, duration, quantity } from './quantity.ts';
import { fitting, linear, logarithmic } from './scale.ts';

const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });
const fixed = { seed: 11, numRuns: 300 };

test('a linear scale has few ticks, evenly spaced, and holds its range', () => {
  fc.assert(
    fc.property(finite, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (lo, size) => {
      const hi = lo + Math.max(size, Math.abs(lo) * 1e-6);
      const scale = linear(lo, hi);
      expect(scale.ticks.length).toBeGreaterThan(1);
      expect(scale.ticks.length).toBeLessThan(12);
      expect(scale.at(lo)).toBeGreaterThanOrEqual(-1e-6);
      expect(scale.at(hi)).toBeLessThanOrEqual(1 + 1e-6);
    }),
    fixed,
  );
});

test('linear ticks are what a person would write', () => {
  expect(linear(0.3, 9.2).ticks.map((tick) => tick.label)).toEqual(['0', '2', '4', '6', '8', '10']);
  expect(linear(-0.12, 0.31).ticks.map((tick) => tick.label)).toEqual([
    '−0.2',
    '−0.1',
    '0.0',
    '0.1',
    '0.2',
    '0.3',
    '0.4',
  ]);
  expect(linear(0, 4000).ticks.map((tick) => tick.label)).toEqual(['0', '1,000', '2,000', '3,000', '4,000']);
});

test('logarithmic ticks lie inside the range, in order', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.double({ min: 0, max: 12, noNaN: true }),
      (power, decades) => {
        const scale = logarithmic(10 ** power, 10 ** (power + decades));
        const values = scale.ticks.map((tick) => tick.value);
        expect(values.length).toBeGreaterThan(0);
        expect(values.length).toBeLessThan(14);
        expect(values).toEqual([...values].sort((a, b) => a - b));
        for (const value of values) expect(Math.abs(scale.at(value) - 0.5)).toBeLessThan(0.51);
      },
    ),
    fixed,
  );
  expect(logarithmic(2, 70).ticks.map((tick) => tick.label)).toEqual(['2', '5', '10', '20', '50']);
});

test('a scale is logarithmic only for positive values that span much', () => {
  expect(fitting([[1, 100]]).kind).toBe('log');
  expect(fitting([[1, 10]]).kind).toBe('linear');
  expect(fitting([[0, 100]]).kind).toBe('linear');
  expect(fitting([[]]).kind).toBe('linear');
});

test('quantities and durations read well', () => {
  expect([0, 2.3084, 17.466, 62.8661, 0.000123, 12345, -0.5].map((value) => quantity(value))).toEqual([
    '0',
    '2.308',
    '17.47',
    '62.87',
    '1.23e-4',
    '12,345',
    '-0.5000',
  ]);
  expect([7, 3553, 1234567].map(count)).toEqual(['7', '3,553', '1,234,567']);
  expect([0.044, 1.26, 12.4, 187, 3720, Number.NaN].map(duration)).toEqual([
    '44 ms',
    '1.3 s',
    '12 s',
    '3:07 min',
    '1:02 h',
    '–',
  ]);
});

test('ticks of a narrow range far from zero have labels that differ', () => {
  for (const [lo, hi] of [
    [0.76401, 0.76404],
    [-0.5000004, -0.5000001],
    [123456789, 123456799],
  ] as const) {
    const labels = linear(lo, hi).ticks.map(({ label }) => label);
    expect(new Set(labels).size, labels.join()).toBe(labels.length);
  }
});
