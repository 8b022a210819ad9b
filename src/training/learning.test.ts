import { expect, test } from 'vitest';
import { bounded, cell, matrix, positive, vector } from '../cells/cell.ts';
import { ctrnn } from '../cells/ctrnn.ts';
import { cells } from '../cells/index.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type Model, model } from '../model.ts';
import { optimizers } from '../optimizers/index.ts';
import type { OptimizerRule } from '../optimizers/optimizer.ts';
import { program } from '../program.ts';
import { random } from '../random.ts';
import type { Labelled } from '../sequences.ts';
import { full } from '../wirings/full.ts';
import { evaluate } from './evaluate.ts';
import { fit, train } from './train.ts';

/** Irregularly sampled sines, some steps masked with NaN behind the mask: given a value, say the next. */
function waves(seed: number, batch: number, steps = 12): Labelled {
  const draw = random(seed);
  const [x, target, dt, mask] = [[], [], [], []] as [number[], number[], number[], number[]];
  for (let s = 0; s < batch; s++) {
    let time = 6 * draw.uniform();
    for (let t = 0; t < steps; t++) {
      const kept = draw.integer(8) > 0;
      const gap = 0.2 + 0.6 * draw.uniform();
      mask.push(kept ? 1 : 0);
      dt.push(kept ? gap : Number.NaN);
      x.push(kept ? Math.sin(time) : Number.NaN);
      time += gap;
      target.push(kept ? Math.sin(time) : Number.NaN);
    }
  }
  return { batch, steps, x, target, dt, mask };
}

/** Is the first value of a sequence positive? Told at its last step. */
function signs(seed: number, batch: number): Labelled {
  const draw = random(seed);
  const first = Array.from({ length: batch }, () => 2 * draw.uniform() - 1);
  return { batch, steps: 4, x: first.flatMap((v) => [v, 0, 0, 0]), target: first.map((v) => (v > 0 ? 1 : 0)) };
}

const wave = (seed: number, extra: Partial<Parameters<typeof model>[0]> = {}): Model =>
  model({ cell: synaptic(), inputs: 1, wiring: full(8), readout: { outputs: 1, when: 'every' }, seed, ...extra });

test.for(Object.entries(cells))('%s learns an irregular, masked sine on both backends', async ([, make]) => {
  const data = { train: waves(1, 48), valid: waves(2, 16) };
  const variance = 0.5;
  const net = wave(3, { cell: make() });
  const trained = await fit(net, data, { loss: 'mse', epochs: 90, learningRate: 0.02 });
  expect(evaluate(trained, waves(4, 24), { loss: 'mse' }).loss).toBeLessThan(variance / 5);
  const slow = evaluate(trained, waves(4, 24), { loss: 'mse', backend: 'javascript' }).loss;
  expect(evaluate(trained, waves(4, 24), { loss: 'mse' }).loss).toBeCloseTo(slow, 4);
});

test('a readout of the last step learns to classify whole sequences', async () => {
  const net = model({ cell: synaptic(), inputs: 1, wiring: full(6), readout: { outputs: 2, when: 'last' }, seed: 1 });
  const trained = await fit(
    net,
    { train: signs(1, 96), valid: signs(2, 32) },
    { loss: 'cross-entropy', epochs: 40, learningRate: 0.02 },
  );
  expect(evaluate(trained, signs(3, 64), { loss: 'cross-entropy' }).metrics.accuracy!.value).toBeGreaterThan(0.9);
});

test('the same seed gives the same parameters, bit for bit, and leaves the model it was given alone', async () => {
  const data = { train: waves(1, 20), valid: waves(2, 8) };
  const net = wave(5);
  const before = net.parameters.slice();
  const [one, two] = [
    await fit(net, data, { loss: 'mse', epochs: 3, seed: 9 }),
    await fit(net, data, { loss: 'mse', epochs: 3, seed: 9 }),
  ];
  expect(one.parameters).toEqual(two.parameters);
  expect(net.parameters).toEqual(before);
  expect((await fit(net, data, { loss: 'mse', epochs: 3, seed: 10 })).parameters).not.toEqual(one.parameters);
});

