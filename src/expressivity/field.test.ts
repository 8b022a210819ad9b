import { expect, test } from 'vitest';
import { trajectory } from '../analysis/trajectory.ts';
import { cell, matrix, vector } from '../cells/cell.ts';
import { ode45 } from '../integrators/ode45.ts';
import { model } from '../model.ts';
import { withParameters } from '../network.ts';
import { random } from '../random.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { activation } from './activations.ts';
import { TURN } from './circle.ts';
import { draw, type Layer } from './draw.ts';
import { affine, dynamics, field } from './field.ts';
import type { Setting } from './panel.ts';
import { readings } from './readings.ts';

const WIDTH = 5;
const networks = (['tanh', 'sigmoid', 'ReLU', 'Hard-tanh'] as const).flatMap((name) =>
  (['N-ODE', 'CT-RNN', 'LTC'] as const).map((of) => ({ name, of })),
);

/** The words of the equation language for an activation as coded. */
const words = { tanh: 'tanh', sigmoid: 'sigmoid', ReLU: 'relu', 'Hard-tanh': '' };

/** Two layers as the text of a cell, with the states x and z and a circle of its own. */
function equation(of: keyof typeof dynamics, act: string): string {
  const drives = [`f0 = ${act}(S * sin(t) + C * cos(t) + b0)`, `f1 = ${act}(V @ x + b1)`];
  const flows = ['x', 'z'].flatMap((state, k) => {
    if (of === 'N-ODE') return [`d${state}/dt = f${k}`];
    if (of === 'CT-RNN') return [`d${state}/dt = -${state} / tau${k} + f${k}`];
    return [
      `r${k} = ${act}(R${k} @ ${state} + c${k})`,
      `d${state}/dt = -${state} * (1 / tau${k} + abs(f${k}) + abs(r${k})) + f${k} * A${k} + r${k} * B${k}`,
    ];
  });
  return [...drives, ...flows].join('\n');
}

/** From neuron j to neuron i, as `@` wants it: at i·k + j. */
const transposed = (weights: Float64Array) =>
  weights.map((_, at) => weights[(at % WIDTH) * WIDTH + Math.floor(at / WIDTH)]!);

const parametersOf = (layers: readonly Layer[]): Record<string, Float64Array> => ({
  S: layers[0]!.forward.slice(0, WIDTH),
  C: layers[0]!.forward.slice(WIDTH),
  V: transposed(layers[1]!.forward),
  ...Object.fromEntries(
    layers.flatMap(({ bias, tau, A, recurrent, recurrentBias, recurrentA }, k) => [
      [`b${k}`, bias],
      [`tau${k}`, tau],
      [`A${k}`, A],
      [`B${k}`, recurrentA],
      [`R${k}`, transposed(recurrent)],
      [`c${k}`, recurrentBias],
    ]),
  ),
});

/** The states at the end by the library's own compiler and its `dopri5`. */
function byTheLibrary(of: keyof typeof dynamics, act: string, layers: readonly Layer[]): readonly number[] {
  const text = equation(of, act);
  const values = parametersOf(layers);
  const used = Object.keys(values).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  const net = model({
    cell: cell({
      name: 'two-layers',
      paper: 'made for the tests',
      states: { x: ['state'], z: ['state'] },
      equation: text,
      params: Object.fromEntries(
        used.map((name) => [name, values[name]!.length === WIDTH ? vector('state') : matrix('state', 'state')]),
      ),
    }),
    inputs: 1,
    units: WIDTH,
    solver: dopri5({ rtol: 1e-11, atol: 1e-12 }),
    unfolds: 1,
  });
  const parameters = net.parameters.slice();
  for (const { name, offset } of net.layout) parameters.set(values[name]!, offset);
  const [path] = trajectory(withParameters(net, parameters), { batch: 1, steps: 1, x: [0], dt: [TURN] });
  return path!.states.at(-1)!;
}

test.for(networks)('$of with $name moves as the same equations do as a cell of the library', ({ name, of }) => {
  const setting: Setting = {
    label: '',
    activation: name,
    depth: 2,
    width: WIDTH,
    variance: 0.5,
    solver: 'ode45',
    inputSteps: 100,
  };
  const layers = draw(setting, readings.code, 3, 0);
  const flow = field(layers, dynamics[of], activation(name, readings.code), (t, u) => {
    u[0] = Math.sin(t);
    u[1] = Math.cos(t);
  });
  let end = new Float64Array();
  ode45.integrate(flow, { from: 0, to: TURN, start: new Float64Array(2 * WIDTH), rtol: 1e-11, atol: 1e-12 }, (_, y) => {
    end = y.slice();
  });
  const other = byTheLibrary(of, words[name], layers);
  const size = Math.max(...other.map(Math.abs));
  // Some hundred steps, each within 1e-11 of the greatest state by estimate.
  end.forEach((value, i) => {
    expect(Math.abs(value - other[i]!)).toBeLessThan(1e-8 * size);
  });
});

test('clipping is what the true Hard-tanh adds', () => {
  const [identity, clip] = [readings.code, readings['true-hard-tanh']].map((reading) =>
    activation('Hard-tanh', reading),
  );
  for (const z of [-3, -1, -0.5, 0, 0.25, 1, 7]) {
    expect(identity!(z)).toBe(z);
    expect(clip!(z)).toBe(Math.max(-1, Math.min(1, z)));
  }
});

test.for([1, 4, 6, 11])(
  'the product with %i neurons, padded to a multiple of four, is that of the definition',
  (width) => {
    const { normal } = random(4);
    const inputs = 3;
    const [weights, bias, x] = [inputs * width, width, inputs + 2].map((size) =>
      Float64Array.from({ length: size }, normal),
    );
    const out = new Float64Array(4 * Math.ceil(width / 4)).fill(9);
    affine(weights!, bias!, inputs)(x!, 2, out);
    for (let i = 0; i < width; i++) {
      let sum = bias![i]!;
      for (let j = 0; j < inputs; j++) sum += weights![j * width + i]! * x![2 + j]!;
      expect(out[i]).toBe(sum);
    }
  },
);
