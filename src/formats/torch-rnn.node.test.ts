import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { distance, draws, irregular } from '../../test/networks.ts';
import { gru } from '../cells/gru.ts';
import { lstm } from '../cells/lstm.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { arraysOf } from './arrays.ts';
import { gather, scatter } from './mapping.ts';
import { readSafetensors } from './safetensors.ts';
import { torchGru, torchLstm } from './torch-rnn.ts';

const families = { 'torch-lstm-9': torchLstm, 'torch-gru-9': torchGru };
const engines = [
  // float64 adds in another order than PyTorch; float32 has 24 bits, and eleven steps to lose some.
  { backend: 'javascript', precision: 'float64', value: 1e-12, gradient: 1e-12 },
  { backend: 'wasm', precision: 'float64', value: 1e-12, gradient: 1e-12 },
  { backend: 'wasm', precision: 'float32', value: 2e-5, gradient: 2e-4 },
] as const;

const read = (name: string) => {
  const bytes = readFileSync(new URL(`../../test/golden/${name}.safetensors`, import.meta.url));
  return arraysOf(readSafetensors(new Uint8Array(bytes)).tensors);
};

for (const [name, family] of Object.entries(families)) {
  test.for(engines)(`${name} agrees in every value and gradient on $backend, $precision`, (engine) => {
    const arrays = read(name);
    const parameters = arrays.under('param.');
    const empty = model(family.options(parameters, {}));
    const mapping = family.mapping(empty);
    const net = gather(empty, mapping, parameters);
    const [batch, steps] = arrays('io.x').shape as [number, number];
    const it = program(net, { backend: engine.backend, precision: engine.precision });
    const { outputs } = it.forward({ batch, steps, x: arrays('io.x').data }, { tape: true });
    const back = it.backward(arrays('io.cotangent').data);
    expect(distance(outputs, arrays('io.y').data)).toBeLessThan(engine.value);
    expect(distance(back.x, arrays('io.grad_x').data)).toBeLessThan(engine.gradient);
    const gradients = scatter(net, mapping, back.parameters);
    expect([...gradients.keys()].sort()).toEqual([...parameters.names].sort());
    for (const [array, { shape, data }] of gradients) {
      expect(shape).toEqual(parameters(array).shape);
      expect(distance(data, arrays(`grad.${array}`).data), array).toBeLessThan(engine.gradient);
    }
  });

  test(`${name} is the same arrays again after a way through a model`, () => {
    const parameters = read(name).under('param.');
    const net = gather(
      model(family.options(parameters, {})),
      family.mapping(model(family.options(parameters, {}))),
      parameters,
    );
    const back = scatter(net, family.mapping(net), net.parameters);
    for (const array of parameters.names) expect(back.get(array)!.data).toEqual(parameters(array).data);
    expect(family.settings(net)).toEqual({});
  });
}

test('a module of PyTorch is known by how many gates its arrays stack', () => {
  for (const [name, family] of Object.entries(families)) {
    const arrays = read(name).under('param.');
    for (const each of [torchLstm, torchGru]) expect(each.recognises(arrays), each.name).toBe(each === family);
    expect(family.recognises(read(name))).toBe(false);
  }
});

test('one unit and one input make sense too', () => {
  const net = model({ cell: gru(), inputs: 1, units: 1 });
  const arrays = arraysOf(scatter(net, torchGru.mapping(net), draws(net.parameters.length)) as never);
  expect(torchGru.recognises(arrays)).toBe(true);
  const again = gather(model(torchGru.options(arrays, {})), torchGru.mapping(net), arrays);
  const sequences = irregular(net, 2, 3, { masked: false });
  expect(program(again).forward(sequences).outputs.length).toBe(6);
  expect(again.parameters).toEqual(draws(net.parameters.length));
});

test('what PyTorch has no single module for is not called one of its modules', () => {
  const readout = { outputs: 2, when: 'every' } as const;
  expect(torchLstm.settings(model({ cell: lstm(), inputs: 2, units: 3 }))).toEqual({});
  expect(torchLstm.settings(model({ cell: lstm(), inputs: 2, units: 3, readout }))).toBeUndefined();
  expect(torchLstm.settings(model({ cell: lstm({ form: 'ncps' }), inputs: 2, units: 3 }))).toBeUndefined();
  expect(torchLstm.settings(model({ cell: gru(), inputs: 2, units: 3 }))).toBeUndefined();
});

test('a second layer is refused by the name of its first array', () => {
  const tensors = new Map(
    ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0', 'weight_ih_l1'].map((name) => [
      name,
      { shape: name.startsWith('weight') ? [8, 2] : [8], data: new Float64Array(name.startsWith('weight') ? 16 : 8) },
    ]),
  );
  expect(() => torchLstm.options(arraysOf(tensors), {})).toThrow(
    'torch-lstm: there is an array "weight_ih_l1"; wanted one layer in one direction: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0',
  );
});
