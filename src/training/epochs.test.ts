import { expect, test } from 'vitest';
import { matrix, vector } from '../cells/cell.ts';
import { mse } from '../losses/mse.ts';
import { metrics } from '../metrics/index.ts';
import type { Model } from '../model.ts';
import { adam } from '../optimizers/adam.ts';
import type { Program } from '../program.ts';
import { random } from '../random.ts';
import type { Labelled, Sequences } from '../sequences.ts';
import { assess } from './assess.ts';
import { epochOrder } from './batches.ts';
import { epochs } from './epochs.ts';
import type { BatchEvent, EndEvent, EpochEvent, TrainEvent } from './events.ts';
import { settingsOf, type TrainOptions } from './settings.ts';

// Training needs only the contract of a program: this one is linear, y = x W + c at every step, gradient by hand.
const linear = (inputs: number, outputs: number, precision: 'float32' | 'float64' = 'float64') => {
  const Numbers = precision === 'float32' ? Float32Array : Float64Array;
  const layout = [
    { name: 'W', axes: ['input', 'motor'], shape: [inputs, outputs], offset: 0, size: inputs * outputs },
    { name: 'c', axes: ['motor'], shape: [outputs], offset: inputs * outputs, size: outputs },
  ];
  const size = (inputs + 1) * outputs;
  const parameters = new Numbers(size).fill(0.5);
  const gradients = new Numbers(size);
  const cell = { params: { W: matrix('input', 'motor'), c: vector('motor') } };
  const modelWith = (values: Float64Array) =>
    ({ cell, inputs, outputs, layout, parameters: values }) as unknown as Model;
  const model = modelWith(Float64Array.from(parameters));
  let tape: Sequences | undefined;
  const exists = (s: Sequences, row: number) => s.mask === undefined || s.mask[row] !== 0;
  const program: Pick<Program, 'model' | 'backend' | 'precision' | 'fma' | 'parameters' | 'toModel'> & {
    forward(s: Sequences, options?: { tape?: boolean }): { outputs: Float32Array | Float64Array };
    backward(cotangent: ArrayLike<number>): { parameters: Float32Array | Float64Array };
    update(change: (p: Float32Array | Float64Array, g: Float32Array | Float64Array) => void): void;
  } = {
    model,
    backend: 'javascript',
    precision,
    fma: false,
    parameters: () => Float64Array.from(parameters),
    toModel: () => modelWith(Float64Array.from(parameters)),
    update: (change) => change(parameters, gradients),
    forward(s, options) {
      tape = options?.tape ? s : undefined;
      const y = new Numbers(s.batch * s.steps * outputs);
      for (let row = 0; row < s.batch * s.steps; row++) {
        if (!exists(s, row)) continue;
        for (let k = 0; k < outputs; k++) {
          let sum = parameters[inputs * outputs + k]!;
          for (let i = 0; i < inputs; i++) sum += s.x[row * inputs + i]! * parameters[i * outputs + k]!;
          y[row * outputs + k] = sum;
        }
      }
      return { outputs: y };
    },
    backward(cotangent) {
      const s = tape!;
      gradients.fill(0);
      for (let row = 0; row < s.batch * s.steps; row++) {
        if (!exists(s, row)) continue;
        for (let k = 0; k < outputs; k++) {
          const g = cotangent[row * outputs + k]!;
          const bias = inputs * outputs + k;
          gradients[bias] = gradients[bias]! + g;
          for (let i = 0; i < inputs; i++) {
            gradients[i * outputs + k] = gradients[i * outputs + k]! + g * s.x[row * inputs + i]!;
          }
        }
      }
      return { parameters: gradients };
    },
  };
  return program as unknown as Program;
};

