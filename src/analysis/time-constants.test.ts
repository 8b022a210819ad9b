import { expect, test } from 'vitest';
import { draws, everyCell, irregular } from '../../test/networks.ts';
import { cell, matrix, vector } from '../cells/cell.ts';
import { cells } from '../cells/index.ts';
import { type Model, model } from '../model.ts';
import { withParameters } from '../network.ts';
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
  for (const of of [jump, flow])
    expect(() => timeConstants(of, irregular(of, 1, 1, { masked: false }))).toThrow(
      'this cell has no flow of the form dx/dt = slope*x + rest',
    );
});
