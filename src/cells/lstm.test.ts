import { expect, test } from 'vitest';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { lstm } from './lstm.ts';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

test.for(['torch', 'ncps'] as const)('a fresh lstm in the form %s starts with open forget gates', (form) => {
  const net = model({ cell: lstm({ form }), inputs: 1, units: 2, seed: 4 });
  // With no input, no output yet and all else at 0, the cell keeps sigmoid(1) of what it has; float64.
  const { final } = program(net, { backend: 'javascript' }).forward({
    batch: 1,
    steps: 1,
    x: [0],
    initial: [0, 0, 2, -3],
  });
  expect(final[2]).toBeCloseTo(2 * sigmoid(1), 14);
  expect(final[3]).toBeCloseTo(-3 * sigmoid(1), 14);
});

test('the form ncps has one bias a gate, the form torch two', () => {
  const biases = (form: 'torch' | 'ncps') => Object.keys(lstm({ form }).params).filter((name) => /^[bd]_/.test(name));
  expect(biases('ncps')).toEqual(['b_i', 'b_f', 'b_g', 'b_o']);
  expect(biases('torch')).toHaveLength(8);
});

test('a form that there is not is refused', () => {
  expect(() => lstm({ form: 'keras' as never })).toThrow('lstm: form is "keras", but must be "torch" or "ncps"');
});
