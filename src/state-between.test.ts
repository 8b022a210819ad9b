import { expect, test } from 'vitest';
import { distance, everyCell, irregular, looseWiring, solverNamed } from '../test/networks.ts';
import { type Cell, cell, matrix } from './cells/cell.ts';
import { gru } from './cells/gru.ts';
import { lstm } from './cells/lstm.ts';
import { ltc } from './cells/ltc.ts';
import { type ModelOptions, model } from './model.ts';
import { type ProgramOptions, program } from './program.ts';
import { stack } from './stack.ts';
import type { Stream } from './streaming.ts';

const engines: readonly ProgramOptions[] = [{ backend: 'javascript' }, { precision: 'float32' }];
const inputs = 2;
const netOf = (made: Cell, options: Partial<ModelOptions> = {}) =>
  model({ cell: made, inputs, wiring: looseWiring(made, inputs, 4, 2), seed: 3, timeUnit: 0.5, ...options });
const has = (kind: 'flow' | 'jump') => (name: string) =>
  everyCell[name]!().equation.lines.some(({ left }) => left.kind === kind);
const names = Object.keys(everyCell);

/** Four samples at irregular times, the last at 7.25 s; `shift` moves that one. */
function pushed(stream: Stream, shift = 0): Stream {
  for (const [k, seconds] of [3, 4.5, 4.75, 7.25 + shift].entries())
    stream.push(samples.subarray(k * inputs, (k + 1) * inputs), seconds);
  return stream;
}
const samples = Float64Array.from(irregular(netOf(ltc()), 1, 4, { masked: false }).x);
const held = samples.slice(-inputs);

/** The cell's own states and the output after a push at `seconds`. */
const after = (stream: Stream, x: ArrayLike<number>, seconds: number, states: number) => {
  const output = stream.push(x, seconds);
  return { state: stream.state.values.slice(0, states), output };
};

test.for(names)('at its last sample a stream of %s is in its present state, bit for bit', (name) => {
  for (const engine of engines) {
    const it = program(netOf(everyCell[name]!()), engine);
    const stream = it.stream();
    pushed(stream);
    const output = stream.push(held, 8);
    expect(stream.stateAt(8)).toEqual({ state: stream.state.values.slice(0, it.states), output });
  }
});

test.for(names.filter((name) => has('flow')(name) && !has('jump')(name)))(
  'a flow of %s goes on as if the input that is held had come at that time, bit for bit',
  (name) => {
    for (const engine of engines) {
      for (const options of [{ maxStep: 0.8 }, { unfolds: 2, interpolation: 'linear' }] as const) {
        const it = program(netOf(everyCell[name]!(), { solver: solverNamed('euler'), ...options }), engine);
        const moment = pushed(it.stream()).stateAt(9.5);
        expect(moment).toEqual(after(pushed(it.stream()), held, 9.5, it.states));
      }
    }
  },
);

test.for(names.filter((name) => !has('flow')(name)))(
  'where %s has no flow, its last jump is taken over the longer time, bit for bit',
  (name) => {
    for (const engine of engines) {
      const it = program(netOf(everyCell[name]!()), engine);
      const late = pushed(it.stream(), 2.25);
      expect(pushed(it.stream()).stateAt(9.5)).toEqual(late.stateAt(9.5));
    }
  },
);

test('a cell that does not know elapsed time keeps its state', () => {
  for (const made of [lstm(), gru()]) {
    const stream = pushed(program(netOf(made)).stream());
    expect(stream.stateAt(1e6).state).toEqual(stream.state.values);
  }
});

const counter = () =>
  cell({
    name: 'counter',
    paper: 'made for this test',
    states: { x: ['state'], n: ['state'] },
    equation: `
      n'[j] = n[j] + 1
      dx[j]/dt = n[j] + sum[k](w[j,k] * u[k])
      x'[j] = x[j] / 2
    `,
    params: { w: matrix('state', 'input', 1, 1) },
  });

test('jumps beside a flow happen at samples only; what is held, and the path of the input, go on between them', () => {
  const options = { cell: counter(), inputs: 1, units: 1, unfolds: 1 } as const;
  for (const engine of engines) {
    for (const solver of ['heun', 'dopri5'].map(solverNamed)) {
      for (const [more, wanted] of [
        [{}, 7.5], // From (1 + 2)/2, two units of time at the rate 1 + 2.
        [{ missing: 'hold' }, 11.5], // The time since the input was seen is 2 more.
        [{ missing: 'hold', interpolation: 'linear' }, 9.5], // It rises from 0 to 2.
      ] as const) {
        const stream = program(model({ ...options, solver, ...more }), engine).stream();
        stream.push([2], 10);
        const { state } = stream.stateAt(12);
        // What an adaptive solver allows itself; float32 rounds the stages of the others.
        expect(distance(state, [wanted, 1])).toBeLessThan(1e-6);
        expect(state[1]).toBe(1);
      }
    }
  }
});

test('a sample at which nothing is seen asks a flow that holds its inputs what is between samples', () => {
  const net = model({ cell: ltc(), inputs, units: 4, seed: 3, missing: 'hold', maxStep: 0.4 });
  const it = program(net, { precision: 'float64' });
  const [steps, queries] = [3, [0.25, 1.5]];
  const x = samples.slice(0, steps * inputs).with(2, Number.NaN);
  const stream = it.stream();
  for (let t = 0; t < steps; t++) stream.push(x.subarray(t * inputs, (t + 1) * inputs), t);
  for (const query of queries) {
    const { outputs, final } = it.forward({
      batch: 1,
      steps: steps + 1,
      x: [...x, Number.NaN, Number.NaN],
      dt: [1, 1, 1, query],
    });
    const { state, output } = stream.stateAt(steps - 1 + query);
    // A stream and a batch add in different orders.
    expect(distance(state, final)).toBeLessThan(1e-12);
    expect(distance(output, outputs.slice(-net.outputs))).toBeLessThan(1e-12);
  }
});

