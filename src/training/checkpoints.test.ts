import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import { gradients } from '../gradients/index.ts';
import { huber } from '../losses/huber.ts';
import { model } from '../model.ts';
import type { Network } from '../network.ts';
import { adamw } from '../optimizers/adamw.ts';
import { optimizers } from '../optimizers/index.ts';
import { rmsprop } from '../optimizers/rmsprop.ts';
import { sgd } from '../optimizers/sgd.ts';
import { random } from '../random.ts';
import type { Labelled } from '../sequences.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { stack } from '../stack.ts';
import { full } from '../wirings/full.ts';
import { checkpoints } from './checkpoints.ts';
import type { BatchEvent, EndEvent, TrainEvent } from './events.ts';
import type { TrainOptions } from './settings.ts';
import { train } from './train.ts';

const readout = { outputs: 1, when: 'every' } as const;
const net = model({ cell: synaptic(), inputs: 2, wiring: full(4), readout, seed: 3 });
const deep = stack({ cell: ltc(), inputs: 2, units: [4, 3], dropout: 0.3, readout, seed: 1 });

/** Sequences of noise; what is wanted is the sum of the inputs so far. */
function sums(seed: number, batch: number): Labelled {
  const { normal } = random(seed);
  const steps = 6;
  const x = Float64Array.from({ length: batch * steps * 2 }, normal);
  const target = new Float64Array(batch * steps);
  for (let row = 0; row < target.length; row++)
    target[row] = (row % steps === 0 ? 0 : target[row - 1]!) + 0.3 * x[2 * row]! - 0.2 * x[2 * row + 1]!;
  return { batch, steps, x, target };
}
const data = { train: sums(1, 21), valid: sums(2, 9) };

/** Train until event number `until`, then by a signal to the end; the events, and the last checkpoint. */
async function run(of: Network, options: Partial<TrainOptions>, resume?: Uint8Array, until = Number.POSITIVE_INFINITY) {
  const interrupt = new AbortController();
  const events: TrainEvent[] = [];
  let kept: Uint8Array | undefined;
  const checkpoint = checkpoints({
    resume,
    keep: (bytes) => {
      kept = bytes;
    },
  });
  const all = { loss: 'mse', epochs: 4, batch: 5, ...options, checkpoint, signal: interrupt.signal } as const;
  for await (const event of train(of, data, all)) {
    events.push(event);
    if (events.length === until) interrupt.abort();
  }
  return { events, kept, end: events.at(-1) as EndEvent };
}

/** Events without their times. */
const timeless = (events: readonly TrainEvent[]) =>
  JSON.stringify(events, (key, value) => {
    if (key === 'seconds') return undefined;
    return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
  });

const cases: Record<string, { readonly of?: Network; readonly options?: Partial<TrainOptions> }> = {
  'adam, cosine, clipping': { options: { optimizer: 'adam', schedule: 'cosine', clip: 0.05 } },
  'adamw, exponential, minibatches left out': {
    options: { optimizer: 'adamw', schedule: 'exponential', dropLast: true },
  },
  'rmsprop with velocity, truncated': {
    options: { optimizer: rmsprop({ momentum: 0.5, centered: true }), gradient: 'truncated' },
  },
  'rmsprop, dropout in a stack': { of: deep, options: { optimizer: 'rmsprop' } },
  'sgd, checkpointed, float64': { options: { optimizer: 'sgd', gradient: 'checkpointed', precision: 'float64' } },
  'sgd with velocity, javascript': {
    options: { optimizer: sgd({ momentum: 0.9, nesterov: true }), backend: 'javascript' },
  },
  'early stopping': { options: { patience: 1, learningRate: 0.3, epochs: 9 } },
  'two threads': { options: { batch: 17, threads: 2 } },
  'an adaptive solver': {
    of: model({ cell: synaptic(), inputs: 2, wiring: full(3), solver: dopri5(), readout, seed: 3 }),
    options: { epochs: 2 },
  },
};

test('a case goes through every optimizer and schedule', () => {
  const used = Object.keys(cases).join();
  for (const name of [...Object.keys(optimizers), 'cosine', 'exponential']) expect(used).toContain(name);
});

test.for(Object.entries(cases))(
  'resumed anywhere, training ends as without a break, to the bit: %s',
  async ([, { of = net, options = {} }]) => {
    const whole = await run(of, options);
    // A break may come at any event; after half of those that come again, a second.
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.events.length - 1 }), async (until) => {
        const broken = await run(of, options, undefined, until);
        const again = await run(of, options, broken.kept, 1 + Math.floor((whole.events.length - until) / 2));
        const resumed = await run(of, options, again.kept ?? broken.kept);
        expect(timeless([resumed.end])).toBe(timeless([whole.end]));
        const seen = [broken, again, resumed].flatMap(({ events }) => events.filter(({ kind }) => kind === 'batch'));
        expect(timeless(seen)).toBe(timeless(whole.events.filter(({ kind }) => kind === 'batch')));
      }),
      { seed: 6, numRuns: 2 },
    );
  },
);