/** Sequences of y = 2 x₀ − x₁ + 0.25 with a little noise. */
const made = (seed: number, batch: number, steps = 4, noise = 0.01): Labelled => {
  const { normal } = random(seed);
  const x = Float64Array.from({ length: batch * steps * 2 }, normal);
  const target = Float64Array.from({ length: batch * steps }, (_, row) => {
    return 2 * x[2 * row]! - x[2 * row + 1]! + 0.25 + noise * normal();
  });
  return { batch, steps, x, target };
};

const data = { train: made(1, 37), valid: made(2, 10) };
const none = () => {};

const run = async (
  options: Partial<TrainOptions>,
  program = linear(2, 1),
  parts = data,
  constrain: (parameters: Float32Array | Float64Array) => void = none,
) => {
  const events: TrainEvent[] = [];
  for await (const event of epochs(
    program,
    parts,
    settingsOf('train', { loss: 'mse', ...options }),
    constrain,
    () => [],
  )) {
    events.push(event);
  }
  const of = <E extends TrainEvent>(kind: E['kind']) => events.filter((event): event is E => event.kind === kind);
  return {
    events,
    batches: of<BatchEvent>('batch'),
    epochs: of<EpochEvent>('epoch'),
    end: events.at(-1) as EndEvent,
  };
};

/** Events without their times. */
const timeless = (events: readonly TrainEvent[]) =>
  JSON.stringify(events, (key, value) => {
    if (key === 'seconds') return undefined;
    return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
  });

test('training finds the weights of a linear law to the noise of its targets', async () => {
  for (const precision of ['float32', 'float64'] as const) {
    const options = { epochs: 60, schedule: 'cosine', learningRate: 0.1 } as const;
    const { end } = await run(options, linear(2, 1, precision));
    // 148 targets with noise 0.01: standard error 0.01 / √148 = 0.0008.
    expect(
      [...end.model.parameters].map((value, i) => Math.abs(value - [2, -1, 0.25][i]!)).every((d) => d < 0.005),
    ).toBe(true);
  }
});

test('events come as start, the batches of each epoch, its summary, and one end that carries the history', async () => {
  const { events, epochs, batches, end } = await run({ epochs: 2 });
  const kinds = ['start', 'batch', 'batch', 'batch', 'epoch', 'batch', 'batch', 'batch', 'epoch', 'end'];
  expect(events.map(({ kind }) => kind)).toEqual(kinds);
  expect(events[0]).toEqual({
    kind: 'start',
    parameters: 3,
    epochs: 2,
    batches: 3,
    sequences: { train: 37, valid: 10 },
    loss: 'mse',
    metric: { name: 'mse', better: 'lower' },
    backend: 'javascript',
    precision: 'float64',
    fma: false,
    warnings: [],
    history: [],
  });
  expect(end.reason).toBe('finished');
  expect(end.history).toEqual(epochs);
  const [a, b, c] = batches;
  expect(epochs[0]!.train).toBeCloseTo((16 * a!.loss + 16 * b!.loss + 5 * c!.loss) / 37, 14);
  expect(epochs[0]!.gradientNorm).toBeCloseTo((a!.gradientNorm + b!.gradientNorm + c!.gradientNorm) / 3, 14);
});

test('equal seeds give equal bits in every event and parameter, another seed another order', async () => {
  const options = { epochs: 5, batch: 4, clip: 1 };
  const [a, b, c] = await Promise.all([run({ ...options, seed: 3 }), run({ ...options, seed: 3 }), run(options)]);
  expect(timeless(a.events)).toBe(timeless(b.events));
  expect(timeless(a.events)).not.toBe(timeless(c.events));
});

test('a minibatch is one clipped optimizer step on the mean loss of its sequences, at the scheduled rate', async () => {
  const program = linear(2, 1);
  const { batches } = await run({ epochs: 1, batch: 37, clip: 0.5, schedule: () => 0.5 }, program);
  const reference = linear(2, 1);
  const { outputs } = reference.forward(data.train, { tape: true });
  reference.backward(outputs.map((y, row) => (2 / outputs.length) * (y - data.train.target[row]!)));
  reference.update((parameters, gradients) => {
    const length = Math.hypot(...gradients);
    expect(batches[0]!.gradientNorm).toBeCloseTo(length, 12);
    adam()
      .start(3)
      .step(
        parameters,
        gradients.map((g) => (g / length) * 0.5),
        0.005,
      );
  });
  // The order of sequences differs, hence the last bits.
  for (const [i, value] of program.parameters().entries()) expect(value).toBeCloseTo(reference.parameters()[i]!, 12);
});

