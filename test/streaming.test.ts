import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { cfc } from '../src/cells/cfc.ts';
import { saveModel } from '../src/formats/model-file.ts';
import { model } from '../src/model.ts';

/** Real pipes and signals, so these tests run what is built. */
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const temporary = mkdtempSync(join(tmpdir(), 'rivulet-streaming-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const net = model({ cell: cfc(), inputs: 1, units: 3, timeUnit: 60, seed: 4 });
const saved = join(temporary, 'model.safetensors');
writeFileSync(saved, saveModel(net));
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => `${(from + k) * 50},${Math.sin(from + k)}\n`).join('');

const started = (...options: string[]) => spawn(process.execPath, [main, 'stream', saved, ...options]);

/** What a process prints, to its end or until there are so many lines. */
async function printed({ stdout }: ChildProcessWithoutNullStreams, lines = Number.POSITIVE_INFINITY) {
  let out = '';
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    out += chunk;
    if (out.split('\n').length > lines) break;
  }
  return out;
}

/** The time of the last sample in a state. */
const secondsOf = (state: string): number | undefined => JSON.parse(readFileSync(state, 'utf8')).state.seconds;

/** All that is said to some lines without a break. */
async function whole(to: number) {
  const child = started();
  child.stdin.end(rows(0, to));
  return printed(child);
}

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s saves the state, and the next process goes on bit for bit',
  async (signal) => {
    const state = join(temporary, `${signal}.json`);
    const first = started('--state', state);
    first.stdin.write(`${rows(0, 30)}1500,0.2`);
    const before = await printed(first, 31);
    first.kill(signal);
    expect(await once(first, 'close')).toEqual([0, null]);
    const then = started('--state', state);
    then.stdin.end(rows(30, 60));
    const after = await printed(then);
    expect(before + after.slice(after.indexOf('\n') + 1)).toBe(await whole(60));
  },
);

test('the state outlives a process that is killed', async () => {
  const state = join(temporary, 'killed.json');
  const child = started('--state', state, '--save-every', '0');
  for (let k = 0; k < 40; k++) child.stdin.write(rows(k, k + 1));
  const before = await printed(child, 41);
  while (secondsOf(state) !== 39 * 50) await setImmediate();
  child.kill('SIGKILL');
  await once(child, 'close');
  const then = started('--state', state);
  then.stdin.end(rows(40, 60));
  const after = await printed(then);
  expect(before + after.slice(after.indexOf('\n') + 1)).toBe(await whole(60));
});

test('a reader that goes away ends a stream, and its state is saved', async () => {
  const state = join(temporary, 'left.json');
  const child = started('--state', state);
  child.stdin.on('error', () => {});
  child.stdin.write(rows(0, 10));
  await printed(child, 11);
  child.stdout.destroy();
  child.stdin.write(rows(10, 20));
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(secondsOf(state)).toBe(19 * 50);
});

test('a reader that pauses holds up who writes; a signal saves the state, and what was answered is there to be read', async () => {
  const state = join(temporary, 'paused.json');
  const child = started('--state', state);
  child.stdin.on('error', () => {});
  const [size, piece] = [100_000, 100];
  let taken = 0;
  for (let from = 0; from < size; from += piece)
    child.stdin.write(rows(from, from + piece), (error) => {
      if (!error) taken = from + piece;
    });
  const first = await printed(child, 1);
  // Until nothing moves for a good while.
  for (let [still, before] = [0, -1]; still < 50_000; still = taken === before ? still + 1 : 0) {
    before = taken;
    await setImmediate();
  }
  // Pipes and buffers hold some thousand lines.
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(size / 4);
  child.kill('SIGTERM');
  while (secondsOf(state) === undefined) await setImmediate();
  const closed = once(child, 'close');
  const all = first + (await printed(child));
  expect(await closed).toEqual([0, null]);
  const answered = all.trim().split('\n');
  expect(answered.length - 1).toBe(secondsOf(state)! / 50 + 1);
  expect(answered.at(-1)!.startsWith(`${secondsOf(state)},`)).toBe(true);
});
