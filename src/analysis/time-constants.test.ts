import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular } from '../../test/networks.ts';
import { cell, matrix, vector } from '../cells/cell.ts';
import { cells } from '../cells/index.ts';
import { type Model, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { euler } from '../solvers/euler.ts';
import { timeConstants } from './time-constants.ts';

const net = (name: keyof typeof cells): Model => {
  const of = model({ cell: cells[name](), inputs: 2, units: 4, constraints: 'none', seed: 3 });
  // Biases of their own, so that no two neurons are alike.
  const shifted = draws(of.parameters.length, 5);
  return withParameters(
    of,
    of.parameters.map((value, k) => value * (1 + 0.1 * shifted[k]!)),
  );
};
const parameter = (of: Model, name: string): Float64Array => {
  const { offset, size } = of.layout.find((slot) => slot.name === name)!;
  return of.parameters.subarray(offset, offset + size);
};

/** The time constants of each neuron at kept steps. */
function perNeuron(of: Model): { readonly kind: string; readonly tau: readonly (readonly number[])[] } {
  const sequences = irregular(of, 4, 6);
  const { kind, tau } = timeConstants(of, sequences);
  const units = of.sizes.state!;
  expect(tau).toHaveLength(4 * 6 * units);
  const kept = Array.from({ length: 24 }, (_, k) => k).filter((k) => sequences.mask![k] !== 0);
  for (let k = 0; k < 24; k++)
    if (!kept.includes(k)) expect(tau.slice(k * units, (k + 1) * units)).toEqual(new Float64Array(units));
  return { kind, tau: Array.from({ length: units }, (_, j) => kept.map((k) => tau[k * units + j]!)) };
}

test('the time constant of an ltc is liquid, from τ/(1 + τ) to τ', () => {
  const of = net('ltc');
  const { kind, tau } = perNeuron(of);
  expect(kind).toBe('liquid');
  parameter(of, 'tau').forEach((own, j) => {
    for (const value of tau[j]!) {
      expect(value).toBeGreaterThanOrEqual(own / (1 + own));
      expect(value).toBeLessThanOrEqual(own);
    }
    expect(new Set(tau[j]).size).toBeGreaterThan(1);
  });
});

test.for(['liquid', 'ctrnn'] as const)('the time constant of %s is constant, and its parameter', (name) => {
  const of = net(name);
  const { kind, tau } = perNeuron(of);
  expect(kind).toBe('constant');
  // float64, and a quotient or two.
  parameter(of, 'tau').forEach((own, j) => {
    for (const value of tau[j]!) expect(Math.abs(value / own - 1)).toBeLessThan(1e-15);
  });
});

test('the time constant of a neural-ode is infinite', () => {
  const { kind, tau } = perNeuron(net('neural-ode'));
  expect(kind).toBe('infinite');
  expect(tau.flat().every((value) => value === Number.POSITIVE_INFINITY)).toBe(true);
});

test('the time constant of a synaptic neuron lies between that of all its synapses open and that of none', () => {
  const of = net('synaptic');
  const { kind, tau } = perNeuron(of);
  expect(kind).toBe('liquid');
  const [cm, gleak, w, sensory] = ['cm', 'gleak', 'w', 'sensory_w'].map((name) => parameter(of, name)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const incoming = (weights: Float64Array, targets: Int32Array, j: number) =>
    weights.reduce((sum, weight, k) => sum + (targets[k] === j ? weight : 0), 0);
  for (let j = 0; j < 4; j++) {
    const leak = gleak[j]! + 1e-8;
    const open =
      leak + incoming(w, of.connections.recurrent.target, j) + incoming(sensory, of.connections.sensory.target, j);
    for (const value of tau[j]!) {
      expect(value).toBeGreaterThan(cm[j]! / open);
      expect(value).toBeLessThan(cm[j]! / leak);
    }
  }
});

test('a cell without a flow, or with one that is not affine in its state, has no time constants', () => {
  const jump = model({ cell: everyCell['a jump that reads the time']!(), inputs: 2, units: 3 });
  // The clock and the way between two inputs flow with it, and have a slope: 0.
  const logistic = cell({
    name: 'logistic',
    paper: 'made for this test',
    equation: 'dx/dt = b * x * (1 - x) + W @ u + sin(t)',
    params: { b: vector('state', 1), W: matrix('state', 'input') },
  });
  const flow = model({ cell: logistic, inputs: 2, units: 3, solver: euler, interpolation: 'linear' });
  const told = (of: Model) => () => timeConstants(of, irregular(of, 1, 1, { masked: false }));
  expect(told(jump)).toThrow(`timeConstants: cell "${jump.cell.name}" has no flow, so no time constants`);
  expect(told(flow)).toThrow('this cell has no flow of the form dx/dt = slope*x + rest');
});

test('each unit is summed up by its least, median and greatest time constant', () => {
  const of = net('ltc');
  const sequences = irregular(of, 4, 6);
  const { tau, units } = timeConstants(of, sequences);
  expect(units.map(({ unit, kind }) => [unit, kind])).toEqual([0, 1, 2, 3].map((unit) => [unit, 'liquid']));
  units.forEach(({ unit, least, median, most }) => {
    const own = Array.from(tau)
      .filter((value, k) => k % 4 === unit && value > 0)
      .sort((a, b) => a - b);
    expect([least, most]).toEqual([own[0], own.at(-1)]);
    expect(own.indexOf(median)).toBe(Math.round((own.length - 1) / 2));
  });
});

test('units of one cell may be liquid, constant and infinite, and one that grows is beyond infinite', () => {
  const gated = cell({
    name: 'gated',
    paper: 'made for this test',
    equation: 'dx/dt = -(a * sigmoid(W @ u) + b) * x',
    params: { W: matrix('state', 'input', 1, 1), a: vector('state'), b: vector('state') },
  });
  const of = model({ cell: gated, inputs: 1, units: 4, constraints: 'none' });
  const set = (name: string, values: readonly number[]) =>
    of.parameters.set(values, of.layout.find((slot) => slot.name === name)!.offset);
  set('a', [1, 0, 0, -1]);
  set('b', [1, 4, 0, 0.5]);
  const { kind, units } = timeConstants(of, { batch: 1, steps: 3, x: [0, -1000, 1000] });
  expect(kind).toBe('liquid');
  expect(units).toEqual([
    { unit: 0, kind: 'liquid', least: 1 / 2, median: 1 / 1.5, most: 1 },
    { unit: 1, kind: 'constant', least: 1 / 4, median: 1 / 4, most: 1 / 4 },
    { unit: 2, kind: 'infinite', least: Infinity, median: Infinity, most: Infinity },
    { unit: 3, kind: 'liquid', least: 2, median: Infinity, most: -2 },
  ]);
});

test('of several states that flow each has time constants of its own', () => {
  const of = model({ cell: everyCell['two states that flow together']!(), inputs: 2, units: 3, constraints: 'none' });
  const sequences = irregular(of, 2, 3, { masked: false });
  // dx/dt = c − b·x and dc/dt = … − sigmoid(x)·c.
  const b = parameter(of, 'b');
  timeConstants(of, sequences, { state: 'x' }).units.forEach(({ kind, most }, j) => {
    expect(kind).toBe('constant');
    expect(Math.abs(most * b[j]! - 1)).toBeLessThan(1e-15);
  });
  expect(timeConstants(of, sequences)).toEqual(timeConstants(of, sequences, { state: 'x' }));
  const { tau } = timeConstants(of, sequences, { state: 'c' });
  const { states } = program(of, { precision: 'float64' }).forward(sequences, { states: true });
  const wanted = tau.map((_, k) => 1 + Math.exp(-states![Math.floor(k / 3) * 6 + (k % 3)]!));
  // The polynomial of the elementary function is good to a few roundings.
  expect(distance(tau, wanted)).toBeLessThan(1e-14);
  expect(() => timeConstants(of, sequences, { state: 'v' })).toThrow(
    'timeConstants: state is "v", but must be "x" or "c"',
  );
});

test('sequences of which no sample exists have no time constants', () => {
  const of = net('ltc');
  expect(() => timeConstants(of, { batch: 1, steps: 1, x: [0, 0], mask: [0] })).toThrow(
    'timeConstants: no sample of the sequences exists; all are masked',
  );
  expect(() => timeConstants(of, { batch: 1, steps: 1, x: [0, 0] }, { unit: 1 } as object)).toThrow(
    'timeConstants: there is no option "unit"; the options are state',
  );
});