test('the end carries the weights of the best epoch on the validation part, and early stopping waits for patience', async () => {
  // The validation part follows another law, which the weights pass on their way: good first, then worse.
  const { x, target } = made(5, 10, 4, 0);
  const valid = {
    batch: 10,
    steps: 4,
    x,
    target: Float64Array.from(target, (value, row) => value - x[2 * row]! * 0.75),
  };
  const program = linear(2, 1);
  const { epochs, end } = await run({ epochs: 200, patience: 4, learningRate: 0.02 }, program, { ...data, valid });
  const metricOf = ({ valid }: EpochEvent) => valid.metric;
  const best = epochs.reduce((best, event) => (metricOf(event) < metricOf(best) ? event : best));
  expect(end).toMatchObject({ reason: 'early-stop', epoch: best.epoch });
  expect(epochs.length).toBe(best.epoch + 4);
  expect(epochs.filter((event) => event.best).at(-1)).toBe(best);
  expect(best.epoch).toBeGreaterThan(1);
  const restored = linear(2, 1);
  restored.update((parameters) => parameters.set(end.model.parameters));
  const assessing = assess(restored, valid, mse(), [metrics.mse], 64);
  assessing.next();
  const last = assessing.next();
  expect(last.done && last.value.metrics.mse!.value).toBe(best.valid.metric);
});

test('among epochs of equal accuracy the one with the lower loss is the best', async () => {
  const classes = (part: Labelled) => ({
    ...part,
    target: Float64Array.from(part.target, (value) => (value > 0 ? 1 : 0)),
  });
  const parts = { train: classes(made(1, 40, 4, 0)), valid: classes(made(2, 3, 4, 0)) };
  const { epochs, end } = await run({ loss: 'cross-entropy', epochs: 30, learningRate: 0.05 }, linear(2, 2), parts);
  const top = Math.max(...epochs.map(({ valid }) => valid.metric));
  const equals = epochs.filter(({ valid }) => valid.metric === top);
  expect(equals.length).toBeGreaterThan(1);
  const lowest = Math.min(...equals.map(({ valid }) => valid.loss));
  expect(epochs[end.epoch - 1]!.valid).toEqual({ metric: top, loss: lowest });
});

test('the constraint holds after every step', async () => {
  const constrain = (parameters: Float32Array | Float64Array) => {
    parameters[0] = Math.min(parameters[0]!, 1);
  };
  const { end } = await run({ epochs: 30, learningRate: 0.1 }, linear(2, 1), data, constrain);
  expect(end.model.parameters[0]).toBe(1);
});

test('the model that the program was made of keeps its parameters', async () => {
  const program = linear(2, 1);
  await run({ epochs: 3 }, program);
  expect([...program.model.parameters]).toEqual([0.5, 0.5, 0.5]);
});

test('a signal that was given before the start ends training before any step', async () => {
  const { events, end } = await run({ signal: AbortSignal.abort() });
  expect(events.map(({ kind }) => kind)).toEqual(['start', 'end']);
  expect(end).toMatchObject({ reason: 'aborted', epoch: 0, history: [] });
  expect([...end.model.parameters]).toEqual([0.5, 0.5, 0.5]);
});

test('a timer elsewhere can end training: the event loop gets its turns', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 0);
  const { end } = await run({ epochs: 1_000_000, signal: controller.signal });
  expect(end.reason).toBe('aborted');
  expect(end.epoch).toBe(end.history.filter((event) => event.best).at(-1)?.epoch ?? 0);
});