test('the best weights on validation are those that training ends with', async () => {
  const data = { train: waves(1, 16), valid: waves(2, 8) };
  for await (const event of train(wave(5), data, { loss: 'mse', epochs: 12, learningRate: 0.2 })) {
    if (event.kind !== 'end') continue;
    const best = Math.min(...event.history.map((epoch) => epoch.valid.loss));
    expect(evaluate(event.model, data.valid, { loss: 'mse' }).loss).toBeCloseTo(best, 6);
  }
});

/** A liquid cell whose every array is constrained. */
const kept = () =>
  cell({
    name: 'kept',
    paper: 'none',
    equation: 'dx/dt = -x/tau + tanh(W @ u + R @ x)',
    params: {
      W: bounded(matrix('state', 'input', -0.5, 0.5), -0.6, 0.6),
      R: positive(matrix('state', 'state', 0.01, 0.1)),
      tau: positive(vector('state', 0.5, 2)),
    },
  });

test.for(Object.entries(optimizers))('constraints hold after every step of %s, clipped or not', async ([, make]) => {
  for (const constraints of ['clip', 'softplus'] as const) {
    const net = model({ cell: kept(), inputs: 1, wiring: full(4, 1), constraints, seed: 2 });
    const options = { loss: 'mse', epochs: 6, learningRate: 0.3, optimizer: make() } as const;
    const trained = await fit(net, { train: waves(1, 16), valid: waves(2, 8) }, options);
    expect(trained.parameters).not.toEqual(net.parameters);
    for (const { name, offset, size } of trained.layout) {
      for (const stored of trained.parameters.subarray(offset, offset + size)) {
        if (name === 'W') {
          const seen = constraints === 'clip' ? stored : -0.6 + 1.2 / (1 + Math.exp(-stored));
          // Parameters are float32 while training: 0.6 is stored to half of 2^-24 relative.
          expect(Math.abs(seen)).toBeLessThanOrEqual(Math.fround(0.6));
        } else {
          expect(constraints === 'clip' ? stored : Math.log1p(Math.exp(stored))).toBeGreaterThan(0);
        }
      }
    }
  }
});

test.for(Object.entries(optimizers))('%s learns a sine', async ([name, make]) => {
  const optimizer = name === 'sgd' ? optimizers.sgd({ momentum: 0.9 }) : make();
  const trained = await fit(
    wave(3),
    { train: waves(1, 48), valid: waves(2, 16) },
    { loss: 'mse', epochs: 40, learningRate: name === 'sgd' ? 0.1 : 0.02, optimizer },
  );
  expect(evaluate(trained, waves(4, 24), { loss: 'mse' }).loss).toBeLessThan(0.5 / 5);
});

test('decay takes its share of matrices without a constraint, and nothing of biases and time constants', async () => {
  const net = model({ cell: ctrnn(), inputs: 1, wiring: full(6), readout: { outputs: 1, when: 'every' }, seed: 1 });
  const data = { train: waves(1, 16), valid: waves(2, 8) };
  const afterOneStep = async (optimizer: OptimizerRule) =>
    (await fit(net, data, { loss: 'mse', epochs: 1, learningRate: 0.05, optimizer })).parameters;
  const free = await afterOneStep(optimizers.adam());
  expect(await afterOneStep(optimizers.adamw({ weightDecay: 0 }))).toEqual(free);
  for (const decays of ['weights', 'all'] as const) {
    const decayed = await afterOneStep(optimizers.adamw({ weightDecay: 10, decays }));
    for (const { name, offset, size } of net.layout) {
      const isWeight = decays === 'all' || ['W', 'R', 'readout_W'].includes(name);
      for (let k = offset; k < offset + size; k++) {
        // 0.05 · 10 of the parameter goes; float32 rounds numbers below 4 to 2^-23.
        const gone = isWeight ? net.parameters[k]! / 2 : 0;
        expect(Math.abs(free[k]! - gone - decayed[k]!)).toBeLessThan(isWeight ? 5e-7 : 1e-300);
      }
    }
  }
});

