import { expect, test } from 'vitest';
import { trajectoryLength } from '../analysis/trajectory-length.ts';
import { circle, circlePoints, TURN } from './circle.ts';

const at = (steps: number, t: number) => {
  const u = new Float64Array(2);
  circle(steps)(t, u);
  return [...u];
};

test('the input stands on the circle at its points, and on the chords between them', () => {
  for (const steps of [2, 10, 100])
    circlePoints(steps).forEach(([sin, cos], k, points) => {
      const here = (k * TURN) / (steps - 1);
      const [a, b] = at(steps, here);
      // The place on the grid is rounded.
      expect(Math.hypot(a! - sin, b! - cos)).toBeLessThan(1e-13);
      const next = points[k + 1];
      if (!next) return;
      const [c, d] = at(steps, here + (0.25 * TURN) / (steps - 1));
      expect(Math.hypot(c! - (0.75 * sin + 0.25 * next[0]), d! - (0.75 * cos + 0.25 * next[1]))).toBeLessThan(1e-13);
    });
});

test('before its start and after its end the input stands still', () => {
  expect(at(100, -1)).toEqual([0, 1]);
  expect(at(100, 7)).toEqual(at(100, TURN));
});

test('the points of the input have the published length, 6.2821', () => {
  // 99 chords, each rounded a few times.
  expect(Math.abs(trajectoryLength(circlePoints(100)) - 198 * Math.sin(Math.PI / 99))).toBeLessThan(1e-13);
});
