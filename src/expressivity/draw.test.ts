import { expect, test } from 'vitest';
import { draw, type Layer } from './draw.ts';
import type { Setting } from './panel.ts';
import { type ReadingName, readings } from './readings.ts';

const setting: Setting = {
  label: '',
  activation: 'tanh',
  depth: 2,
  width: 40,
  variance: 4,
  solver: 'ode45',
  inputSteps: 100,
};
const drawn = (as: ReadingName, of: Partial<Setting> = {}, seed = 1, number = 0) =>
  draw({ ...setting, ...of }, readings[as], seed, number);

/** Root mean square over many draws of an array of the layers. */
function deviation(as: ReadingName, array: Exclude<keyof Layer, 'inputs'>): number {
  const values = Array.from({ length: 60 }, (_, number) => drawn(as, {}, 5, number)).flatMap((layers) =>
    layers.flatMap((layer) => [...layer[array]]),
  );
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
}

test('a draw follows from seed, depth, width and number, and from nothing else', () => {
  expect(drawn('code')).toEqual(drawn('code'));
  expect(drawn('code', { activation: 'ReLU', solver: 'ode23', inputSteps: 10, label: 'other' })).toEqual(drawn('code'));
  const firsts = [
    drawn('code'),
    drawn('code', {}, 2),
    drawn('code', {}, 1 + 2 ** 32),
    drawn('code', {}, 1, 1),
    drawn('code', { width: 41 }),
    drawn('code', { depth: 3 }),
  ].map((layers) => layers[0]!.forward[0]);
  expect(new Set(firsts).size).toBe(firsts.length);
  const many = Array.from({ length: 1000 }, (_, number) => drawn('code', { width: 1, depth: 1 }, 1, number));
  expect(new Set(many.map(([layer]) => layer!.forward[0])).size).toBe(1000);
});

test('σ and the reading change the scale of a draw only', () => {
  const [one] = drawn('code');
  const [half] = drawn('code', { variance: 2 });
  const [text] = drawn('text');
  one!.forward.forEach((weight, k) => {
    // Quotients of powers, each rounded.
    expect(Math.abs(weight / half!.forward[k]! - 2)).toBeLessThan(1e-14);
    expect(Math.abs(weight / text!.forward[k]! / (4 * Math.sqrt(40 / 4)) - 1)).toBeLessThan(1e-14);
  });
  expect(text!.bias).toEqual(one!.bias);
});

test('the layers have the shapes that they say', () => {
  const [first, second] = drawn('code');
  expect([first!.inputs, first!.forward.length, first!.recurrent.length]).toEqual([2, 80, 1600]);
  expect([second!.inputs, second!.forward.length, second!.A.length]).toEqual([40, 1600, 40]);
  expect(first!.tau.every((tau) => tau > 0)).toBe(true);
});

// Standard deviations for σ_w² = 4 and k = 40; A is a sum over the width as coded.
const stated: Record<ReadingName, { weights: number; A: number; tau: number }> = {
  code: { weights: 4, A: 4 * Math.sqrt(40), tau: 4 },
  text: { weights: Math.sqrt(4 / 40), A: Math.sqrt(4 / 40), tau: 1 },
  'one-A': { weights: 4, A: 4, tau: 4 },
  'true-hard-tanh': { weights: 4, A: 4 * Math.sqrt(40), tau: 4 },
  'committed-tau': { weights: 4, A: 4 * Math.sqrt(40), tau: 1 },
};

test.for(Object.keys(stated) as ReadingName[])('%s draws with its stated standard deviations', (as) => {
  const { weights, A, tau } = stated[as];
  // Root mean squares of n normal numbers are off by 1/√(2n): 0.3 % for weights, 1 % for the 4800 of a vector; four times that.
  for (const array of ['forward', 'recurrent'] as const)
    expect(Math.abs(deviation(as, array) / weights - 1)).toBeLessThan(0.012);
  for (const array of ['A', 'recurrentA'] as const) expect(Math.abs(deviation(as, array) / A - 1)).toBeLessThan(0.04);
  for (const array of ['bias', 'recurrentBias'] as const) expect(Math.abs(deviation(as, array) - 1)).toBeLessThan(0.04);
  expect(Math.abs(deviation(as, 'tau') / tau - 1)).toBeLessThan(0.04);
});
