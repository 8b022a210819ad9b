import { expect, test } from 'vitest';
import { principalComponents } from '../analysis/principal-components.ts';
import { trajectoryLength } from '../analysis/trajectory-length.ts';
import { integrators } from '../integrators/index.ts';
import { activation } from './activations.ts';
import { circle, TURN } from './circle.ts';
import { draw } from './draw.ts';
import { dynamics, field } from './field.ts';
import { MOST_STEPS, measure } from './measure.ts';
import type { Setting, Task } from './panel.ts';
import { readings } from './readings.ts';

const setting: Setting = {
  label: '',
  activation: 'tanh',
  depth: 2,
  width: 12,
  variance: 2,
  solver: 'ode45',
  inputSteps: 100,
};
const task = (of: Partial<Task> = {}, at: Partial<Setting> = {}): Task => ({
  setting: { ...setting, ...at },
  model: 'LTC',
  as: 'code',
  seed: 4,
  number: 1,
  ...of,
});

/** The states at the solver's output points, all layers side by side. */
function states({ setting: at, model, as, seed, number }: Task): number[][] {
  const layers = draw(at, readings[as], seed, number);
  const act = activation(at.activation, readings[as]);
  const flow = field(layers, dynamics[model as keyof typeof dynamics], act, circle(at.inputSteps));
  const points: number[][] = [];
  const start = new Float64Array(at.depth * at.width);
  const of = { from: 0, to: TURN, start, rtol: 1e-2, atol: 1e-4 };
  integrators[at.solver].integrate(flow, of, (_, y) => points.push([...y]));
  return points;
}

/** Roundings of sums over the points, and of a direction's angle. */
const near = (value: number, wanted: number) =>
  expect(Math.abs(value - wanted)).toBeLessThan(1e-9 * Math.abs(wanted) + 1e-12);

test.for<[string, Task]>([
  ['a Neural ODE', task({ model: 'N-ODE' })],
  ['a CT-RNN', task({ model: 'CT-RNN' })],
  ['an LTC', task()],
  ['an LTC of a fixed-order implicit pair', task({}, { solver: 'ode23tb', activation: 'ReLU' })],
])('the layers of %s are measured by length, components and norm of the output points', ([, of]) => {
  const measured = measure({ ...of, paths: true });
  const all = states(of);
  const { width, inputSteps } = of.setting;
  expect(measured.unfinished).toBeUndefined();
  near(measured.depth, (all.length - 1) / inputSteps);
  measured.layers.forEach(({ length, fullLength, explained, norm, path }, layer) => {
    const points = all.map((y) => y.slice(layer * width, (layer + 1) * width));
    const components = principalComponents(points, { components: 2 });
    near(fullLength, trajectoryLength(points));
    near(length, trajectoryLength(components.scores));
    expect(explained).toHaveLength(4);
    explained.forEach((share, k) => {
      near(share, components.explained[k]!);
    });
    const squares = points.map((point) => point.reduce((sum, v) => sum + v * v, 0));
    near(norm ** 2, squares.reduce((sum, v) => sum + v, 0) / points.length);
    expect(path!.length).toBeLessThanOrEqual(400);
    const scores = components.scores;
    [0, -1].forEach((end) => {
      path!.at(end)!.forEach((score, k) => {
        expect(Math.abs(score - scores.at(end)![k]!)).toBeLessThan(1e-9 * length);
      });
    });
  });
});

test('ode45 puts out four points a step', () => {
  const { accepted, rejected, evaluations, depth } = measure(task());
  near(depth, (4 * accepted) / 100);
  expect(evaluations).toBe(1 + 6 * (accepted + rejected));
});

test('a measurement is plain data, follows from its task alone, and has paths only where they are asked for', () => {
  const one = measure(task());
  measure(task({ number: 2 }));
  expect(measure(task())).toEqual(one);
  expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  expect(one.layers.every((layer) => !('path' in layer))).toBe(true);
});

test('a run that is too long to be kept is measured all the same', () => {
  const of = task({ paths: true });
  expect(measure(of, { kept: 1000 })).toEqual(measure(of));
});

test('the static net answers every input point, and takes no steps', () => {
  const { layers, depth, accepted, evaluations } = measure(task({ model: 'static', paths: true }, { depth: 6 }));
  expect([depth, accepted, evaluations]).toEqual([0, 0, 0]);
  expect(layers).toHaveLength(6);
  for (const { path, fullLength, length } of layers) {
    expect(path).toHaveLength(100);
    expect(length).toBeLessThanOrEqual(fullLength * (1 + 1e-12));
  }
});

test('a Neural ODE whose drive stays in [−1, 1] is no longer than 2π√k', () => {
  const { layers } = measure(task({ model: 'N-ODE' }));
  for (const { fullLength } of layers) expect(fullLength).toBeLessThanOrEqual(TURN * Math.sqrt(12));
});

test('a run that needs too many steps is reported, not dropped', () => {
  // Time constants near 1e-9 hold explicit steps to as much.
  const { unfinished, layers } = measure(task({ model: 'CT-RNN' }, { variance: 1e-9, width: 1, depth: 1 }));
  expect(unfinished).toContain('no step succeeds at t = ');
  expect(layers).toEqual([]);
  expect(MOST_STEPS).toBeGreaterThan(1e5);
});

test('a task that makes no sense is refused by name', () => {
  expect(() => measure(task({ as: 'poem' as never }))).toThrow(
    'measure: as is "poem", but must be "code", "text", "one-A", "true-hard-tanh" or "committed-tau"',
  );
  expect(() => measure(task({}, { width: 0 }))).toThrow(
    'measure: setting: width is 0, but must be a whole number of at least 1',
  );
  expect(() => measure({ ...task(), setting: undefined as never })).toThrow(
    'measure: setting is undefined, but must be a setting',
  );
});
