import { type Components, covariance, project } from '../analysis/principal-components.ts';
import { chordSum } from '../analysis/trajectory-length.ts';
import { integrators } from '../integrators/index.ts';
import { type Count, NoStep, type Visit } from '../integrators/integrator.ts';
import { activation } from './activations.ts';
import { checkTask } from './check-task.ts';
import { circle, TURN } from './circle.ts';
import { draw } from './draw.ts';
import { dynamics, field } from './field.ts';
import type { LayerMeasure, Measurement, Task } from './panel.ts';
import { readings } from './readings.ts';
import { staticNet } from './static-net.ts';

/** The tolerances of the published code. */
const [RTOL, ATOL] = [1e-2, 1e-4];

/** The most solver steps of a run, rejected ones too; a run that needs more is reported as unfinished. */
export const MOST_STEPS = 200_000;

/** The most points of a path that is drawn. */
const DRAWN = 400;

/** Goes through the states of all layers, in order, and says what that took. */
type Run = (visit: Visit) => Count;

/**
 * Carry out a task: the draw's network goes through the input from zero states, and each layer is measured at the points that the
 * solver puts out, as `main.m` of the published code does. It depends on nothing but the task; a run of more than `kept` numbers is
 * not kept in memory but integrated twice.
 */
export function measure(task: Task, { kept = 2 ** 24 }: { readonly kept?: number } = {}): Measurement {
  checkTask(task);
  const run = runOf(task);
  const { depth, width, inputSteps } = task.setting;
  try {
    const { layers, points, count } = look(run, depth, width, task.paths ?? false, kept);
    const outputs = task.model === 'static' ? 0 : points - 1;
    return { task, layers, ...count, depth: outputs / inputSteps };
  } catch (error) {
    if (!(error instanceof NoStep)) throw error;
    return { task, layers: [], unfinished: error.message, accepted: 0, rejected: 0, evaluations: 0, depth: 0 };
  }
}

function runOf({ setting, model, as, seed, number }: Task): Run {
  const { depth, width, inputSteps, solver } = setting;
  const reading = readings[as];
  const layers = draw(setting, reading, seed, number);
  const act = activation(setting.activation, reading);
  if (model === 'static') return (visit) => staticNet(layers, act, inputSteps, visit);
  const flow = field(layers, dynamics[model], act, circle(inputSteps));
  const start = new Float64Array(depth * width);
  const of = { from: 0, to: TURN, start, rtol: RTOL, atol: ATOL, maxSteps: MOST_STEPS };
  return (visit) => integrators[solver].integrate(flow, of, visit);
}

/** Every layer's lengths and components. The components are known at the end only, and the points are looked at again in them. */
function look(run: Run, depth: number, width: number, paths: boolean, mostKept: number) {
  const layers = Array.from({ length: depth }, (_, layer) => ({
    at: layer * width,
    spread: covariance(width),
    full: chordSum(width),
  }));
  let points = 0;
  const kept: Float64Array[] = [];
  let isKept = true;
  const count = run((_, y) => {
    points++;
    for (const { at, spread, full } of layers) {
      spread.add(y, at);
      full.add(y, at);
    }
    isKept &&= points * y.length <= mostKept;
    if (isKept) kept.push(y.slice());
    else kept.length = 0;
  });
  const planes = layers.map(({ at, spread, full }) => ({
    at,
    full,
    components: spread.components(2),
    length: chordSum(2),
    path: [] as [number, number][],
  }));
  const score = new Float64Array(2);
  const stride = Math.ceil(points / (DRAWN - 1));
  let point = 0;
  const again: Visit = (_, y) => {
    const isDrawn = paths && (point % stride === 0 || point === points - 1);
    for (const { at, components, length, path } of planes) {
      project(components, y, at, score);
      length.add(score, 0);
      if (isDrawn) path.push([score[0]!, score[1]!]);
    }
    point++;
  };
  if (isKept) for (const y of kept) again(0, y);
  else run(again);
  return {
    points,
    count,
    layers: planes.map(
      ({ components, length, full, path }): LayerMeasure => ({
        length: length.sum(),
        fullLength: full.sum(),
        norm: rootMeanSquare(components, points),
        explained: components.explained.slice(0, 4),
        ...(paths && { path }),
      }),
    ),
  };
}

/** The mean square of a state is that of its mean and its variance, which has n − 1 in the denominator. */
const rootMeanSquare = ({ mean, variances }: Components, n: number) => {
  const square = mean.reduce((sum, v) => sum + v * v, 0);
  return Math.sqrt(square + ((n - 1) / n) * variances.reduce((sum, v) => sum + v, 0));
};
