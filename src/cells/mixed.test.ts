import { expect, test } from 'vitest';
import { distance, dot, draws, irregular, isWired, looseWiring } from '../../test/networks.ts';
import { type Model, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { full } from '../wirings/full.ts';
import { autoNcp } from '../wirings/ncp.ts';
import { type Cell, cell, cellFromData, cellToData, matrix, vector } from './cell.ts';
import { cells } from './index.ts';
import { lstm } from './lstm.ts';
import { mixed } from './mixed.ts';

const oracle = { backend: 'javascript' } as const;
const inputs = 2;

/** A cell whose line `h` is read by its jump and by its output: before the jump and after it. */
const readTwice = cell({
  name: 'read-twice',
  paper: 'made for this test',
  equation: `
    h = tanh(x + b)
    f = W @ h
    x' = f * exp(-dt)
    y = motor(h)
  `,
  params: { W: matrix('state', 'state'), b: vector('state', -1, 1) },
});
const jumpFlowJump = cell({
  name: 'jump-flow-jump',
  paper: 'made for this test',
  equation: `
    h = W @ x
    x' = tanh(h + b)
    dx/dt = -x * h
    x' = x * exp(-dt) + 0.1 * h
  `,
  params: { W: matrix('state', 'state'), b: vector('state', -1, 1) },
});

const listed = Object.entries(cells).flatMap(([name, make]) => {
  const made = make();
  return Object.keys(made.states).join() === 'x' && made.states.x!.length === 1 ? [[name, made] as const] : [];
});
const layered = { wiring: autoNcp({ units: 7, outputs: 2 }), cell: cells['wired-cfc']({ form: 'ncps', layers: 3 }) };
const behind: readonly (readonly [string, Cell])[] = [
  ...listed,
  ['cfc without a gate', cells.cfc({ mode: 'no_gate', backboneUnits: 3 })],
  ['wired-cfc of layers', layered.cell],
  ['a cell with a line read before its jump and after it', readTwice],
  ['a cell with jumps on both sides of its flow', jumpFlowJump],
];
const wiringOf = (of: Cell) =>
  of === layered.cell ? layered.wiring : isWired(of) ? looseWiring(of, inputs, 4, 2) : full(4, 2);

/** A model with parameters that are all of a size. */
const drawn = (of: Cell, wiring = wiringOf(of)): Model => {
  const net = model({ cell: of, inputs, wiring, unfolds: 2 });
  return withParameters(net, draws(net.parameters.length, 5));
};

/** One array of a model by its name. */
const arrayOf = (net: Model, name: string): Float64Array => {
  const { offset, size } = net.layout.find((slot) => slot.name === name)!;
  return net.parameters.subarray(offset, offset + size);
};

/** The memory of a mixed model as an LSTM by itself, over all its states together. */
function memoryOf(net: Model, inner: Cell): Model {
  const layers = Object.entries(inner.states).map(([state, [axis]]) => ({ state, size: net.sizes[axis!]! }));
  const units = layers.flatMap(({ state, size }) => Array.from({ length: size }, (_, k) => ({ state, k, size })));
  const name = (...parts: readonly string[]) => `memory_${parts.slice(0, layers.length > 1 ? 9 : 1).join('_')}`;
  const alone = model({ cell: lstm({ form: 'ncps' }), inputs, units: units.length });
  return withParameters(
    alone,
    alone.layout.flatMap((slot) =>
      units.flatMap(({ state, k }): readonly number[] => {
        if (slot.axes.length === 1) return [arrayOf(net, name(slot.name, state))[k]!];
        if (slot.axes[1] === 'input')
          return [...arrayOf(net, name(slot.name, state)).subarray(k * inputs, (k + 1) * inputs)];
        return units.map((from) => arrayOf(net, name(slot.name, state, from.state))[k * from.size + from.k]!);
      }),
    ),
  );
}

test.for(behind)('%s behind a memory takes each sample after an LSTM took it', ([, inner]) => {
  const net = drawn(mixed(inner), wiringOf(inner));
  const before = memoryOf(net, inner);
  const empty = model({ cell: inner, inputs, wiring: wiringOf(inner), unfolds: 2 });
  const after = withParameters(
    empty,
    empty.layout.flatMap(({ name }) => [...arrayOf(net, name)]),
  );
  const [all, first, second] = [net, before, after].map((each) => program(each, oracle));

  const { steps, x, dt, initial } = irregular(net, 1, 4, { masked: false });
  const half = initial!.length / 2;
  let [state, memory] = [[...(initial as Float64Array).slice(0, half)], [...(initial as Float64Array).slice(half)]];
  const [states, outputs]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step++) {
    const sample = {
      batch: 1,
      steps: 1,
      x: [...(x as Float64Array).slice(step * inputs, (step + 1) * inputs)],
      dt: [dt![step]!],
    };
    const remembered = [...first!.forward({ ...sample, initial: [...state, ...memory] }).final];
    memory = remembered.slice(half);
    const answer = second!.forward({ ...sample, initial: remembered.slice(0, half) });
    state = [...answer.final];
    states.push(...state, ...memory);
    outputs.push(...answer.outputs);
  }
  const answer = all!.forward({ batch: 1, steps, x, dt: dt!, initial: initial! }, { states: true });
  // float64; only the order of sums differs.
  expect(distance(answer.states!, states)).toBeLessThan(1e-13);
  expect(distance(answer.outputs, outputs)).toBeLessThan(1e-13);
});

