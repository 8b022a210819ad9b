import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular } from '../../test/networks.ts';
import { cell, matrix, vector } from '../cells/cell.ts';
import { cells } from '../cells/index.ts';
import { type Model, model } from '../model.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { memoryReport } from './memory-report.ts';

const parameter = (of: Model, name: string): Float64Array => {
  const { offset, size } = of.layout.find((slot) => slot.name === name)!;
  return of.parameters.subarray(offset, offset + size);
};
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Sequences of standardised inputs (uniform, of unit variance). */
const standard = ({ inputs }: Model, batch: number, steps: number, seed = 2): Sequences => ({
  batch,
  steps,
  x: draws(batch * steps * inputs, seed).map((value) => value * Math.sqrt(3)),
});

test('a unit of constant time constant keeps e^(−dt/τ), least and most at the longest and shortest sample', () => {
  const of = model({ cell: cells.liquid(), inputs: 2, units: 4, constraints: 'none', seed: 3 });
  const sequences = irregular(of, 3, 12);
  const elapsed = Array.from({ length: 36 }, (_, k) => k)
    .filter((k) => sequences.mask![k] !== 0)
    .map((k) => sequences.dt![k]!);
  const mean = elapsed.reduce((a, b) => a + b) / elapsed.length;
  const { by, units } = memoryReport(of, sequences);
  expect(by).toBe('slope');
  expect(units.map(({ state, unit }) => [state, unit])).toEqual([0, 1, 2, 3].map((unit) => ['x', unit]));
  parameter(of, 'tau').forEach((tau, j) => {
    const { kept, least, most, halfLife } = units[j]!;
    const wanted = [
      Math.exp(-mean / tau),
      Math.exp(-Math.max(...elapsed) / tau),
      Math.exp(-Math.min(...elapsed) / tau),
      (Math.LN2 * tau) / mean,
    ];
    // float64, and the rounding of a sum of two dozen terms.
    expect(distance([kept, least, most, halfLife], wanted)).toBeLessThan(1e-14);
  });
});

test('a flow without a leak keeps everything, for ever', () => {
  const of = model({ cell: cells['neural-ode'](), inputs: 2, units: 2 });
  const everything = { kept: 1, least: 1, most: 1, halfLife: Number.POSITIVE_INFINITY };
  expect(memoryReport(of, standard(of, 1, 3)).units).toEqual(
    [0, 1].map((unit) => ({ state: 'x', unit, ...everything })),
  );
});

test('a jump keeps the size of its own derivative, whatever else it reads', () => {
  const factors = [0.9, -0.5, 0];
  const of = model({
    cell: cell({
      name: 'leaky',
      paper: 'made for the tests',
      states: { x: ['state'], c: ['state'] },
      equation: `
        c' = tanh(W @ u + c / 4)
        x' = b * x + c
      `,
      params: { W: matrix('state', 'input'), b: vector('state') },
    }),
    inputs: 2,
    units: 3,
  });
  const slot = of.layout.find(({ name }) => name === 'b')!;
  of.parameters.set(factors, slot.offset);
  const sequences = irregular(of, 3, 6);
  const { by, units } = memoryReport(of, sequences);
  expect(by).toBe('jacobian');
  factors.forEach((factor, j) => {
    // Central differences of a straight line leave rounding over the step of 1e-5.
    expect(Math.abs(units[j]!.kept - Math.abs(factor))).toBeLessThan(1e-9);
    expect(units[j]!.halfLife).toBeCloseTo(factor === 0 ? 0 : Math.LN2 / -Math.log(Math.abs(factor)), 6);
  });
  // ∂c'/∂c = (1 − c'²)/4, along the states that the sequences lead to.
  const { states } = program(of, { precision: 'float64' }).forward(sequences, { states: true });
  const shares = Array.from({ length: 18 }, (_, at) => at)
    .filter((at) => sequences.mask![at] !== 0)
    .map((at) => (1 - states![at * 6 + 3]! ** 2) / 4);
  const { state, unit, kept, least, most } = units[3]!;
  expect([state, unit]).toEqual(['c', 0]);
  const geometric = Math.exp(shares.reduce((sum, share) => sum + Math.log(share), 0) / shares.length);
  expect(distance([kept, least, most], [geometric, Math.min(...shares), Math.max(...shares)])).toBeLessThan(1e-8);
});