test('a Gaussian head learns how wide the targets scatter', async () => {
  const { normal } = random(5);
  const noisy = (batch: number): Labelled => {
    const x = Float64Array.from({ length: batch * 2 }, (_, k) => (k % 2 === 0 ? normal() : 0));
    const target = Float64Array.from({ length: batch }, (_, s) => 0.5 * x[2 * s]! + 0.3 * normal());
    return { batch, steps: 2, x, target };
  };
  const net = model({ cell: ctrnn(), inputs: 1, wiring: full(6), readout: { outputs: 2, when: 'last' }, seed: 1 });
  const data = { train: noisy(256), valid: noisy(64) };
  const trained = await fit(net, data, { loss: 'gaussian', epochs: 40, learningRate: 0.02 });
  const { outputs } = evaluate(trained, noisy(256), { loss: 'gaussian' });
  let deviation = 0;
  for (let s = 0; s < 256; s++) deviation += Math.sqrt(Math.log1p(Math.exp(outputs[2 * s + 1]!))) / 256;
  // The noise has deviation 0.3, which 256 targets tell to 0.3 / √512 = 0.013; what is fitted of it makes that less sharp.
  expect(Math.abs(deviation - 0.3)).toBeLessThan(0.06);
});

test('one output learns to tell two classes by binary cross-entropy, chosen by AUC', async () => {
  const net = model({ cell: synaptic(), inputs: 1, wiring: full(6), readout: { outputs: 1, when: 'last' }, seed: 1 });
  const trained = await fit(
    net,
    { train: signs(1, 96), valid: signs(2, 32) },
    { loss: 'binary-cross-entropy', metric: 'auc', epochs: 40, learningRate: 0.02 },
  );
  const { metrics } = evaluate(trained, signs(3, 64), { loss: 'binary-cross-entropy' });
  expect(Object.keys(metrics)).toEqual(['accuracy', 'f1', 'macro-f1', 'auc']);
  for (const { value } of Object.values(metrics)) expect(value).toBeGreaterThan(0.9);
});

test('an aborted training ends with the best model so far', async () => {
  const abort = new AbortController();
  const seen: string[] = [];
  for await (const event of train(
    wave(5),
    { train: waves(1, 16), valid: waves(2, 8) },
    { loss: 'mse', epochs: 50, signal: abort.signal },
  )) {
    seen.push(event.kind);
    if (event.kind === 'epoch' && event.epoch === 2) abort.abort();
    if (event.kind === 'end') expect([event.reason, event.epoch]).toEqual(['aborted', 2]);
  }
  expect(seen.at(-1)).toBe('end');
});

test('a loss that is not finite names the epoch, the batch and the first parameter that it spoils', async () => {
  const net = wave(5, { constraints: 'none' });
  const broken = net.layout.find((slot) => slot.name === 'cm')!;
  const parameters = net.parameters.slice().fill(Number.NaN, broken.offset, broken.offset + 1);
  await expect(
    fit({ ...net, parameters }, { train: waves(1, 8), valid: waves(2, 8) }, { loss: 'mse', epochs: 1 }),
  ).rejects.toThrow(/epoch 1, batch 1 of 1, the loss is NaN.*the gradient of gleak\[0\] is NaN/s);
});

test('a program trained in steps becomes a model with those parameters', () => {
  const machine = program(wave(5), { precision: 'float64' });
  const data = waves(1, 4);
  machine.forward(data, { tape: true });
  machine.backward(new Float64Array(4 * 12).fill(1));
  machine.update((parameters, gradients) => {
    for (let k = 0; k < parameters.length; k++) parameters[k]! -= 0.01 * gradients[k]!;
  });
  const { outputs } = machine.forward(data);
  expect(program(machine.toModel(), { precision: 'float64' }).forward(data).outputs).toEqual(outputs);
});
