import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text as collected } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ltc } from '../cells/ltc.ts';
import { saveModel } from '../formats/model-file.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { run } from './run.ts';

let folder = '';
const place = (name: string) => join(folder, name);
const saved = (name: string) => place(`${name}/model.safetensors`);
const header = 'seconds,warm,damp';
/** Rows at irregular times; in every fifth the second input is missing. */
const rows = Array.from({ length: 300 }, (_, i) => {
  const damp = i % 5 === 1 ? '' : 60 + 8 * Math.cos(i / 9);
  return `${i * 60 + 7 * (i % 3)},${20 + 3 * Math.sin(i / 9)},${damp}`;
});
const cells = {
  synaptic: [],
  cfc: ['--cell', 'cfc'],
  layers: ['--units', '4,3'],
  'gru-d': ['--cell', 'gru-d'],
} as const;

const never = new AbortController().signal;
const silent = { out: () => {}, screen: undefined, colour: false };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-stream-'));
  await writeFile(place('room.csv'), `${header}\n${rows.join('\n')}\n`);
  for (const [name, options] of Object.entries(cells)) {
    const argv = ['train', place('room.csv'), '--target', 'warm', '--time', 'seconds', '--epochs', '1', '--units', '5'];
    const io = { ...silent, signal: never };
    expect(await run([...argv, ...options, '--out', place(name)], io, console.error)).toBe(0);
  }
  await writeFile(place('bare.safetensors'), saveModel(model({ cell: ltc(), inputs: 1, units: 2, seed: 1 })));
});
afterAll(() => rm(folder, { recursive: true }));

/** What comes of lines that are streamed to the end, or until the signal. */
async function streamed(input: string | AsyncIterable<string>, argv: readonly string[], signal = never) {
  let complaints = '';
  const stdin = Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input, { objectMode: false });
  const stdout = new PassThrough();
  const out = collected(stdout);
  const io = { ...silent, signal };
  const code = await run(['stream', ...argv], io, (said) => (complaints += said), { stdin, stdout });
  stdout.end();
  return { code, out: await out, complaints };
}
const lines = (...some: readonly string[]) => some.map((line) => `${line}\n`).join('');
const good = async (input: string, ...argv: string[]) => {
  const { code, out, complaints } = await streamed(input, argv);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out;
};

test('a stream says of each line what a library stream says of its sample, in the units of the target', async () => {
  const out = await good(lines(header, ...rows), saved('synaptic'), '--json');
  const { loadModel } = await import('../formats/model-file.ts');
  const { model: net, notes } = loadModel(new Uint8Array(await readFile(saved('synaptic'))));
  const [from, to] = [notes.scaler!, notes.targetScaler!].map((json) => JSON.parse(json));
  // So near, what will change is less than what there is.
  expect(JSON.parse(notes.task!).of).toBe('change');
  const stream = program(net).stream();
  const wanted = rows.map((row) => {
    const [seconds, ...x] = row.split(',');
    const scaled = x.map((value, k) =>
      value === '' ? Number.NaN : (Number(value) - from.mean[k]) / from.deviation[k],
    );
    const y = stream.push(scaled, Number(seconds))[0]!;
    return { time: Number(seconds), predicted: { warm: Number(x[0]) + (y * to.deviation[0] + to.mean[0]) } };
  });
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(wanted);
});

test('bad lines are told with their numbers and change nothing', async () => {
  const clean = await good(lines(header, ...rows.slice(0, 40)), saved('synaptic'));
  const bad = [
    '60,warm',
    '',
    '{"seconds": 1',
    '700,hot,60',
    '0,20,60',
    '1e999,20,60',
    '705,1e300,60',
    'x'.repeat(2_000_000),
  ];
  const input = lines(header, ...rows.slice(0, 12), ...bad, ...rows.slice(12, 40));
  const { code, out, complaints } = await streamed(input, [saved('synaptic')]);
  expect({ code, out }).toEqual({ code: 0, out: clean });
  const told = complaints.trim().split('\n');
  expect(told.map((line) => line.slice(0, line.indexOf(': ', 17)))).toEqual(
    [14, 16, 17, 18, 19, 20, 21].map((number) => `rivulet: stdin:${number}`),
  );
  expect(told.every((line) => line.endsWith('; the line is left out'))).toBe(true);
  expect(told[3]).toContain('must not run backwards');
  expect(told[6]).toContain('more than 1000000 characters');
});