test('a flow between jumps is judged by what the model as a whole keeps', () => {
  const of = model({ cell: everyCell['jumps before and after a flow']!(), inputs: 2, units: 3 });
  const { by, units } = memoryReport(of, irregular(of, 2, 4));
  expect(by).toBe('jacobian');
  expect(units.map(({ state }) => state)).toEqual(['x', 'x', 'x', 'c', 'c', 'c']);
  expect(units.every(({ kept, halfLife }) => kept > 0 && Number.isFinite(kept) && halfLife > 0)).toBe(true);
});

test('what cannot be said is refused with the reason', () => {
  const of = model({ cell: everyCell['a jump that reads the time']!(), inputs: 2, units: 3 });
  expect(() => memoryReport(of, irregular(of, 1, 2, { masked: false }))).toThrow(
    'memoryReport: a sample depends on more than its state, input and dt: cell "clocked-jump" reads the time',
  );
  const mixed = { cell: everyCell['jumps before and after a flow']!(), inputs: 2, units: 3 };
  const linear = model({ ...mixed, interpolation: 'linear' });
  expect(() => memoryReport(linear, irregular(linear, 1, 2))).toThrow('input and dt: interpolation is "linear"');
  const holding = model({ ...mixed, missing: 'hold' });
  expect(() => memoryReport(holding, { batch: 1, steps: 1, x: [1, Number.NaN] })).toThrow(
    'dt: missing inputs are held',
  );
  const liquid = model({ cell: cells.liquid(), inputs: 2, units: 3 });
  expect(() => memoryReport(liquid, { ...irregular(liquid, 1, 2), mask: [0, 0] })).toThrow('all are masked');
});

test('with the ranges of ncps 128 units forget all within a sample; with memory they keep what was asked', () => {
  for (const seed of [1, 2, 3]) {
    const net = (memory?: readonly [number, number]) =>
      model({ cell: cells.synaptic(memory && { memory }), inputs: 32, units: 128, seed });
    const halfLives = (memory?: readonly [number, number]) => {
      const of = net(memory);
      return memoryReport(of, standard(of, 4, 64)).units.map(({ halfLife }) => halfLife);
    };
    // The peers' measurement is 3.5e-20, a rate of 45 a sample; their draws are not ours.
    const forgetful = memoryReport(net(), standard(net(), 4, 64)).units.map(({ kept }) => kept);
    expect(median(forgetful)).toBeLessThan(1e-15);
    // The typical opening of synapses is a rule of thumb: within a factor of two.
    const asked = Math.LN2 * 20;
    const half = median(halfLives([20, 20]));
    expect(half).toBeGreaterThan(asked / 2);
    expect(half).toBeLessThan(asked * 2);
    const spread = halfLives([1, 100]).sort((a, b) => a - b);
    expect(spread[12]).toBeLessThan(Math.LN2 * 4);
    expect(spread[115]).toBeGreaterThan(Math.LN2 * 25);
  }
});

test('with memory, the input of 20 samples ago still moves what 128 units answer', () => {
  const push = (memory?: readonly [number, number]) => {
    const of = model({
      cell: cells.synaptic(memory && { memory }),
      inputs: 1,
      units: 128,
      readout: { outputs: 1, when: 'last' },
      seed: 1,
    });
    const it = program(of, { precision: 'float64' });
    it.forward(standard(of, 1, 21), { tape: true });
    return Math.abs(it.backward([1]).x[0]!);
  };
  expect(push()).toBeLessThan(1e-12);
  expect(push([1, 100])).toBeGreaterThan(1e-5);
});
