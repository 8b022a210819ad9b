import { expect, test } from 'vitest';
import { cell, matrix, positive, vector } from '../cells/cell.ts';
import { cells } from '../cells/index.ts';
import { type Model, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { certify } from './certify.ts';

/** The same model with one number for all stored values of a parameter. */
function having(net: Model, name: string, value: number): Model {
  const { offset, size } = net.layout.find((slot) => slot.name === name)!;
  return withParameters(
    net,
    net.parameters.map((own, k) => (k >= offset && k < offset + size ? value : own)),
  );
}
const own = (equation: string, params: Parameters<typeof cell>[0]['params']) =>
  model({ cell: cell({ name: 'own', paper: 'none', equation, params }), inputs: 1, units: 2, seed: 1 });
/** f = tanh, whose rate changes sign where f is below −1/2. */
const tanh = having(
  model({ cell: cells.ltc({ activation: 'tanh' }), inputs: 2, units: 2, seed: 4 }),
  'tau',
  Math.log(Math.expm1(2)),
);

test('a corner is in the ranges that are given, however far those are from 0', () => {
  const { violation } = certify(tanh, { inputs: [200, 300], initial: [150, 160] });
  for (const u of violation!.corner.inputs) expect(u === 200 || u === 300).toBe(true);
  for (const x of violation!.corner.states) expect(x >= 150 && x <= 160).toBe(true);
  expect(violation!.strength).toBeLessThan(-0.99);
});

test('a corner is where the term is worst, also where nothing shows that in the middle', () => {
  // tanh(30) is 1 for all inputs nearby.
  const { violation } = certify(having(tanh, 'b', 30));
  expect(violation!.reason).toMatch('because f can be -1.000');
  expect(violation!.strength).toBeLessThan(-0.99);
  expect(violation!.witness.leaves).toBeGreaterThan(0);
});

test('a product is worst where no factor is 0', () => {
  const net = own('dx/dt = -x + (W @ u)*(V @ u)', {
    W: matrix('state', 'input', 1, 2),
    V: matrix('state', 'input', 1, 2),
  });
  const { violation } = certify(net);
  expect(Math.abs(violation!.corner.inputs[0]!)).toBe(100);
});

test('a drive is named whatever the signs of its weights', () => {
  for (const sign of ['+', '-'])
    expect(certify(own(`dx/dt = -x ${sign} W @ u`, { W: matrix('state', 'input', 1, 2) })).summary).toBe(
      'no certificate: u[input], which drives x[0], outgrows what pulls it back',
    );
});

test('initial states and jumps without bounds are named as such', () => {
  const params = { A: vector('state', -1, 1), tau: positive(vector('state', 1, 2)) };
  const pulled = own('dx/dt = (A - x)/tau', params);
  expect(certify(pulled, { initial: [0, Number.POSITIVE_INFINITY] }).summary).toBe(
    'no certificate: the initial states have no bound',
  );
  const jumping = own("x' = W @ u\ndx/dt = (A - x)/tau", { ...params, W: matrix('state', 'input') });
  expect(certify(jumping).summary).toBe('no certificate: no bound was found of what a jump makes of x[0]');
  expect(certify(jumping, { inputs: [-1, 1] }).holds).toBe(true);
});
