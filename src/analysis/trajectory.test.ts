import { expect, test } from 'vitest';
import { distance, irregular } from '../../test/networks.ts';
import { gru } from '../cells/gru.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type ModelOptions, model } from '../model.ts';
import { program } from '../program.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { solvers } from '../solvers/index.ts';
import { rk4 } from '../solvers/rk4.ts';
import { tsit5 } from '../solvers/tsit5.ts';
import { trajectory } from './trajectory.ts';

const net = (options: Partial<ModelOptions> = {}) =>
  model({ cell: synaptic(), inputs: 2, units: 4, seed: 3, ...options });
const sequences = irregular(net(), 3, 4);
const elapsed = (b: number) =>
  Array.from({ length: 4 }, (_, t) => b * 4 + t)
    .filter((at) => sequences.mask![at] === 1)
    .reduce((sum, at) => sum + sequences.dt![at]!, 0);

test.for(Object.keys(solvers))(
  'a trajectory by %s starts at the start and ends at the last state, its times in order',
  (name) => {
    const of = net({ solver: solvers[name as keyof typeof solvers], unfolds: 3 });
    const { final } = program(of, { precision: 'float64' }).forward(sequences);
    trajectory(of, sequences).forEach(({ times, states }, b) => {
      expect(times).toHaveLength(states.length);
      expect([...times].sort((x, y) => x - y)).toEqual(times);
      expect(Math.abs(times.at(-1)! - elapsed(b))).toBeLessThan(1e-14 * 8);
      expect(states[0]).toEqual(Array.from(sequences.initial!).slice(b * 4, b * 4 + 4));
      expect(distance(states.at(-1)!, Array.from(final).slice(b * 4, b * 4 + 4))).toBeLessThan(1e-14);
    });
  },
);

test('a point stands at the end of every sub-step, and none behind the mask', () => {
  const counts = trajectory(net({ unfolds: 5 }), sequences).map(({ times }) => times.length);
  const kept = [0, 1, 2].map(
    (b) =>
      Array.from(sequences.mask!)
        .slice(4 * b, 4 * b + 4)
        .filter((m) => m === 1).length,
  );
  expect(counts).toEqual(kept.map((n) => 1 + 5 * n));
});

test.for([dopri5, tsit5])('points inside a step lie on the way that finer steps take', (make) => {
  const of = net({ solver: make({ rtol: 1e-6, atol: 1e-8 }), unfolds: 1 });
  const x = Float64Array.from(sequences.x).slice(0, 2).fill(0.4);
  const one = { batch: 1, steps: 1, x, dt: [2], initial: [0.1, -0.2, 0.3, 0.2] };
  const [coarse] = trajectory(of, one);
  const [refined] = trajectory(of, one, { refine: 4 });
  expect(refined!.times).toHaveLength(4 * (coarse!.times.length - 1) + 1);
  const fine = program(net({ solver: rk4, unfolds: 200 }), { precision: 'float64' });
  refined!.times.forEach((time, k) => {
    if (time === 0) return;
    const { final } = fine.forward({ ...one, dt: [time] });
    // The interpolant's order is one less than the step's, whose error is near 1e-6.
    expect(distance(refined!.states[k]!, final)).toBeLessThan(3e-5);
  });
});

test('what has no points, or none inside its steps, is refused', () => {
  expect(() => trajectory(net({ cell: gru() }), sequences)).toThrow('trajectory: cell "gru" has no flow');
  expect(() => trajectory(net(), sequences, { refine: 4 })).toThrow(
    'trajectory: refine is 4, but solver "semi-implicit" knows its states at the ends of steps only',
  );
  expect(() => trajectory(net({ solver: dopri5() }), sequences, { refine: 0 })).toThrow(
    'refine is 0, but must be a whole',
  );
});
