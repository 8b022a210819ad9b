import { expect, test } from 'vitest';
import { divide } from './divide.ts';
import { padded } from './padded.ts';

const recording = (name: string, steps: number, label: number) => ({
  name,
  steps,
  inputs: 2,
  outputs: 1,
  features: Float64Array.from({ length: 2 * steps }, (_, i) => i + 1),
  target: new Float64Array(steps).fill(label),
  times: Float64Array.from({ length: steps }, (_, i) => 10 * i * i),
});

test('whole recordings lie side by side, masked behind their ends, with one target and dt of their own', () => {
  const { train } = divide([recording('a', 1, 4), recording('b', 3, 5)], { train: [0, 1], valid: [], test: [] });
  expect(padded(train, 10)).toEqual({
    part: 'train',
    batch: 2,
    steps: 3,
    x: Float64Array.of(1, 2, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6),
    mask: Float64Array.of(1, 0, 0, 1, 1, 1),
    target: Float64Array.of(4, 5),
    dt: Float64Array.of(1, 1, 1, 1, 1, 3),
  });
  expect(padded(train).dt).toBeUndefined();
});

test('a part without a recording is refused', () => {
  const { test: none } = divide([recording('a', 1, 4)], { train: [0], valid: [], test: [] });
  expect(() => padded(none)).toThrow('padded: the test part has no recording');
});
