import { expect, test } from 'vitest';
import { distance, everyCell, everyPair, irregular, looseWiring, solverNamed, sparse } from '../test/networks.ts';
import { type Cell, cell, matrix, positive, vector, wired } from './cells/cell.ts';
import { cells } from './cells/index.ts';
import { synaptic } from './cells/synaptic.ts';
import { type Model, model } from './model.ts';
import { type ProgramOptions, program } from './program.ts';
import type { Sequences } from './sequences.ts';
import { rk4 } from './solvers/rk4.ts';
import type { Stream } from './streaming.ts';
import { custom } from './wirings/custom.ts';
import { full } from './wirings/full.ts';

const engines = [
  { backend: 'wasm', precision: 'float32', tolerance: 2e-5 },
  { backend: 'wasm', precision: 'float64', tolerance: 1e-12 },
  { backend: 'javascript', precision: 'float64', tolerance: 1e-12 },
] as const;

/** Push the steps of one sequence, at times that add up from its dt; returns the output after each. */
function pushAll(stream: Stream, of: Model, { steps, x, dt, initial }: Sequences): number[] {
  const { values } = stream.state;
  stream.restore({ values: [...Array.from(initial!), ...values.slice(initial!.length)] });
  let seconds = 100;
  return Array.from({ length: steps }, (_, t) => {
    if (t > 0) seconds += dt![t]! * of.timeUnit;
    const u = Array.from({ length: of.inputs }, (_, k) => x[t * of.inputs + k]!);
    return Array.from(stream.push(u, seconds));
  }).flat();
}

/** One sequence whose first step has dt = 1, as a stream's has. */
function alone(of: Model, steps: number): Sequences {
  const { x, dt, initial } = irregular(of, 1, steps, { masked: false });
  return { batch: 1, steps, x, dt: Float64Array.from(dt!, (value, t) => (t === 0 ? 1 : value)), initial: initial! };
}

/** How far a stream is from a run of the same sequence: outputs and last states. */
function apart(of: Model, options: ProgramOptions, steps = 5): number {
  const sequence = alone(of, steps);
  const whole = program(of, options);
  const { outputs, final } = whole.forward(sequence);
  const stream = whole.stream();
  const pushed = pushAll(stream, of, sequence);
  return Math.max(distance(pushed, outputs), distance(stream.state.values.slice(0, final.length), final));
}

function expectEqual(of: Model) {
  for (const { tolerance, ...options } of engines) {
    expect(apart(of, options), `${options.backend} ${options.precision}`).toBeLessThan(tolerance);
  }
}

test.for(everyPair)('a stream of $cell by $solver equals its run on every engine', ({ cell, solver }) => {
  const of = everyCell[cell]!();
  const by = solverNamed(solver);
  // A solver that is driven streams on the kernels of a batch, whose shapes are tested there.
  for (const wiring of [looseWiring(of, 3, 9, 2), ...(by.drive ? [] : [full(6, 3)])])
    expectEqual(model({ cell: of, inputs: 3, wiring, solver: by, unfolds: 3, seed: 2, timeUnit: 0.5 }));
});

test.for([1, 3, 4, 5, 8, 19, 32])('a stream of %i units equals its run, full or sparse', (units) => {
  for (const make of Object.values(cells)) {
    const of = make();
    for (const wiring of [full(units), looseWiring(of, 4, units, units)]) {
      const net = model({ cell: of, inputs: 4, wiring, unfolds: 2, seed: units });
      for (const { tolerance, ...options } of engines.slice(0, 2)) {
        expect(apart(net, options, 3), `${of.name} ${wiring.name} ${options.precision}`).toBeLessThan(tolerance);
      }
    }
  }
});

const paper = 'made for the tests';
const w = wired(matrix('state', 'state', -0.8, 0.8));
const s = wired(matrix('input', 'state', -0.8, 0.8));

