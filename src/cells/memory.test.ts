import { expect, test } from 'vitest';
import { sparse } from '../../test/networks.ts';
import { type Model, model } from '../model.ts';
import { cell, cellFromData, cellToData, type Memory, positive, spread, vector } from './cell.ts';
import { ctrnn } from './ctrnn.ts';
import { liquid } from './liquid.ts';
import { ltc } from './ltc.ts';
import { synaptic } from './synaptic.ts';

const memory: Memory = [2, 50];
const start = (of: Model, name: string): readonly number[] => {
  const { offset, size } = of.layout.find((slot) => slot.name === name)!;
  return [...of.parameters.subarray(offset, offset + size)];
};
const net = (of: ReturnType<typeof cell>, units = 400) =>
  model({ cell: of, inputs: 1, units, constraints: 'none', seed: 5 });

/** Whether numbers are spread evenly over the logarithms from lo to hi: within 0.1 of it, where 400 draws stay within 1.63/√400 = 0.08 in 99 of 100 cases. */
const expectSpread = (values: readonly number[], lo: number, hi: number) => {
  const places = values.map((value) => Math.log(value / lo) / Math.log(hi / lo)).sort((a, b) => a - b);
  expect(places[0]).toBeGreaterThanOrEqual(0);
  expect(places.at(-1)).toBeLessThanOrEqual(1);
  for (const [k, place] of places.entries()) expect(Math.abs(place - k / places.length)).toBeLessThan(0.1);
};

test('time constants start evenly over the logarithms of the times asked for', () => {
  expectSpread(start(net(liquid({ memory })), 'tau'), 2, 50);
  expectSpread(start(net(ctrnn({ memory })), 'tau'), 2, 50);
  expectSpread(start(net(ltc({ memory, activation: 'tanh' })), 'tau'), 2, 50);
});

test('half of the rate of an ltc is its leak and half its gate', () => {
  const of = net(ltc({ memory }));
  expectSpread(start(of, 'tau'), 4, 100);
  expectSpread(
    start(of, 'b').map((b) => Math.exp(-b)),
    4,
    100,
  );
});

test('the capacitance of a synaptic neuron grows with the synapses that lead to it', () => {
  const of = model({
    cell: synaptic({ memory: [10, 10] }),
    inputs: 3,
    wiring: sparse(3, 12, 2),
    constraints: 'none',
  });
  const leading = new Array<number>(12).fill(0);
  for (const { target } of [of.connections.sensory, of.connections.recurrent]) for (const j of target) leading[j]! += 1;
  expect(new Set(leading).size).toBeGreaterThan(3);
  start(of, 'cm').forEach((cm, j) => {
    expect(cm).toBeCloseTo(10 * 0.5 * (1 + 0.2 * leading[j]!), 10);
  });
});

test('memory changes no other array, and no draw of them', () => {
  const [ncps, remembering] = [net(synaptic(), 6), net(synaptic({ memory }), 6)];
  for (const { name } of ncps.layout) {
    if (name === 'cm') expect(start(ncps, name)).not.toEqual(start(remembering, name));
    else expect(start(ncps, name)).toEqual(start(remembering, name));
  }
});

test('E25 a cell with memory is plain JSON data', () => {
  for (const make of [liquid, ctrnn, ltc, synaptic]) {
    const of = make({ memory });
    expect(cellFromData(JSON.parse(JSON.stringify(cellToData(of))))).toEqual(of);
  }
});

test('times that are none are refused', () => {
  for (const wrong of [
    [0, 1],
    [2, 1],
    [1, Number.POSITIVE_INFINITY],
    [Number.NaN, 1],
  ] as const)
    for (const make of [liquid, ctrnn, ltc, synaptic])
      expect(() => make({ memory: wrong })).toThrow(`memory is [${wrong}], but must be two positive numbers in order`);
  const odd = (tau: ReturnType<typeof vector>) => () =>
    cell({ name: 'odd', paper: '', equation: 'dx/dt = u0 - x / tau', params: { tau, u0: vector('state') } });
  const start = { lo: 1, hi: 2 };
  expect(odd({ ...vector('state'), initial: { ...start, lo: -1, log: true } })).toThrow(
    'only positive numbers have them',
  );
  expect(odd(positive({ ...vector('state'), initial: { ...start, perSynapse: 1 } }))).not.toThrow();
  const slots = { ...spread(memory, 1, 1), axes: ['slot'] };
  expect(() =>
    cell({
      name: 'odd',
      paper: '',
      axes: { slot: 2 },
      equation: 'dx[j]/dt = sum[k](tau[k]) - x[j]',
      params: { tau: slots },
    }),
  ).toThrow('so its only axis must be "state"');
});
