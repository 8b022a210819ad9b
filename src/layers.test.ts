import { expect, test } from 'vitest';
import { naive } from '../test/naive.ts';
import { distance, draws, irregular } from '../test/networks.ts';
import { cell, matrix, vector, wired } from './cells/cell.ts';
import { model, synapsesOf } from './model.ts';
import { program } from './program.ts';
import { euler } from './solvers/euler.ts';
import { custom } from './wirings/custom.ts';
import type { Wiring } from './wirings/wiring.ts';

/** Three layers of five neurons: 3, 1 → 4 → 2, 0; the synapses of neuron 4 to itself are the only ones within a layer. */
const layered: Wiring = {
  name: 'layered',
  units: 5,
  outputs: 2,
  connect: (inputs) => ({
    ...custom(
      [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, -1],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [1, 0, -1, 0, 1],
      ],
      Array.from({ length: inputs }, (_, k) => [0, k % 2, 0, 1, 0]),
      2,
    ).connect(inputs),
    layers: [[3, 1], [4], [2, 0]],
  }),
};

const chain = () =>
  cell({
    name: 'chain',
    paper: 'made for this test',
    states: { a: ['layer0'], b: ['layer1'], c: ['layer2'] },
    equation: `
      a' = tanh(U @ u + a)
      b' = tanh(V @ a' + R @ b)
      c' = tanh(W @ b' + d * c)
      y = c
    `,
    params: {
      U: wired(matrix('layer0', 'input', -1, 1)),
      V: wired(matrix('layer1', 'layer0', -1, 1)),
      R: wired(matrix('layer1', 'layer1', -1, 1)),
      W: wired(matrix('layer2', 'layer1', -1, 1)),
      d: vector('layer2', 0.5),
    },
  });

test('the synapses between layers are those of the wiring, numbered within the layers', () => {
  const connections = layered.connect(3);
  expect(synapsesOf(connections, 'input->layer0')).toEqual({
    source: Int32Array.of(0, 1, 2, 1),
    target: Int32Array.of(0, 0, 0, 1),
    polarity: Int8Array.of(1, 1, 1, 1),
  });
  expect(synapsesOf(connections, 'layer0->layer1')).toEqual({
    source: Int32Array.of(0, 1),
    target: Int32Array.of(0, 0),
    polarity: Int8Array.of(1, -1),
  });
  expect(synapsesOf(connections, 'layer1->layer2')).toEqual({
    source: Int32Array.of(0, 0),
    target: Int32Array.of(0, 1),
    polarity: Int8Array.of(-1, 1),
  });
  expect(synapsesOf(connections, 'layer1->layer1').source).toHaveLength(1);
  expect(synapsesOf(connections, 'layer0->layer2').source).toHaveLength(0);
  expect(() => synapsesOf(connections, 'layer0->layer3')).toThrow(
    'a parameter is wired along layer0->layer3, but synapses lead from input, state or a layer to state or a layer, and this wiring has 3 layers',
  );
});

test('a cell whose states are layers computes what its equation says, on every backend', () => {
  const net = model({ cell: chain(), inputs: 3, wiring: layered, solver: euler, seed: 6 });
  expect(net.layout.map(({ name, size }) => [name, size])).toEqual([
    ['U', 4],
    ['V', 2],
    ['R', 1],
    ['W', 2],
    ['d', 2],
  ]);
  const sequences = irregular(net, 3, 4, { masked: false });
  const wanted = naive(net, sequences);
  const [oracle, ...others] = ([{ backend: 'javascript' }, { precision: 'float64' }, {}] as const).map((engine) => {
    const it = program(net, engine);
    const { outputs } = it.forward(sequences, { tape: true });
    return { outputs, gradients: it.backward(draws(outputs.length)) };
  });
  expect(distance(oracle!.outputs, wanted)).toBeLessThan(1e-14);
  for (const { outputs, gradients } of others) {
    // The last is in float32.
    expect(distance(outputs, oracle!.outputs)).toBeLessThan(1e-6);
    expect(distance(gradients.parameters, oracle!.gradients.parameters)).toBeLessThan(1e-5);
    expect(distance(gradients.x, oracle!.gradients.x)).toBeLessThan(1e-5);
  }
});
