import { expect, test } from 'vitest';
import { ltc } from '../cells/ltc.ts';
import { model } from '../model.ts';
import { models } from '../network.ts';
import { program } from '../program.ts';
import { bidirectional, stack } from '../stack.ts';
import { layerSequences } from './layer-sequences.ts';

const layer = (inputs: number, units: number, seed: number) => model({ cell: ltc(), inputs, units, seed });
const x = Array.from({ length: 2 * 5 * 2 }, (_, k) => Math.sin(k));
const dt = Array.from({ length: 2 * 5 }, (_, k) => 0.5 + (k % 3));
const exact = { precision: 'float64' } as const;

test('a layer reads what the layers before it put out, at the same times', () => {
  const net = stack({ layers: [layer(2, 4, 1), layer(4, 3, 2), layer(3, 2, 3)] });
  const read = layerSequences(net, { batch: 2, steps: 5, x, dt });
  expect(read.map(({ x }) => x.length)).toEqual([20, 40, 30]);
  for (const each of read) expect(each.dt).toEqual(dt);
  const [, , last] = models(net);
  expect(program(last!.model, exact).forward(read[2]!).outputs).toEqual(
    program(net, exact).forward({ batch: 2, steps: 5, x, dt }).outputs,
  );
});

test('the backward one of two reads every sequence from its end', () => {
  const net = bidirectional({ forward: layer(1, 2, 1), backward: layer(1, 3, 2) });
  const [forward, backward] = layerSequences(net, { batch: 2, steps: 3, x: [1, 2, 3, 4, 5, 6] });
  expect(Array.from(forward!.x)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Array.from(backward!.x)).toEqual([3, 2, 1, 6, 5, 4]);
});

test('a model alone reads the sequences themselves', () => {
  const sequences = { batch: 2, steps: 5, x, dt };
  expect(layerSequences(layer(2, 3, 1), sequences)).toEqual([sequences]);
});
