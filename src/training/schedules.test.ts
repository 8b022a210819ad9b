import { expect, test } from 'vitest';
import { cosine, exponential, schedules } from './schedules.ts';

const total = 100;

for (const [name, schedule] of Object.entries(schedules)) {
  test(`${name} starts at the learning rate and never rises, nor leaves 0 to 1`, () => {
    expect(schedule(0, total)).toBe(1);
    for (let step = 1; step < total; step++) {
      expect(schedule(step, total)).toBeLessThanOrEqual(schedule(step - 1, total));
      expect(schedule(step, total)).toBeGreaterThan(0);
    }
  });
}

test('exponential falls by one factor a step, to its final share after all steps', () => {
  const schedule = exponential({ final: 0.1 });
  const factor = 0.1 ** (1 / total);
  for (let step = 0; step < total; step++) {
    expect(schedule(step + 1, total) / schedule(step, total)).toBeCloseTo(factor, 12);
  }
  expect(schedule(total, total)).toBeCloseTo(0.1, 15);
});

test('cosine rises in a line over its warm-up and is half way down in the middle of the rest', () => {
  const schedule = cosine({ warmup: 0.1, final: 0.2 });
  expect([0, 4, 9].map((step) => schedule(step, total))).toEqual([0.1, 0.5, 1]);
  expect(schedule(10, total)).toBe(1);
  expect(schedule(55, total)).toBeCloseTo(0.6, 15);
  expect(schedule(total, total)).toBeCloseTo(0.2, 15);
});

test('schedules refuse shares outside their range', () => {
  expect(() => exponential({ final: 0 })).toThrow('exponential: final is 0; wanted above 0, at most 1');
  expect(() => cosine({ warmup: 3 })).toThrow('cosine: warmup is 3');
  expect(() => cosine({ final: -1 })).toThrow('cosine: final is -1');
});
