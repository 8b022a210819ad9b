import { expect, test } from 'vitest';
import { everyCell } from '../../test/networks.ts';
import { lstm } from '../cells/lstm.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { model } from '../model.ts';
import { rk4 } from '../solvers/rk4.ts';
import { stack } from '../stack.ts';
import { custom } from '../wirings/custom.ts';
import { autoNcp } from '../wirings/ncp.ts';
import { summary } from './summary.ts';

test('a summary tells the layers, arrays, shapes, constraints and equation of a model', () => {
  const net = model({ cell: ltc(), inputs: 3, units: 4, readout: { outputs: 2, when: 'every' } });
  expect(summary(net)).toBe(
    `
A network of 4 ltc units, 3 inputs, 2 outputs and 50 parameters.

part                        shape                neurons  synapses  parameters
input                       batch × steps × 3
layer        ltc            batch × steps × 4          4        28          40
  W                         input → state, 12                               12
  R                         state → state, 16                               16
  b                         state 4                                          4
  tau        positive       state 4                                          4
  A                         state 4                                          4
readout      at every step  batch × steps × 2                               10
  readout_W                 readout 2 × motor 4                              8
  readout_b                 readout 2                                        2
total                       batch × steps × 2          4        28          50

0.200 kB of parameters in float32, twice that in float64

Equation
  f = sigmoid(W @ u + R @ x + b)
  dx/dt = -(1/tau + f) * x + f * A
  Hasani, Lechner, Amini, Rus, Grosu 2021, Liquid Time-constant Networks, eq. 1
  solver: semi-implicit · sub-steps: 6 a sample · constraints: softplus · time unit: 1.000 s`.trim(),
  );
});

test.for(Object.keys(everyCell))('the rows of %s add up to all parameters, each array being one', (name) => {
  const net = stack({
    cell: everyCell[name]!(),
    inputs: 2,
    units: [5, 3],
    bidirectional: true,
    readout: { outputs: 2, when: 'last' },
  });
  const text = summary(net);
  const [, rows] = text.split('\n\n') as [string, string];
  const last = (line: string) => Number(line.split(/\s+/).at(-1)!.replaceAll(',', ''));
  const sum = (lines: readonly string[]) => lines.reduce((total, line) => total + last(line), 0);
  const lines = rows.split('\n').slice(2);
  const arrays = lines.filter((line) => line.startsWith('  '));
  const parts = lines.filter((line) => /^(layer|readout)/.test(line));
  expect(arrays).toHaveLength(net.layout.length);
  expect([sum(arrays), sum(parts), last(lines.at(-1)!)]).toEqual(Array(3).fill(net.parameters.length));
  expect(lines.at(-1)).toContain('batch × 2');
});

test('layers that compute alike share an equation, others have their own', () => {
  const alike = summary(stack({ cell: ltc(), inputs: 2, units: [4, 3], dropout: 0.1 }));
  expect(alike.match(/dx\/dt/g)).toHaveLength(1);
  expect(alike).toContain('dropout of 0.1 between layers');
  const first = model({ cell: ltc(), inputs: 2, units: 3 });
  const second = model({ cell: ltc(), inputs: 3, units: 3, solver: rk4, maxStep: 0.25, missing: 'hold' });
  const third = model({ cell: lstm(), inputs: 3, units: 3 });
  const mixed = summary(stack({ layers: [first, second, third] }));
  for (const said of ['Equation of layer 1\n', 'Equation of layer 2\n', 'Equation of layer 3\n', 'solver: rk4'])
    expect(mixed).toContain(said);
  expect(mixed).toContain('sub-steps: of at most 0.250');
});

test('both directions of a layer are rows of their own, and it is told how they are put together', () => {
  const net = stack({
    cell: ltc(),
    inputs: 2,
    units: [4, 3],
    bidirectional: true,
    readout: { outputs: 1, when: 'every' },
  });
  const text = summary(net);
  for (const said of [
    'layer 1, forward',
    'layer 2, backward',
    'layer 1: the outputs of both directions are side by side',
    'layer 2: the outputs of both directions are added',
  ])
    expect(text).toContain(said);
});

test('a wired network tells how many of its synapses exist, its layers, and the neurons that take no part', () => {
  const wired = summary(model({ cell: synaptic(), inputs: 2, wiring: autoNcp({ units: 12, outputs: 2 }) }));
  expect(wired).toMatch(/layer +synaptic +batch × steps × 2 +12 +\d+ of 168 /);
  expect(wired).toMatch(/wiring: layers of \d+ → \d+ → 2 neurons, 2 of them motor neurons/);
  // The input reaches neuron 0, the output; 2 leads to 1, and neither to it.
  const adjacency = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
  ];
  const lonely = custom(adjacency, [[1, 0, 0]], 1);
  const text = summary(model({ cell: synaptic(), inputs: 1, wiring: lonely }));
  expect(text).toContain('no input reaches neurons 1, 2');
});