test.for(Object.keys(cells))(
  'a stream of %s that goes on from its state says the same as one without a break',
  async (name) => {
    const below = (out: string) => out.split('\n').slice(1, -1);
    const whole = below(await good(lines(header, ...rows.slice(0, 60)), saved(name)));
    for (const cut of [0, 1, 2, 31, 60]) {
      const state = ['--state', place(`${name}-${cut}.json`)];
      const first = await good(lines(header, ...rows.slice(0, cut)), saved(name), ...state);
      // The header is remembered.
      const then = await good(lines(...rows.slice(cut, 60)), saved(name), ...state);
      expect([...below(first), ...below(then)]).toEqual(whole);
    }
  },
);

test('a signal ends a stream that waits for lines: what came is answered, the state saved, half a line not read', async () => {
  const path = place('interrupted.json');
  const interrupt = new AbortController();
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const io = { ...silent, signal: interrupt.signal };
  const code = run(['stream', saved('cfc'), '--state', path], io, console.error, { stdin, stdout });
  stdin.write(lines(header, ...rows.slice(0, 20)) + rows[20]!.slice(0, -3));
  let first = '';
  for await (const chunk of stdout) {
    first += chunk;
    if (first.split('\n').length === 22) break;
  }
  interrupt.abort();
  expect(await code).toBe(0);
  const then = await good(lines(...rows.slice(20, 40)), saved('cfc'), '--state', path);
  const whole = await good(lines(header, ...rows.slice(0, 40)), saved('cfc'));
  expect(first + then.slice(then.indexOf('\n') + 1)).toBe(whole);
  expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([]);
});

test('the state is saved while lines come, as often as was asked for', async () => {
  const path = place('often.json');
  const secondsOf = async () => JSON.parse(await readFile(path, 'utf8')).state.seconds;
  const seen: unknown[] = [];
  async function* arriving() {
    yield lines(header);
    for (const row of rows.slice(0, 4)) {
      seen.push(await secondsOf());
      yield lines(row);
    }
  }
  await streamed(arriving(), [saved('synaptic'), '--state', path, '--save-every', '0']);
  // A reader of a stream is one chunk ahead of who works on it, at most.
  expect(seen.at(-1)).toBeGreaterThanOrEqual(Number(rows[1]!.split(',')[0]));
  expect(await secondsOf()).toBe(Number(rows[3]!.split(',')[0]));
  await rm(path);
  seen.length = 0;
  await streamed(arriving(), [saved('synaptic'), '--state', path, '--save-every', '1e9']);
  expect(seen).toEqual([undefined, undefined, undefined, undefined]);
});

test('a question is answered between samples and changes nothing', async () => {
  const asked = ['{"seconds": 140}', '{"seconds": 150.5}'];
  const plain = (await good(lines(header, ...rows.slice(0, 5)), saved('synaptic'), '--json')).split('\n');
  const all = (
    await good(lines(header, ...rows.slice(0, 3), ...asked, ...rows.slice(3, 5)), saved('synaptic'), '--json')
  ).split('\n');
  expect([...all.slice(0, 3), ...all.slice(5)]).toEqual(plain);
  expect(all.slice(3, 5).map((line) => JSON.parse(line).time)).toEqual([140, 150.5]);
  expect(new Set(all.slice(2, 6).map((line) => JSON.parse(line).predicted.warm)).size).toBe(4);
  const { code, complaints } = await streamed(lines(...asked.slice(0, 1), rows[0]!), [saved('synaptic')]);
  expect(code).toBe(0);
  expect(complaints).toContain('stdin:1: there is no sample with a time yet');
});

