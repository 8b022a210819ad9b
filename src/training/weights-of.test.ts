import { expect, test } from 'vitest';
import { bounded, cell, matrix, positive, vector } from '../cells/cell.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { model } from '../model.ts';
import { stack } from '../stack.ts';
import { full } from '../wirings/full.ts';
import { weightsOf } from './weights-of.ts';

/** The names of the arrays whose entries are all weights; the others must have none. */
const weighty = (of: ReturnType<typeof model>) => {
  const isWeight = weightsOf(of);
  return of.layout.flatMap(({ name, offset, size }) => {
    const entries = new Set(isWeight.subarray(offset, offset + size));
    expect(entries.size).toBe(1);
    return entries.has(1) ? [name] : [];
  });
};

test('weights are the matrices without a constraint, those of the readout too', () => {
  const drawn = cell({
    name: 'drawn',
    paper: 'none',
    equation: 'dx/dt = -x/tau + tanh(W @ u + abs(P) @ x + B @ x + b)',
    params: {
      W: matrix('state', 'input'),
      P: positive(matrix('state', 'state', 0.1, 1)),
      B: bounded(matrix('state', 'state', 0, 1), -1, 1),
      b: vector('state'),
      tau: positive(vector('state', 1, 2)),
    },
  });
  const net = model({ cell: drawn, inputs: 2, units: 3, readout: { outputs: 1, when: 'every' } });
  expect(weighty(net)).toEqual(['W', 'readout_W']);
});

test('wired arrays are weights too, though they are stored as a list of synapses', () => {
  const names = weighty(model({ cell: synaptic(), inputs: 2, wiring: full(3) }));
  expect(names).toContain('erev');
  expect(names).not.toContain('w');
  expect(names).not.toContain('vleak');
});

test('of a stack, each layer has its own', () => {
  const layer = { cell: ltc(), units: 2 };
  const net = stack({ layers: [model({ ...layer, inputs: 1 }), model({ ...layer, inputs: 2 })] });
  const isWeight = weightsOf(net);
  const of = (name: string) => {
    const { offset, size } = net.layout.find((slot) => slot.name === name)!;
    return [...new Set(isWeight.subarray(offset, offset + size))];
  };
  expect(['0.W', '1.R', '0.tau', '1.b'].map(of)).toEqual([[1], [1], [0], [0]]);
});
