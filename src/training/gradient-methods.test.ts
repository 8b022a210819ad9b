import { expect, test } from 'vitest';
import { cell, matrix, vector } from '../cells/cell.ts';
import { synaptic } from '../cells/synaptic.ts';
import { checkpointed } from '../gradients/checkpointed.ts';
import { gradients } from '../gradients/index.ts';
import { truncated } from '../gradients/truncated.ts';
import { type Model, model } from '../model.ts';
import { random } from '../random.ts';
import type { Labelled } from '../sequences.ts';
import { exponential } from '../solvers/exponential.ts';
import { settingsOf, type TrainOptions } from './settings.ts';
import { train } from './train.ts';

/** Sequences whose target is the input some steps before, at irregular times, some steps masked. */
function delayed(seed: number, batch: number, steps = 12): Labelled {
  const { uniform, integer } = random(seed);
  const x = Float64Array.from({ length: batch * steps }, () => 2 * uniform() - 1);
  return {
    batch,
    steps,
    x,
    dt: Float64Array.from(x, () => 0.5 + uniform()),
    mask: Uint8Array.from(x, () => (integer(6) === 0 ? 0 : 1)),
    target: Float64Array.from(x, (_, k) => (k % steps === 0 ? 0 : x[k - 1]! / 2)),
  };
}
const data = { train: delayed(1, 20), valid: delayed(2, 8) };

const net = model({ cell: synaptic(), inputs: 1, units: 4, readout: { outputs: 1, when: 'every' }, seed: 2 });

async function losses(of: Model, options: Partial<TrainOptions>): Promise<number[]> {
  const told: number[] = [];
  for await (const event of train(of, data, { loss: 'mse', epochs: 4, batch: 8, ...options }))
    if (event.kind === 'batch') told.push(event.loss);
  return told;
}
const difference = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, k) => Math.abs(v - b[k]!)));

test('training with checkpointed gradients, or windows of all steps, tells the losses of bptt to rounding', async () => {
  for (const precision of ['float32', 'float64'] as const) {
    const wanted = await losses(net, { precision, gradient: 'bptt' });
    expect(wanted).toEqual(await losses(net, { precision }));
    expect(wanted).toHaveLength(12);
    // Adam divides by the root of the mean square: rounding of small gradients grows in the steps.
    const tolerance = precision === 'float32' ? 1e-4 : 1e-10;
    for (const gradient of ['checkpointed', checkpointed(5), truncated(12)] as const)
      expect(difference(await losses(net, { precision, gradient }), wanted)).toBeLessThan(tolerance);
  }
});

test('training with short windows or with the adjoint goes another way, and learns', async () => {
  const wanted = await losses(net, {});
  const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
  for (const gradient of [truncated(2), 'adjoint'] as const) {
    const told = await losses(net, { gradient, epochs: 12, learningRate: 0.02 });
    expect(difference(told.slice(0, 12), wanted)).toBeGreaterThan(1e-4);
    expect(mean(told.slice(-3))).toBeLessThan(mean(told.slice(0, 3)));
  }
});

test('a method goes by name, with its defaults, or as it was made; other names are refused with the list', () => {
  const chosen = (gradient?: unknown) => settingsOf('fit', { loss: 'mse', gradient } as TrainOptions).gradient;
  expect(chosen()).toMatchObject({ name: 'bptt' });
  for (const name of Object.keys(gradients)) expect(chosen(name)).toMatchObject({ name });
  expect(chosen(truncated(7))).toMatchObject({ name: 'truncated', length: 7 });
  expect(() => chosen('backprop')).toThrow(
    'fit: gradient is "backprop"; known are bptt, truncated, checkpointed, adjoint',
  );
});

test('a model that a method cannot go back through is refused in training', async () => {
  const jumping = cell({
    name: 'jumping',
    paper: 'made for this test',
    equation: `x' = tanh(W @ u + R @ x)`,
    params: { W: matrix('state', 'input'), R: matrix('state', 'state') },
  });
  const of = model({ cell: jumping, inputs: 1, units: 1 });
  await expect(losses(of, { gradient: 'adjoint' })).rejects.toThrow('adjoint: cell "jumping" jumps');
});

test('a gradient that only its method makes not finite stops with the method, and where to read of it', async () => {
  const forgetful = cell({
    name: 'forgetful',
    paper: 'the test equation of Dahlquist 1963',
    equation: `dx/dt = -rate * x + W @ u`,
    params: { rate: vector('state', 20), W: matrix('state', 'input', 1, 1) },
  });
  // Going back over 12 samples multiplies by some e^(20 · 12), beyond float32; going forward is exact.
  const of = model({ cell: forgetful, inputs: 1, units: 1, solver: exponential });
  await expect(losses(of, { gradient: 'adjoint' })).rejects.toThrow(
    /batch 1 of 3, the gradient of rate\[0\] is (NaN|-?Infinity); it is computed by "adjoint", see docs\/gradients\.md$/,
  );
  expect(await losses(of, { gradient: 'bptt', epochs: 1 })).toHaveLength(3);
});

test('dropout acts in training, and never in validation', async () => {
  const dropping = cell({
    name: 'dropping',
    paper: 'made for this test',
    equation: `
      h = dropout(b, 0.5)
      x' = h + W @ u
    `,
    params: { b: vector('state', 1), W: matrix('state', 'input', 0, 0) },
  });
  const of = model({ cell: dropping, inputs: 1, units: 1 });
  const still = { train: { batch: 4, steps: 3, x: new Float64Array(12), target: new Float64Array(12) } };
  const events = [];
  for await (const event of train(
    of,
    { ...still, valid: still.train },
    { loss: 'mse', epochs: 2, batch: 2, learningRate: 1e-9 },
  ))
    events.push(event);
  // x' is 0 or 2, with target 0: a mean of squares of 0 and 4; without dropout it is 1.
  const told = events.flatMap((event) => (event.kind === 'batch' ? [event.loss] : []));
  expect(new Set(told).size).toBeGreaterThan(1);
  for (const loss of told) expect((loss * 6) / 4).toBeCloseTo(Math.round((loss * 6) / 4), 5);
  for (const event of events) if (event.kind === 'epoch') expect(event.valid.loss).toBeCloseTo(1, 5);
});