test('killed after a checkpoint, training goes on from it with the same bits, whatever was learned since', async () => {
  const kept: Uint8Array[] = [];
  const options = { loss: 'mse', epochs: 4, batch: 5 } as const;
  const checkpoint = checkpoints({ keep: (bytes) => void kept.push(bytes) });
  let end: EndEvent | undefined;
  for await (const event of train(deep, data, { ...options, checkpoint })) if (event.kind === 'end') end = event;
  expect(kept.length).toBe(4);
  for (const [k, bytes] of kept.entries()) {
    const resumed = await run(deep, options, bytes);
    expect(resumed.events.filter(({ kind }) => kind === 'epoch').length).toBe(3 - k);
    expect(timeless([resumed.end])).toBe(timeless([end!]));
  }
});

test('the number of threads may be another when a training goes on', async () => {
  const options = { batch: 17, epochs: 3 };
  const broken = await run(net, options, undefined, 4);
  const whole = await run(net, options);
  const resumed = await run(net, { ...options, threads: 2 }, broken.kept);
  expect(timeless([resumed.end])).toBe(timeless([whole.end]));
});

test('time goes on where the checkpoint left it, and the start tells the epochs that ended before', async () => {
  const broken = await run(net, {}, undefined, 8);
  const { events } = await run(net, {}, broken.kept);
  const [start, next] = events as [TrainEvent, BatchEvent];
  expect(start).toMatchObject({ kind: 'start', history: [{ epoch: 1 }] });
  const [before] = broken.events.filter((event) => event.kind === 'epoch');
  expect(next.seconds).toBeGreaterThan(before!.seconds);
});

test('another model, other data and other settings are refused, each by name', async () => {
  const { kept } = await run(net, { optimizer: 'adamw', gradient: gradients.truncated(3) }, undefined, 8);
  const refused = async (options: Partial<TrainOptions>, of: Network = net) => {
    const all = { optimizer: 'adamw', gradient: gradients.truncated(3), ...options } as const;
    return run(of, all, kept).then(
      () => 'not refused',
      ({ message }: Error) => message.replace('checkpoints: this is not the training that the checkpoint is of: ', ''),
    );
  };
  expect(await refused({})).toBe('not refused');
  expect(await refused({ epochs: 5, seed: 2 })).toBe('epochs is 5, but was 4; seed is 2, but was 0');
  expect(await refused({ loss: 'mae' })).toBe('loss is mae, but was mse');
  expect(await refused({ clip: 1, patience: 3 })).toBe('clip is 1, but was Infinity; patience is 3, but was Infinity');
  expect(await refused({ optimizer: adamw({ weightDecay: 0.1 }) })).toBe('optimizer is another adamw');
  expect(await refused({ gradient: 'truncated' })).toContain('"length":32}, but was {"name":"truncated","length":3}');
  expect(await refused({}, model({ cell: synaptic(), inputs: 2, wiring: full(4), readout, seed: 4 }))).toBe(
    'the model is another',
  );
  const huberRun = await run(net, { loss: huber({ delta: 1 }) }, undefined, 8);
  await expect(run(net, { loss: huber({ delta: 0.5 }) }, huberRun.kept)).rejects.toThrow('loss is another huber');
  const dt = new Float64Array(21 * 6).fill(0.5);
  const others = train(
    net,
    { ...data, train: { ...data.train, dt } },
    { loss: 'mse', epochs: 4, batch: 5, checkpoint: checkpoints({ resume: (await run(net, {}, undefined, 8)).kept }) },
  );
  await expect(others.next()).rejects.toThrow('of: the training part is another');
});

test('bytes that are no checkpoint are refused with what is wrong with them', async () => {
  const { kept } = await run(net, {}, undefined, 8);
  const { tensors, metadata } = readSafetensors(kept!);
  const KEY = 'rivulet-checkpoint';
  const changed = (change: object) =>
    writeSafetensors(tensors, { [KEY]: JSON.stringify({ ...JSON.parse(metadata[KEY]!), ...change }) });
  const resumed = (bytes: Uint8Array) => run(net, {}, bytes);
  await expect(resumed(kept!.subarray(0, 100))).rejects.toThrow('safetensors: the header claims');
  await expect(resumed(writeSafetensors(tensors))).rejects.toThrow('has no "rivulet-checkpoint" entry');
  await expect(resumed(changed({ version: 7 }))).rejects.toThrow('has version 7, but this library reads version 1');
  await expect(resumed(changed({ epoch: '2' }))).rejects.toThrow(
    'rivulet-checkpoint.epoch is "2", but a whole number was wanted',
  );
  const bare = new Map([...tensors].filter(([name]) => name !== 'best'));
  await expect(resumed(writeSafetensors(bare, metadata))).rejects.toThrow('has no float64 array "best"');
  expect(() => checkpoints({ resume: 'a.safetensors' as never })).toThrow(
    'resume is "a.safetensors", but must be the bytes of a checkpoint',
  );
});