test.for(behind)('the gradient of %s behind a memory meets a finite difference', ([, inner]) => {
  const net = drawn(mixed(inner), wiringOf(inner));
  const sequences = irregular(net, 2, 3);
  const it = program(net, oracle);
  const cotangent = draws(it.forward(sequences, { tape: true }).outputs.length);
  const { parameters } = it.backward(cotangent);
  const way = draws(net.parameters.length, 9);
  const loss = (by: number) => {
    it.update((own) => own.set(net.parameters.map((value, k) => value + by * way[k]!)));
    return dot(it.forward(sequences).outputs, cotangent);
  };
  const slope = (h: number) => (loss(h) - loss(-h)) / (2 * h);
  // Richardson's extrapolation of step 1e-4, along one random direction through all parameters; rounding is about 1e-11.
  const wanted = (4 * slope(5e-5) - slope(1e-4)) / 3;
  expect(Math.abs(dot(parameters, way) - wanted)).toBeLessThan(1e-7 * Math.max(1, Math.abs(wanted)));
});

test.for(behind)('%s behind a memory answers alike on both backends, and sample by sample', ([, inner]) => {
  const net = drawn(mixed(inner), wiringOf(inner));
  const sequences = irregular(net, 1, 3, { masked: false });
  const [slow, fast] = (['javascript', 'wasm'] as const).map((backend) => {
    const it = program(net, { backend, precision: 'float64' });
    const { outputs } = it.forward(sequences, { tape: true });
    return { outputs, gradients: it.backward(draws(outputs.length)) };
  });
  // float64: elementary functions of 2 ulp, and another order of sums.
  expect(distance(fast!.outputs, slow!.outputs)).toBeLessThan(1e-12);
  for (const name of ['parameters', 'x', 'dt', 'initial'] as const)
    expect(distance(fast!.gradients[name], slow!.gradients[name]), name).toBeLessThan(1e-12);
  const { batch, steps, x, initial } = sequences;
  const stream = program(net, { precision: 'float64' }).stream();
  stream.restore({ values: Array.from(initial!) });
  const pushed = Array.from({ length: steps }, (_, step) => [
    ...stream.push((x as Float64Array).subarray(step * inputs, (step + 1) * inputs)),
  ]).flat();
  // A push without a time is one unit after the last; so are samples without dt.
  expect(distance(pushed, program(net, oracle).forward({ batch, steps, x, initial: initial! }).outputs)).toBeLessThan(
    1e-12,
  );
});

test.for(behind)('E25 %s behind a memory is data like any other cell', ([, inner]) => {
  const made = mixed(inner);
  expect(cellFromData(JSON.parse(JSON.stringify(cellToData(made))))).toEqual(made);
});

test('a memory makes the state in a jump of its own, or in a line that the jump of the cell reads', () => {
  const lines = (of: Cell) => mixed(of).equation.source.split('\n').slice(4);
  expect(lines(cells.ctrnn())).toEqual([
    "memory_c' = memory_f * memory_c + memory_i * memory_g",
    "x' = memory_o * tanh(memory_c')",
    'dx/dt = -x / tau + tanh(W @ u + R @ x + b)',
  ]);
  expect(lines(readTwice)).toEqual([
    "memory_c' = memory_f * memory_c + memory_i * memory_g",
    "memory_x = memory_o * tanh(memory_c')",
    'memory_early_h = tanh(memory_x + b)',
    'h = tanh(x + b)',
    'f = W @ memory_early_h',
    "x' = f * exp(-dt)",
    'y = motor(h)',
  ]);
});

test.for([
  [
    'lstm',
    () => cells.lstm(),
    'mixed: cell "lstm" has the state c[state]; a memory goes in front of one state x, or of layers x0, x1 …, of one axis each',
  ],
  ['ctgru', () => cells.ctgru(), 'mixed: cell "ctgru" has the state x[state, slot]; a memory goes'],
  ['a mixed cell', () => mixed(cells.ltc()), 'mixed: cell "mixed-ltc" has the state memory_c[state]; a memory goes'],
  [
    'a cell with a name of the memory',
    () => cell({ name: 'own', paper: '', equation: 'dx/dt = memory_b - x', params: { memory_b: vector('state') } }),
    'mixed: cell "own" has the name "memory_b", but what begins with "memory_" is the memory\'s',
  ],
] as const)('%s is refused', ([, make, problem]) => {
  expect(() => mixed(make())).toThrow(problem);
});
