import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular, looseWiring, solverNamed } from '../../test/networks.ts';
import { cell, matrix, vector } from '../cells/cell.ts';
import { lstm } from '../cells/lstm.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { type Gradients, program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { exponential } from '../solvers/exponential.ts';
import { rk4 } from '../solvers/rk4.ts';
import { stack } from '../stack.ts';
import { adjoint } from './adjoint.ts';
import { bptt } from './bptt.ts';
import type { GradientMethod } from './gradient.ts';

const arrays = ['x', 'dt', 'initial', 'carry', 'parameters'] as const;
const net = (name: string, options: Partial<ModelOptions> = {}): Model => {
  const made = everyCell[name]!();
  const steps = options.maxStep === undefined ? { unfolds: 64 } : {};
  return model({
    cell: made,
    inputs: 2,
    seed: 3,
    wiring: looseWiring(made, 2, 3, 2),
    solver: rk4,
    ...steps,
    ...options,
  });
};
const gradientsOf = (method: GradientMethod, of: Model, sequences: Sequences): Gradients => {
  const it = method.of(program(of, { precision: 'float64' }));
  const { outputs, carry } = it.forward(sequences);
  return it.backward(draws(outputs.length), draws(carry.length, 8));
};
const errors = (of: Model, sequences: Sequences, ...of64: Parameters<typeof adjoint>) => {
  const wanted = gradientsOf(bptt(), of, sequences);
  const found = gradientsOf(adjoint(...of64), of, sequences);
  return arrays.map((name) => distance(found[name], wanted[name]));
};

test.for(['synaptic', 'a flow that reads the time', 'two states that flow together'])(
  'the adjoint of %s nears the gradient of a fine solver at the order of Runge-Kutta 4',
  (name) => {
    // 64 sub-steps of Runge-Kutta 4 leave a sixteenth of a sixteenth of the error of 16.
    const of = net(name, { readout: { outputs: 2, when: 'last' } });
    const sequences = irregular(of, 2, 3);
    const [coarse, fine] = [8, 16].map((steps) => errors(of, sequences, steps, 'samples').at(-1)!) as [number, number];
    expect(Math.log2(coarse / fine), `${coarse} → ${fine}`).toBeGreaterThan(3.5);
  },
);

test('states kept at the end only or at every sample give the same adjoint of a soft equation', () => {
  const of = net('two states that flow together', { readout: { outputs: 2, when: 'every' } });
  const sequences = irregular(of, 10, 4);
  for (const kept of ['final', 'samples'] as const)
    for (const error of errors(of, sequences, undefined, kept)) expect(error).toBeLessThan(1e-7);
});

test('the adjoint does not depend on the kind of solver that the states are from', () => {
  const [exact, found] = [rk4, solverNamed('dopri5')].map((solver) => {
    const of = net('ltc', { solver, unfolds: 16 });
    return gradientsOf(adjoint(16, 'samples'), of, irregular(of, 2, 3)).parameters;
  });
  // The tolerance of the adaptive solver is 1e-6 a step, at most.
  expect(distance(found!, exact!)).toBeLessThan(1e-4);
});

test('sub-steps by length are taken by each sequence and sample, whoever else is in the batch', () => {
  const of = net('ltc', { maxStep: 0.1 });
  const all = irregular(of, 9, 3);
  const it = adjoint().of(program(of));
  const { outputs } = it.forward(all);
  const together = it.backward(draws(outputs.length));
  const row = (array: ArrayLike<number>) => Array.from(array).slice(array.length - array.length / 9);
  const alone: Sequences = {
    batch: 1,
    steps: 3,
    x: row(all.x),
    dt: row(all.dt!),
    mask: row(all.mask!),
    initial: row(all.initial!),
  };
  it.forward(alone);
  const apart = it.backward(row(draws(outputs.length)));
  for (const name of ['x', 'dt', 'initial', 'carry'] as const)
    expect(Array.from(apart[name])).toEqual(row(together[name]));
});