test('a reader that pauses holds up the lines, and gets them all', async () => {
  const count = 100_000;
  let taken = 0;
  async function* arriving() {
    for (let k = 0; k < count; k += 100) {
      taken = k + 100;
      yield Array.from({ length: 100 }, (_, i) => `${k + i},0.5\n`).join('');
    }
  }
  const highWaterMark = 16_384;
  const stdin = Readable.from(arriving(), { objectMode: false, highWaterMark });
  const stdout = new PassThrough({ highWaterMark });
  const io = { ...silent, signal: never };
  const done = run(['stream', place('bare.safetensors')], io, console.error, { stdin, stdout });
  while (stdout.readableLength === 0) await setImmediate();
  // Until nothing moves any more.
  for (let [still, before] = [0, -1]; still < 100; still = taken === before ? still + 1 : 0) {
    before = taken;
    await setImmediate();
  }
  const unread = stdout.readableLength + stdout.writableLength;
  expect(unread).toBeGreaterThan(0);
  // On either side of the pass-through the answers to one chunk: lines have 6 bytes or more, their answers 60 or less. All are 5 MB.
  expect(unread).toBeLessThan(2 * (60 / 6) * highWaterMark);
  expect(taken).toBeLessThan(count / 10);
  let received = 0;
  for await (const chunk of stdout) {
    received += chunk.toString().split('\n').length - 1;
    if (received === count + 1) break;
  }
  expect(received).toBe(count + 1);
  expect(await done).toBe(0);
});

test('a header that is written as a comment names columns as it does in a file', async () => {
  const wanted = await good(lines(header, ...rows.slice(0, 9)), saved('synaptic'));
  expect(await good(lines(`# ${header}`, ...rows.slice(0, 9)), saved('synaptic'))).toBe(wanted);
});

test('after ten bad lines without a good one between, more are counted, and the count is told when a good one comes or none does', async () => {
  const bad = Array.from({ length: 14 }, (_, k) => `${60 * k},hot,60`);
  const { code, out, complaints } = await streamed(lines(header, ...bad, ...rows.slice(0, 2), ...bad.slice(0, 13)), [
    saved('synaptic'),
  ]);
  expect({ code, out }).toEqual({ code: 0, out: await good(lines(header, ...rows.slice(0, 2)), saved('synaptic')) });
  const told = complaints.trimEnd().split('\n');
  expect(told).toHaveLength(2 * 12);
  expect(told[10]).toBe(
    'rivulet: 10 bad lines and no good one between; more are counted, and told when a good one comes',
  );
  expect(told[11]).toBe('rivulet: 4 more bad lines were left out');
  expect(told[12]).toContain('stdin:18: ');
  expect(told[23]).toBe('rivulet: 3 more bad lines were left out');
});

test('without one good line, or called wrongly, a stream fails', async () => {
  expect(await streamed('a,b\nc,d\n', [saved('synaptic')])).toMatchObject({ code: 1, out: '' });
  expect(await streamed('', [saved('synaptic')])).toMatchObject({ code: 0, out: '', complaints: '' });
  const wrong = async (complaint: string, ...argv: string[]) =>
    expect(await streamed('', argv)).toEqual({
      code: 2,
      out: '',
      complaints: `rivulet: stream: ${complaint}\nrivulet stream --help says what there is.\n`,
    });
  await wrong('which network? Give the model.safetensors that training wrote, or its folder');
  await wrong('reads standard input, but "room.csv" was given too', saved('synaptic'), 'room.csv');
  await wrong('--save-every is about the state, but there is no --state', saved('synaptic'), '--save-every', '3');
  await wrong('--save-every is "-1"; wanted seconds, 0 or more', saved('synaptic'), '--state', 'x', '--save-every=-1');
});
