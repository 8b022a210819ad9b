import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveFile } from '../files.ts';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import { carryOut, saveRun } from './carry-out.ts';
import type { TrainCommand } from './commands.ts';
import type { ToldEvent } from './history-after.ts';
import { makeFolder } from './make-folder.ts';
import { parse } from './options.ts';
import { plan } from './plan.ts';
import { type EpochLine, epochLines, isUnfinished, runFolder } from './run-folder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Train in a folder until an event, if it comes; the events, and what came of it. */
async function carried(name: string, line: string, isEnough: (event: ToldEvent) => boolean = () => false) {
  const out = join(folder, name);
  const command = parse(['train', 'sine', '--units', '4', '--out', out, ...line.split(' ')]) as TrainCommand;
  const planned = await plan(command, 1);
  await makeFolder(out);
  const interrupt = new AbortController();
  const events: ToldEvent[] = [];
  const { run, isKept } = await carryOut(planned, interrupt.signal, (event) => {
    events.push(event);
    if (isEnough(event)) interrupt.abort();
  });
  if (run) await saveRun(run);
  const batches = events.flatMap((event) => (event.kind === 'batch' ? [`${event.epoch}.${event.batch}`] : []));
  return { out, events, batches, run, isKept };
}

const inBatch = (epoch: number, batch: number) => (event: ToldEvent) =>
  event.kind === 'batch' && event.epoch === epoch && event.batch === batch;

test('an interrupt within an epoch keeps its minibatches: none is learned from twice, none is left out', async () => {
  const whole = await carried('whole', '--epochs 3');
  const first = await carried('early', '--epochs 3', inBatch(1, 5));
  expect(first).toMatchObject({ run: undefined, isKept: true });
  expect(await readdir(first.out)).toEqual(['checkpoint.safetensors', 'metrics.jsonl', 'run.json']);
  const second = await carried('early', '--epochs 3 --resume', inBatch(2, 7));
  const third = await carried('early', '--epochs 3 --resume');
  expect([first, second, third].flatMap(({ batches }) => batches)).toEqual(whole.batches);
  expect(third.run!.end.model.parameters).toEqual(whole.run!.end.model.parameters);
  expect(third.run!.end.history.map(({ train }) => train)).toEqual(whole.run!.end.history.map(({ train }) => train));
  expect(third.run!.taus).toEqual(whole.run!.taus);
});

test('of two trainings in one folder the one that began first ends, and writes nothing into the other', async () => {
  const out = join(folder, 'both');
  const planned = await plan(parse(['train', 'sine', '--units', '4', '--out', out]) as TrainCommand, 1);
  await makeFolder(out);
  const [first, second] = [await runFolder(planned), await runFolder(planned)];
  const line = { epoch: 1, train: 1, valid: { loss: 1, metric: 1 }, best: true } as EpochLine;
  await first.begin([]);
  await first.epoch(line);
  await second.begin([]);
  const refused = `another training has begun in "${out}" since`;
  await expect(first.epoch(line)).rejects.toThrow(refused);
  await expect(first.checkpoint(new Uint8Array(8))).rejects.toThrow(refused);
  await expect(first.refuseAnother()).rejects.toThrow(refused);
  await second.epoch({ ...line, epoch: 7 });
  expect((await epochLines(out)).map(({ epoch }) => epoch)).toEqual([7]);
  expect(await readdir(out)).toEqual(['metrics.jsonl', 'run.json']);
});

test('a training that is interrupted before anything is learned from keeps nothing', async () => {
  const { out, isKept } = await carried('nothing', '--epochs 3', ({ kind }) => kind === 'start');
  expect(isKept).toBe(false);
  expect(await readdir(out)).toEqual([]);
});

test('a training that has not ended loses its place only when another ends an epoch there', async () => {
  const { out } = await carried('place', '--epochs 3', inBatch(2, 1));
  expect(await isUnfinished(out)).toBe(true);
  const files = () =>
    Promise.all(['run.json', 'checkpoint.safetensors'].map((name) => readFile(join(out, name), 'latin1')));
  const before = await files();
  expect(await carried('place', '--epochs 5', inBatch(1, 9))).toMatchObject({ isKept: false });
  expect(await files()).toEqual(before);
  await carried('place', '--epochs 5');
  const [record] = await files();
  expect(JSON.parse(record!)).toMatchObject({ settings: { epochs: 5 }, result: { epochs: 5, reason: 'finished' } });
  expect(await isUnfinished(out)).toBe(false);
});

test('of the event files in a folder, one is left, which has every epoch', async () => {
  await carried('events', '--epochs 2 --tensorboard');
  const { out } = await carried('events', '--epochs 4', inBatch(3, 2));
  expect((await readdir(out)).filter((name) => name.includes('tfevents'))).toEqual([]);
  await carried('events', '--epochs 4 --resume --tensorboard');
  const [name] = (await readdir(out)).filter((name) => name.includes('tfevents'));
  const bytes = await readFile(join(out, name!), 'latin1');
  expect(bytes.match(/mse\/train/g)?.length).toBe(4);
});

test('a checkpoint that is damaged, or of other data, is told by its path', async () => {
  const { out } = await carried('damaged', '--epochs 3', inBatch(2, 1));
  const path = join(out, 'checkpoint.safetensors');
  const bytes = new Uint8Array(await readFile(path));
  await saveFile(path, bytes.subarray(0, 200));
  await expect(carried('damaged', '--epochs 3 --resume')).rejects.toThrow(`${path}: safetensors: the header claims`);
  const { tensors, metadata } = readSafetensors(bytes);
  const other = metadata['rivulet-checkpoint']!.replace(/"training part":"#[^"]*"/, '"training part":"#0"');
  await saveFile(path, writeSafetensors(tensors, { 'rivulet-checkpoint': other }));
  await expect(carried('damaged', '--epochs 3 --resume')).rejects.toThrow(
    `${path}: checkpoints: this is not the training that the checkpoint is of: the training part is another`,
  );
});
