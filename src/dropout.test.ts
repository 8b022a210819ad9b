import { expect, test } from 'vitest';
import { distance, draws } from '../test/networks.ts';
import { cell, matrix, vector } from './cells/cell.ts';
import { type Model, model } from './model.ts';
import { withParameters } from './network.ts';
import { program } from './program.ts';

/** y = W·dropout(u, rate), so that the factors can be read off. */
const passing = (rate: number) =>
  cell({
    name: 'passing',
    paper: 'made for this test',
    equation: `
      h = dropout(u, ${rate})
      x' = W @ h + b
    `,
    params: { W: matrix('state', 'input'), b: vector('state') },
  });
const identity = (net: Model): Model =>
  withParameters(
    net,
    net.parameters.map((_, k) => (k < 16 && k % 5 === 0 ? 1 : 0)),
  );
const net = (rate: number) => identity(model({ cell: passing(rate), inputs: 4, units: 4 }));
const sequences = { batch: 11, steps: 40, x: new Float64Array(11 * 40 * 4).fill(1) };
const engines = [{ backend: 'javascript' }, { precision: 'float64' }, {}] as const;

test('outside training dropout does nothing', () => {
  for (const engine of engines) {
    const it = program(net(0.4), engine);
    expect(it.forward(sequences).outputs.every((v) => v === 1)).toBe(true);
    expect(it.forward(sequences, { tape: true }).outputs.every((v) => v === 1)).toBe(true);
    expect(it.stream().push([1, 2, 3, 4])).toEqual(it.forward({ batch: 1, steps: 1, x: [1, 2, 3, 4] }).outputs);
  }
});

test('in training entries are 0 or grow, in the shares that keep the mean, anew for every sequence and sample', () => {
  const { outputs } = program(net(0.4)).forward(sequences, { tape: true, dropout: 3 });
  const kept = outputs.filter((v) => v !== 0);
  expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.6)]));
  // 1760 draws: three standard deviations of the share are 0.035.
  expect(Math.abs(kept.length / outputs.length - 0.6)).toBeLessThan(0.035);
  const row = (b: number, t: number) => outputs.slice((b * 40 + t) * 4, (b * 40 + t + 1) * 4).join();
  expect(new Set(Array.from({ length: 40 }, (_, t) => row(0, t))).size).toBeGreaterThan(8);
  expect(new Set(Array.from({ length: 11 }, (_, b) => row(b, 0))).size).toBeGreaterThan(4);
});

test('the same seed draws the same factors, on every backend, and another seed others', () => {
  const outputs = engines.map((engine) => program(net(0.5), engine).forward(sequences, { dropout: 7 }).outputs);
  for (const other of outputs) expect(Array.from(other)).toEqual(Array.from(outputs[0]!));
  expect(program(net(0.5)).forward(sequences, { dropout: 8 }).outputs).not.toEqual(outputs[2]);
});

test('the gradient goes through what was kept', () => {
  for (const engine of engines) {
    const it = program(net(0.5), engine);
    const { outputs } = it.forward(sequences, { tape: true, dropout: 7 });
    const cotangent = draws(outputs.length);
    expect(
      distance(
        it.backward(cotangent).x,
        cotangent.map((v, k) => v * outputs[k]!),
      ),
    ).toBeLessThan(1e-6);
  }
});