test.for(['ltc', 'cfc', 'ode-rnn', 'gru-d', 'jumps before and after a flow'])(
  'looking between the samples of %s changes nothing',
  (name) => {
    for (const engine of engines) {
      const it = program(netOf(everyCell[name]!(), { readout: { outputs: 2, when: 'last' } }), engine);
      const [watched, other] = [pushed(it.stream()), pushed(it.stream())];
      const answer = watched.push(held, 8);
      const [copy, before] = [Array.from(answer), watched.state];
      const far = watched.stateAt(20, [0.5, -0.5]);
      watched.stateAt(9);
      expect(Array.from(answer)).toEqual(copy);
      expect(watched.state).toEqual(before);
      expect(watched.stateAt(20, [0.5, -0.5])).toEqual(far);
      other.push(held, 8);
      expect(watched.push(held, 10)).toEqual(other.push(held, 10));
    }
  },
);

test.for([...names, 'layers'])('predictAt of %s is the output of stateAt, and changes nothing', (name) => {
  const net =
    name === 'layers' ? stack({ layers: [netOf(ltc()), netOf(everyCell.cfc!())] }) : netOf(everyCell[name]!());
  for (const engine of engines) {
    const stream = pushed(program(net, engine).stream());
    const before = stream.state;
    for (const [seconds, x] of [[8], [20, [0.5, -0.5]], [9]] as const) {
      const { output } = stream.stateAt(seconds, x);
      expect(Array.from(stream.predictAt(seconds, x))).toEqual(Array.from(output));
    }
    expect(stream.state).toEqual(before);
    expect(() => stream.predictAt(4)).toThrow('predictAt: seconds is 4, but the sample before was at 7.25');
    expect(stream.push(held, 10)).toEqual(pushed(program(net, engine).stream()).push(held, 10));
  }
});

test('a state that went through JSON knows what is between samples too', () => {
  for (const made of ['ltc', 'cfc', 'gru-d', 'ode-rnn'].map((name) => everyCell[name]!())) {
    const it = program(netOf(made));
    const stream = pushed(it.stream());
    if (made.takesMissing) stream.push([Number.NaN, 1], 8);
    const saved = JSON.stringify(stream.state);
    const other = it.stream();
    other.restore(JSON.parse(saved));
    expect(JSON.stringify(other.state)).toBe(saved);
    expect(other.stateAt(9)).toEqual(stream.stateAt(9));
    other.reset();
    expect(Object.keys(other.state)).toEqual(['values']);
  }
});

test('between the samples of a stack, each layer sees what the one before puts out then', () => {
  const [first, second] = [netOf(ltc()), netOf(everyCell.cfc!())];
  const it = program(stack({ layers: [first, second] }), { precision: 'float64' });
  const stream = pushed(it.stream());
  const layers = [first, second].map((net) => program(net, { precision: 'float64' }).stream());
  for (const [k, seconds] of [3, 4.5, 4.75, 7.25].entries())
    layers[1]!.push(layers[0]!.push(samples.slice(k * inputs, (k + 1) * inputs), seconds), seconds);
  const below = layers[0]!.stateAt(9);
  const above = layers[1]!.stateAt(9, below.output);
  expect(stream.stateAt(9)).toEqual({ state: [...below.state, ...above.state], output: above.output });
  const other = it.stream();
  other.restore(JSON.parse(JSON.stringify(stream.state)));
  expect(other.stateAt(9)).toEqual(stream.stateAt(9));
});

test('what cannot be told is refused, and the stream goes on', () => {
  const stream = program(netOf(everyCell.cfc!())).stream();
  expect(() => stream.stateAt(3)).toThrow('stateAt: there is no sample with a time yet; push one with its seconds');
  stream.push(held);
  expect(() => stream.stateAt(3)).toThrow('stateAt: there is no sample with a time yet');
  stream.push(held, 5);
  const before = stream.state;
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => stream.stateAt(4), 'stateAt: seconds is 4, but the sample before was at 5; time must not run backwards'],
    [() => stream.stateAt(Number.NaN), 'stateAt: seconds is NaN, but must be a finite number'],
    [() => stream.stateAt(6, [1]), 'stateAt: x has 1 entries, but the model has 2 inputs'],
    [() => stream.stateAt(6, [1, Number.NaN]), 'stateAt: x is NaN at input 1, but inputs must be finite numbers'],
    [() => stream.restore({ ...before, x: [1] }), 'restore: x has 1 entries, but the model has 2 inputs'],
    [() => stream.restore({ ...before, x: [1, null] }), 'restore: x is NaN at input 1'],
    [
      () => stream.restore({ ...before, jump: { dt: -1, before: before.values } }),
      'restore: jump.dt is -1, but must be 0 or a positive number',
    ],
    [
      () => stream.restore({ ...before, jump: { dt: 1, before: [1] } }),
      "restore: jump.before has 1 values, but this model's has 4",
    ],
  ];
  for (const [attempt, message] of refused) expect(attempt).toThrow(message);
  expect(stream.state).toEqual(before);
  for (const made of ['ltc', 'cfc'].map((name) => everyCell[name]!())) {
    const other = program(netOf(made)).stream();
    other.restore({ values: before.values, seconds: 5 });
    expect(() => other.stateAt(6)).toThrow('the state that was restored does not say what the last sample was');
  }
});