test('a minibatch in which nothing counts is passed over: no step, weight 0 in the mean', async () => {
  const mask = new Uint8Array(data.train.batch * data.train.steps).fill(1);
  const order = epochOrder(data.train.batch, 0, 1);
  for (const sequence of order.subarray(16, 32)) mask.fill(0, sequence * 4, sequence * 4 + 4);
  const x = (data.train.x as Float64Array).slice();
  for (const sequence of order.subarray(16, 32)) x.fill(NaN, sequence * 8, sequence * 8 + 8);
  const { batches, epochs } = await run({ epochs: 1 }, linear(2, 1), { ...data, train: { ...data.train, x, mask } });
  expect(batches[1]).toMatchObject({ loss: 0, gradientNorm: 0 });
  expect(epochs[0]!.train).toBeCloseTo((16 * batches[0]!.loss + 5 * batches[2]!.loss) / 21, 14);
});

test('dropLast leaves the last, smaller minibatch out', async () => {
  const { events } = await run({ epochs: 1, dropLast: true });
  expect(events[0]).toMatchObject({ batches: 2 });
});

test('a loss that is not finite stops with the epoch, batch, sequence, step and first gradient', async () => {
  const x = (data.train.x as Float64Array).slice();
  x[8 * 20 + 2 * 3 + 1] = NaN; // sequence 20, step 3, input 1
  const batch = 1 + Math.floor(epochOrder(37, 0, 1).indexOf(20) / 16);
  await expect(run({ epochs: 2 }, linear(2, 1), { ...data, train: { ...data.train, x } })).rejects.toThrow(
    `train: in epoch 1, batch ${batch} of 3, the loss is NaN (output[3, 0] of train sequence 20 is NaN); ` +
      'going back from it, the gradient of W[0, 0] is NaN',
  );
});

test('a gradient that is not finite stops with its parameter', async () => {
  const steep = { ...mse(), name: 'steep' };
  steep.row = (outputs, target, row, n, scale, cotangent) => {
    const value = mse().row(outputs, target, row, n, scale, cotangent);
    cotangent.fill(Infinity, row * n, row * n + 1);
    return value;
  };
  await expect(run({ loss: steep })).rejects.toThrow(
    /^train: in epoch 1, batch 1 of 3, the gradient of W\[0, 0\] is (NaN|-?Infinity)$/,
  );
});

test('a parameter that is not finite stops with its name and index', async () => {
  const options = { optimizer: { name: 'wild', start: () => ({ ...adam().start(3), step: wild }) } };
  const wild = (parameters: Float32Array | Float64Array) => {
    parameters[1] = -Infinity;
  };
  await expect(run(options)).rejects.toThrow('train: in epoch 1, batch 1 of 3, parameter W[1, 0] is -Infinity');
});

test('a validation loss that is not finite stops with the epoch', async () => {
  const valid = { ...data.valid, x: Float64Array.from(data.valid.x, () => 1e200) };
  await expect(run({ epochs: 2 }, linear(2, 1), { ...data, valid })).rejects.toThrow(
    'train: after epoch 1, validation loss is Infinity, mse Infinity',
  );
});

test('outputs and loss of an assessment do not depend on how many sequences are answered at a time', () => {
  const all = [1, 3, 64].map((size) => {
    const assessing = assess(linear(2, 1, 'float32'), data.train, mse(), [metrics.mse, metrics.mae], size);
    const done: number[] = [];
    let next = assessing.next();
    for (; !next.done; next = assessing.next()) done.push(next.value);
    expect(done.length).toBe(Math.ceil(37 / size));
    expect(done.at(-1)).toBe(37);
    return next.value;
  });
  expect(all[0]!.outputs).toBeInstanceOf(Float32Array);
  expect(all[0]!.outputs.length).toBe(37 * 4);
  expect(all[1]).toEqual(all[0]);
  expect(all[2]).toEqual(all[0]);
});