/** Cells whose loops have shapes that no cell above gives them. */
const shapes: Readonly<Record<string, () => Cell>> = {
  'a greatest entry, and the target in a sum over its sources': () =>
    cell({
      name: 'greatest',
      paper,
      equation: `
        top[j] = max[i](G[i,j] * x[i])
        near[j] = sum[i](w[i,j] * log(v[i,j] * (2 + tanh(x[i] - 2 * x[j]))))
        dx[j]/dt = tanh(top[j]) + near[j] - x[j] + sum[k](s[k,j] * u[k])
      `,
      params: {
        w,
        s,
        // The logarithm of a synapse that does not exist is not finite.
        v: wired(positive(matrix('state', 'state', 0.5, 2))),
        G: matrix('state', 'state', -0.8, 0.8),
      },
    }),
  'an array of the sample with an entry per synapse': () =>
    cell({
      name: 'per-synapse',
      paper,
      equation: `dx[j]/dt = sum[k](s[k,j] * tanh(tanh(u[k] * v[k,j]) + x[j])) + sum[i](w[i,j] * x[i])`,
      params: { w, s, v: s },
    }),
  'an array of the state with an entry per synapse, in loops over a third axis': () =>
    cell({
      name: 'per-synapse-and-state',
      paper,
      equation: `
        near[j] = sum[i](w[i,j] * sum[k](w[k,j] * x[j] * x[i] / (2 + tanh(x[k]))))
        dx[j]/dt = b[j] + near[j] - x[j] + sum[k](s[k,j] * u[k])
      `,
      params: { w, s, b: vector('state', -1, 1) },
    }),
  'sums to one number': () =>
    cell({
      name: 'total',
      paper,
      equation: `
        total = b @ tanh(x)
        share[j] = softmax[j](x[j])
        dx[j]/dt = sum[i](w[i,j] * x[i]) * total + share[j] - x[j] + sum[k](s[k,j] * u[k])
      `,
      params: { w, s, b: vector('state', -1, 1) },
    }),
  'targets that do not stand side by side': () =>
    cell({
      name: 'zones',
      paper,
      states: { x: ['state', 'zone'] },
      axes: { zone: 3 },
      equation: `
        drive[j,z] = sum[i](w[i,j] * tanh(x[i,z] + K[i,j])) + sum[k](s[k,j] * u[k]) + sum[i](P[j,i] * x[i,z])
        dx[j,z]/dt = drive[j,z] - scale[z] * x[j,z]
        y[j] = sum[z](x[j,z] * scale[z])
      `,
      params: {
        w,
        s,
        K: matrix('state', 'state', -0.8, 0.8),
        P: matrix('state', 'state', -0.3, 0.3),
        scale: positive(vector('zone', 0.5, 2)),
      },
    }),
};

test.for(Object.keys(shapes))('a stream equals its run with %s', (name) => {
  for (const wiring of [full(7), sparse(3, 7, 7), sparse(3, 13, 2, 5)]) {
    expectEqual(model({ cell: shapes[name]!(), inputs: 3, wiring, solver: rk4, unfolds: 2, seed: 3 }));
  }
});

test('a stream of neurons without any synapse equals its run', () => {
  const none = custom(Array(5).fill([0, 0, 0, 0, 0]), [[0, 0, 0, 0, 0]], 2);
  expectEqual(model({ cell: synaptic(), inputs: 1, wiring: none }));
});

test('a stream takes as many sub-steps as the largest step asks for', () => {
  expectEqual(model({ cell: synaptic(), inputs: 3, units: 6, maxStep: 0.3, timeUnit: 60 }));
});

test('a stream answers through the readout, with a readout of the last step at every sample', () => {
  const readout = { outputs: 5, when: 'every' } as const;
  const every = model({ cell: synaptic(), inputs: 3, units: 6, readout });
  expectEqual(every);
  const last = program(model({ cell: synaptic(), inputs: 3, units: 6, readout: { ...readout, when: 'last' } }));
  const sequence = alone(every, 4);
  expect(pushAll(last.stream(), every, sequence)).toEqual(pushAll(program(every).stream(), every, sequence));
});

const net = model({ cell: everyCell['a flow that reads the time']!(), inputs: 2, units: 5, timeUnit: 10, seed: 4 });
const both = ['wasm', 'javascript'] as const;

test.for(both)('elapsed time is counted in time units, and is 1 where none is known, on %s', (backend) => {
  const x = [0.3, -0.4];
  const timed = program(net, { backend }).stream();
  const plain = program(net, { backend }).stream();
  const answers = (stream: Stream, times: readonly (number | undefined)[]) =>
    times.map((seconds) => Array.from(stream.push(x, seconds)));
  expect(answers(timed, [500, 510, undefined, 530])).toEqual(
    answers(plain, [undefined, undefined, undefined, undefined]),
  );
  expect(timed.state.seconds).toBe(530);
  expect(plain.state).not.toHaveProperty('seconds');
  const { outputs } = program(net, { backend }).forward({ batch: 1, steps: 3, x: [...x, ...x, ...x], dt: [1, 0, 2.5] });
  timed.reset();
  expect(distance(answers(timed, [0, 0, 25]).flat(), outputs)).toBeLessThan(2e-6);
});

