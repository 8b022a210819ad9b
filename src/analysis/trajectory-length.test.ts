import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ctrnn } from '../cells/ctrnn.ts';
import { model } from '../model.ts';
import { principalComponents } from './principal-components.ts';
import { trajectory } from './trajectory.ts';
import { trajectoryLength } from './trajectory-length.ts';

const circle = Array.from({ length: 100 }, (_, k) => {
  const t = (2 * Math.PI * k) / 99;
  return [Math.sin(t), Math.cos(t)];
});

test('the unit circle at 100 points has length 198·sin(π/99)', () => {
  // 99 chords, each rounded a few times.
  expect(Math.abs(trajectoryLength(circle) - 6.282130832617395)).toBeLessThan(1e-13);
});

test('a single point has length 0, and points of a line have the distance of its ends', () => {
  expect(trajectoryLength([[3, 4]])).toBe(0);
  expect(trajectoryLength([0, 0.25, 0.5, 2].map((s) => [3 * s, -4 * s]))).toBe(10);
});

test('length grows with the scale of the states, and only shrinks in the plane of two components', () => {
  const coordinate = fc.double({ min: -10, max: 10, noNaN: true });
  const path = fc.array(fc.tuple(coordinate, coordinate, coordinate, coordinate), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(path, (points) => {
      const length = trajectoryLength(points);
      const scaled = trajectoryLength(points.map((point) => point.map((v) => 3 * v)));
      const plane = trajectoryLength(principalComponents(points, { components: 2 }).scores);
      const every = trajectoryLength(principalComponents(points).scores);
      // Rounding of at most 30 chords of at most 40, and the orthogonality of the directions.
      return (
        Math.abs(scaled - 3 * length) <= 1e-12 * length &&
        plane <= length + 1e-11 &&
        Math.abs(every - length) <= 1e-11 + 1e-12 * length
      );
    }),
    { seed: 5, numRuns: 200 },
  );
});

test('it takes the states of a trajectory', () => {
  const net = model({ cell: ctrnn(), inputs: 1, units: 3, seed: 2 });
  const [path] = trajectory(net, { batch: 1, steps: 4, x: [1, -1, 1, -1] });
  const length = trajectoryLength(path!.states);
  expect(length).toBeGreaterThan(0);
  const ends = path!.states.at(-1)!.map((v, i) => v - path!.states[0]![i]!);
  expect(length).toBeGreaterThanOrEqual(Math.hypot(...ends));
});

test('no points, points of different dimensions, and numbers in the place of points are refused', () => {
  expect(() => trajectoryLength([1, 2] as unknown as number[][])).toThrow(
    'trajectoryLength: point 0 is 1, but every point must be an array of its coordinates',
  );
  expect(() => trajectoryLength([])).toThrow('trajectoryLength: there are no points, but at least one is wanted');
  expect(() => trajectoryLength([[1, 2], [1]])).toThrow(
    'trajectoryLength: point 1 has 1 coordinates, but must have 2, as the first has',
  );
});