test('masked steps have no gradient, whatever they hold', () => {
  const of = net('synaptic', { unfolds: 2 });
  const sequences = irregular(of, 5, 4);
  const { x, dt, parameters } = gradientsOf(adjoint(), of, sequences);
  for (let k = 0; k < 20; k++) {
    if (sequences.mask![k] !== 0) continue;
    expect([dt[k], x[2 * k], x[2 * k + 1]]).toEqual([0, 0, 0]);
  }
  expect(parameters.every(Number.isFinite)).toBe(true);
});

test('going back multiplies an error of the state by e^(rate·dt)', () => {
  // The exponential solver is exact here. Going back from a state rounded to float32, the state is off by about 3e-8·e^(rate·time):
  // by 800 after 6 samples at a rate of 4; set right at every sample, by 2e-6.
  const relaxation = cell({
    name: 'relaxation',
    paper: 'the test equation of Dahlquist 1963',
    equation: `dx/dt = -rate * x + W @ u`,
    params: { rate: vector('state', 4), W: matrix('state', 'input', 1, 1) },
  });
  const of = model({ cell: relaxation, inputs: 1, units: 1, constraints: 'none', solver: exponential });
  const sequences: Sequences = { batch: 1, steps: 6, x: draws(6), initial: [0.7] };
  const gradient = (method: GradientMethod) => {
    const it = method.of(program(of));
    it.forward(sequences);
    return it.backward(new Float64Array(6).fill(1)).parameters;
  };
  const wanted = gradient(bptt());
  expect(distance(gradient(adjoint(32, 'samples')), wanted)).toBeLessThan(1e-4);
  expect(distance(gradient(adjoint(32, 'final')), wanted)).toBeGreaterThan(10);
});

test('without kept states, memory does not grow with the number of steps', () => {
  const of = net('ltc', { unfolds: 6 });
  const memory = (steps: number, ...given: Parameters<typeof adjoint>) => {
    const it = adjoint(...given).of(program(of));
    const sequences = irregular(of, 8, steps);
    it.backward(draws(it.forward(sequences).outputs.length));
    return it.memory;
  };
  expect(memory(64)).toBe(memory(8));
  expect(memory(64, 6, 'samples') - memory(8, 6, 'samples')).toBe(56 * 8 * 3 * 4);
});

test('what jumps is refused with its reason', () => {
  const refuse = (of: Parameters<typeof program>[0], why: string) =>
    expect(() => adjoint().of(program(of))).toThrow(`adjoint: ${why}`);
  const jump = (name: string, state: string) =>
    `cell "${name}" jumps (${state}' = …), and the state before a jump does not follow from that after it; gradients "bptt" and`;
  const jumping = model({ cell: lstm(), inputs: 2, units: 3 });
  refuse(jumping, jump('lstm', 'c'));
  refuse(net('jumps before and after a flow'), jump('mixed', 'c'));
  refuse(net('ltc', { interpolation: 'linear' }), 'the model remembers inputs from one sample to the next');
  refuse(stack({ layers: [jumping] }), 'a network of several models passes its states on at samples');
  const dropping = cell({
    name: 'dropping',
    paper: 'made for this test',
    equation: `dx/dt = dropout(b, 0.1) - x`,
    params: { b: vector('state') },
  });
  refuse(model({ cell: dropping, inputs: 2, units: 3 }), 'cell "dropping" has dropout');
});

test('numbers out of range are refused, and the method is data beside its function', () => {
  expect(() => adjoint(0)).toThrow('adjoint: steps is 0, but must be a whole number of at least 1');
  expect(() => adjoint(1, 'all' as 'final')).toThrow('adjoint: kept is "all", but must be "final" or "samples"');
  expect(JSON.parse(JSON.stringify(adjoint(3, 'samples')))).toEqual({ name: 'adjoint', steps: 3, kept: 'samples' });
  expect(JSON.parse(JSON.stringify(adjoint()))).toEqual({ name: 'adjoint', kept: 'final' });
});
