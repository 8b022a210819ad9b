import { expect, test } from 'vitest';
import { distance, everyCell, irregular, sparse } from '../../test/networks.ts';
import { slope } from '../compiler/observation.ts';
import { type Model, model } from '../model.ts';
import { program } from '../program.ts';
import { synapseCurrents } from './synapse-currents.ts';

const [batch, steps, units] = [2, 5, 4];
const of = model({ cell: everyCell.synaptic!(), inputs: 3, wiring: sparse(3, units, 2), constraints: 'none', seed: 3 });
const sequences = irregular(of, batch, steps);
const parameter = ({ layout, parameters }: Model, name: string) => {
  const { offset, size } = layout.find((slot) => slot.name === name)!;
  return parameters.subarray(offset, offset + size);
};
const it = program(of, { precision: 'float64' });
const states = it.forward(sequences, { states: true }).states!;
const kept = Array.from({ length: batch * steps }, (_, at) => at).filter((at) => sequences.mask![at] !== 0);

test('the currents of a synaptic network are w·σ(·)·(E − x)/cm of each synapse, its conductances w·σ(·)/cm', () => {
  const found = synapseCurrents(of, sequences);
  expect(found.map(({ relation }) => relation)).toEqual(['input->state', 'state->state']);
  const cm = parameter(of, 'cm');
  found.forEach(({ source, target, current, conductance }, k) => {
    const sensory = k === 0;
    const connections = sensory ? of.connections.sensory : of.connections.recurrent;
    expect([source, target]).toEqual([connections.source, connections.target]);
    const [w, sigma, mu, erev] = ['w', 'sigma', 'mu', 'erev'].map((name) =>
      parameter(of, sensory ? `sensory_${name}` : name),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    const [currents, conductances] = [new Float64Array(current.length), new Float64Array(current.length)];
    for (const at of kept) {
      for (let s = 0; s < source.length; s++) {
        const from = sensory
          ? parameter(of, 'input_w')[source[s]!]! * sequences.x[at * 3 + source[s]!]! +
            parameter(of, 'input_b')[source[s]!]!
          : states[at * units + source[s]!]!;
        const open = w[s]! / (1 + Math.exp(-sigma[s]! * (from - mu[s]!))) / cm[target[s]!]!;
        conductances[at * source.length + s] = open;
        currents[at * source.length + s] = open * (erev[s]! - states[at * units + target[s]!]!);
      }
    }
    // float64 and a dozen roundings; masked steps, 0, among them.
    expect(distance(current, currents)).toBeLessThan(1e-14);
    expect(distance(conductance, conductances)).toBeLessThan(1e-14);
  });
});

test('the conductances of a neuron’s synapses and its leak are its rate, step by step', () => {
  const slopes = program(of, { observe: slope(), precision: 'float64' }).forward(sequences).outputs;
  const [gleak, cm] = [parameter(of, 'gleak'), parameter(of, 'cm')];
  const rates = new Float64Array(slopes.length);
  for (const at of kept) for (let j = 0; j < units; j++) rates[at * units + j] = (gleak[j]! + 1e-8) / cm[j]!;
  for (const { target, conductance } of synapseCurrents(of, sequences))
    conductance.forEach((value, k) => {
      rates[Math.floor(k / target.length) * units + target[k % target.length]!]! += value;
    });
  expect(
    distance(
      slopes.map((value) => 0 - value),
      rates,
    ),
  ).toBeLessThan(1e-14);
});

test('a cell of another equation whose flow adds up its synapses has currents too, of those relations only', () => {
  const other = model({ cell: everyCell['two layers of the same synapses']!(), inputs: 2, units: 3, seed: 2 });
  const data = irregular(other, 1, 4, { masked: false });
  const [only, ...none] = synapseCurrents(other, data);
  expect(none).toEqual([]);
  const { relation, source, target, current, conductance } = only!;
  expect(relation).toBe('state->state');
  expect(conductance.every((value) => value === 0)).toBe(true);
  // dx/dt = R @ h − x with h = tanh(R @ x + W @ u + b).
  const x = program(other, { precision: 'float64' }).forward(data, { states: true }).states!;
  const [W, R, b] = ['W', 'R', 'b'].map((name) => parameter(other, name)) as [Float64Array, Float64Array, Float64Array];
  for (let t = 0; t < 4; t++) {
    const h = Array.from(b, (own, j) =>
      Math.tanh(
        [0, 1, 2].reduce((sum, i) => sum + R[j * 3 + i]! * x[t * 3 + i]!, 0) +
          [0, 1].reduce((sum, k) => sum + W[j * 2 + k]! * data.x[t * 2 + k]!, 0) +
          own,
      ),
    );
    const wanted = Array.from(source, (from, s) => R[target[s]! * 3 + from]! * h[from]!);
    expect(distance(current.slice(t * source.length, (t + 1) * source.length), wanted)).toBeLessThan(1e-14);
  }
});

test.for(['ltc', 'gru', 'liquid', 'synapses between neurons of several slots'])(
  'a cell whose synapses act through a function, or without a flow of its neurons, has none: %s',
  (name) => {
    const without = model({ cell: everyCell[name]!(), inputs: 2, units: 3 });
    expect(() => synapseCurrents(without, irregular(without, 1, 2))).toThrow(
      /^synapseCurrents: what the synapses of cell ".*" do is not added up in a flow of its neurons, so none has a current of its own$/,
    );
  },
);