test.for(both)('a stream goes on from a state that went through JSON, running time included, on %s', (backend) => {
  const whole = program(net, { backend });
  const [first, second] = [whole.stream(), whole.stream()];
  for (let k = 0; k < 4; k++) first.push([k / 4, -k], 7 * k);
  const saved = JSON.stringify(first.state);
  expect(JSON.parse(saved).values).toHaveLength(6);
  second.push([9, 9]);
  second.restore(JSON.parse(saved));
  expect(JSON.stringify(second.state)).toBe(saved);
  const wanted = Array.from(first.push([1, 2], 33));
  expect(Array.from(second.push([1, 2], 33))).toEqual(wanted);
  second.reset();
  expect(second.state).toEqual({ values: [0, 0, 0, 0, 0, 0] });
  second.restore({ values: JSON.parse(saved).values });
  expect(second.state).not.toHaveProperty('seconds');
});

test('a state is a copy', () => {
  const stream = program(net).stream();
  stream.push([1, 1]);
  const before = stream.state;
  const copy = [...before.values];
  stream.push([2, 2]);
  expect(before.values).toEqual(copy);
  expect(stream.state.values).not.toEqual(copy);
});

test.for(both)('bad samples and states are refused, and change nothing, on %s', (backend) => {
  const stream = program(net, { backend }).stream();
  stream.push([1, 2], 100);
  const before = stream.state;
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => stream.push([1]), 'push: x has 1 entries, but the model has 2 inputs'],
    [() => stream.push([1, 2, 3], 110), 'push: x has 3 entries, but the model has 2 inputs'],
    [() => stream.push([1, Number.NaN], 110), 'push: x is NaN at input 1, but inputs must be finite numbers'],
    [() => stream.push([-1 / 0, 0], 110), 'push: x is -Infinity at input 0, but inputs must be finite numbers'],
    [
      () => stream.push([1, 2], 99),
      'push: seconds is 99, but the sample before was at 100; time must not run backwards',
    ],
    [() => stream.push([1, 2], Number.NaN), 'push: seconds is NaN, but must be a finite number'],
    [() => stream.push([1, 2], 1 / 0), 'push: seconds is Infinity, but must be a finite number'],
    [() => stream.restore({ values: [1] }), "restore: the state has 1 values, but this model's has 6"],
    [
      () => stream.restore({ values: [1, 2, Number.NaN, 0, 0, 0] }),
      'restore: value 2 of the state is NaN, but must be a finite number',
    ],
    [
      () => stream.restore({ values: [1, 2, 3, 0, 0, 0], seconds: 1 / 0 }),
      'restore: seconds is Infinity, but must be a finite number',
    ],
  ];
  for (const [attempt, message] of refused) expect(attempt).toThrow(new Error(message));
  expect(stream.state).toEqual(before);
  const short = program(model({ cell: synaptic(), inputs: 1, units: 2, timeUnit: 1e-300 }), { backend }).stream();
  short.push([1], 0);
  expect(() => short.push([1], 1e10)).toThrow('from 0 to 10000000000 seconds is too long');
});

test('the array of outputs is used again by the next push', () => {
  const stream = program(net).stream();
  expect(stream.push([1, 2])).toBe(stream.push([2, 1]));
});

test.for(both)('a stream keeps the parameters it was opened with, on %s', (backend) => {
  const whole = program(net, { backend });
  const [old, kept] = [whole.stream(), whole.stream()];
  const wanted = Array.from(old.push([1, 2]));
  whole.update((parameters) => parameters.fill(0.1));
  expect(Array.from(kept.push([1, 2]))).toEqual(wanted);
  expect(Array.from(whole.stream().push([1, 2]))).not.toEqual(wanted);
});

test('streams of one program do not touch each other', () => {
  const whole = program(net);
  const [a, b] = [whole.stream(), whole.stream()];
  const wanted = Array.from(a.push([1, 2]));
  expect(Array.from(b.push([1, 2]))).toEqual(wanted);
});

test('a stream opened after training kernels were built equals one opened before', () => {
  const whole = program(net);
  const before = Array.from(whole.stream().push([1, 2]));
  whole.forward({ batch: 1, steps: 1, x: [1, 2] }, { tape: true });
  expect(Array.from(whole.stream().push([1, 2]))).toEqual(before);
});

test('what is beyond the reach of float32 is refused there, and the stream goes on', () => {
  const of = model({ cell: everyCell.ltc!(), inputs: 1, units: 2 });
  const stream = program(of).stream();
  const before = stream.state;
  expect(() => stream.push([1e39])).toThrow(
    'push: x is 1e+39 at input 0, but inputs must be finite numbers up to 3.40',
  );
  stream.push([1], 0);
  expect(() => stream.push([1], 1e39)).toThrow('is too long to be a number of time units');
  stream.restore(before);
  expect(program(of, { precision: 'float64' }).stream().push([1e39])).toHaveLength(2);
});
