import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModel } from '../formats/model-file.ts';
import { run } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function called(signal: AbortSignal, ...argv: string[]) {
  let out = '';
  let complaints = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    screen: undefined,
    colour: false,
    signal,
  };
  const code = await run(argv, io, (text) => {
    complaints += text;
  });
  return { code, out, complaints };
}
const never = new AbortController().signal;

const rows = Array.from({ length: 400 }, (_, i) => {
  const warm = 20 + 3 * Math.sin(i / 9);
  return `${i * 60},${warm.toFixed(3)},${warm > 20 ? 'full' : 'empty'}`;
});

test('training on sines writes a model that loads and a report, and prints the result beside its baselines', async () => {
  const { code, out, complaints } = await called(
    never,
    'train',
    'sine',
    '--epochs',
    '2',
    '--units',
    '8',
    '--out',
    folder,
  );
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(out).toContain('epoch 2/2');
  expect(out).toMatch(/this model +\d/);
  expect(out).toMatch(/persistence +\d/);
  const { model } = loadModel(new Uint8Array(await readFile(join(folder, 'model.safetensors'))));
  expect(model.connections.units).toBe(8);
  const html = await readFile(join(folder, 'report.html'), 'utf8');
  expect(html).toContain('<math');
  expect(html).toContain('npx rivulet train sine');
});

test('a CSV file is trained on by its columns, numbers or classes', async () => {
  const path = join(folder, 'room.csv');
  await writeFile(path, `seconds,warm,room\n${rows.join('\n')}\n`);
  const options = ['--time', 'seconds', '--epochs', '1', '--units', '6', '--out', folder];
  for (const [target, said] of [
    ['warm', 'Forecasting "warm"'],
    ['room', '2 classes'],
  ] as const) {
    const { code, out, complaints } = await called(never, 'train', path, '--target', target, ...options);
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    expect(out).toContain(said);
  }
});

test('an interrupted training keeps what it has and says so by its exit code', async () => {
  const { code, out } = await called(AbortSignal.abort(), 'train', 'sine', '--units', '6', '--out', folder);
  expect(code).toBe(130);
  expect(out).toContain('interrupted');
});

test('wrong names of data, cells and columns end with code 1 or 2 and say what there is', async () => {
  const missing = await called(never, 'train', 'chetah');
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.complaints).toContain('did you mean "cheetah"?');
  expect((await called(never, 'train', 'sine', '--cell', 'synptic')).complaints).toContain('did you mean "synaptic"?');
  expect((await called(never, 'train', 'nowhere.csv', '--target', 'a')).complaints).toContain('there is no file');
  expect((await called(never, 'train', 'sine', '--target', 'a')).complaints).toContain('--target is for CSV files');
});
