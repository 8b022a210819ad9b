import { expect, test } from 'vitest';
import { draws, everyCell } from '../../test/networks.ts';
import { model } from '../model.ts';
import { stack } from '../stack.ts';
import { medianTimeConstant } from './median-time-constant.ts';

const [batch, steps, inputs] = [20, 4, 2];
const sequences = { batch, steps, x: draws(batch * steps * inputs) };
const net = (name: string) => model({ cell: everyCell[name]!(), inputs, units: 3, constraints: 'none', seed: 2 });

test('the median of constant time constants is that of the parameter', () => {
  const of = net('liquid');
  const { offset } = of.layout.find(({ name }) => name === 'tau')!;
  of.parameters.set([7, 2, 3], offset);
  // 1/(1/τ), and a quotient in the equation.
  expect(medianTimeConstant(of, sequences)).toBeCloseTo(3, 14);
  const layers = [of, model({ cell: everyCell.gru!(), inputs: 3, units: 2 })];
  expect(medianTimeConstant(stack({ layers }), sequences)).toBe(medianTimeConstant(of, sequences));
});

test('the first sequences count, masked steps do not', () => {
  const of = net('ltc');
  const eight = { batch: 8, steps, x: sequences.x.subarray(0, 8 * steps * inputs) };
  expect(medianTimeConstant(of, sequences)).toBe(medianTimeConstant(of, eight));
  const mask = new Uint8Array(batch * steps).map((_, k) => (k % steps === 0 ? 1 : 0));
  const firsts = { batch: 8, steps: 1, x: eight.x.filter((_, k) => k % (steps * inputs) < inputs) };
  expect(medianTimeConstant(of, { ...sequences, mask })).toBe(medianTimeConstant(of, firsts));
  expect(medianTimeConstant(of, { ...sequences, mask: mask.fill(0) })).toBe(undefined);
});

test('a cell without a flow, or whose flow has no leak, has none', () => {
  for (const name of ['gru', 'cfc', 'neural-ode', 'ode-rnn'])
    expect(medianTimeConstant(net(name), sequences), name).toBe(undefined);
});
