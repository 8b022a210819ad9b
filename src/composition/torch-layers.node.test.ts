import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { distance } from '../../test/networks.ts';
import { arraysOf } from '../formats/arrays.ts';
import { scatter } from '../formats/mapping.ts';
import { networkOf } from '../formats/origin.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { torchModules } from '../formats/torch-module.ts';
import { program } from '../program.ts';

const files = ['torch-lstm-2-layers-both-ways', 'torch-gru-3-layers', 'torch-gru-2-layers-packed'];
// PyTorch adds in another order; float32 loses some of its 24 bits in each layer and step.
const engines = [
  { precision: 'float64', value: 1e-12, gradient: 1e-12 },
  { precision: 'float32', value: 2e-5, gradient: 2e-4 },
] as const;

const read = (name: string) => {
  const bytes = readFileSync(new URL(`../../test/golden/${name}.safetensors`, import.meta.url));
  const arrays = arraysOf(readSafetensors(new Uint8Array(bytes)).tensors);
  const parameters = arrays.under('param.');
  const origin = torchModules.find((each) => each.recognises(parameters))!;
  return { io: arrays.under('io.'), gradients: arrays.under('grad.'), origin, net: networkOf(origin, parameters, {}) };
};

for (const name of files) {
  test.for(engines)(`${name} agrees with PyTorch in every value and gradient in $precision`, (engine) => {
    const { io, gradients, origin, net } = read(name);
    const [batch, steps] = io('x').shape as [number, number];
    const it = program(net, { precision: engine.precision });
    const sequences = { batch, steps, x: io('x').data, ...(io.has('mask') ? { mask: io('mask').data } : {}) };
    const { outputs } = it.forward(sequences, { tape: true });
    const back = it.backward(io('cotangent').data);
    expect(distance(outputs, io('y').data)).toBeLessThan(engine.value);
    expect(distance(back.x, io('grad_x').data)).toBeLessThan(engine.gradient);
    const found = scatter(net, origin.mapping(net), back.parameters);
    expect([...found.keys()].sort()).toEqual([...gradients.names].sort());
    for (const [array, { data }] of found)
      expect(distance(data, gradients(array).data), array).toBeLessThan(engine.gradient);
  });
}

test('final states of sequences of several lengths are those of PyTorch: the last of the one direction, the first of the other', () => {
  const { io, net } = read('torch-gru-2-layers-packed');
  const [batch, steps] = io('x').shape as [number, number];
  const { final } = program(net, { precision: 'float64' }).forward({
    batch,
    steps,
    x: io('x').data,
    mask: io('mask').data,
  });
  const width = final.length / batch;
  const last = final.filter((_, k) => k % width >= width - 6);
  expect(distance(last, io('last').data)).toBeLessThan(1e-12);
});
