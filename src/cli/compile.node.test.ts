import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called as call } from '../../test/called.ts';
import { ltc } from '../cells/ltc.ts';
import { saveModel } from '../formats/model-file.ts';
import { load } from '../inference.ts';
import { program } from '../program.ts';
import { stack } from '../stack.ts';

const net = stack({ cell: ltc(), inputs: 2, units: [4, 3], seed: 5 });

let folder = '';
let saved = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-compile-'));
  saved = join(folder, 'model.safetensors');
  await writeFile(saved, saveModel(net, { unit: 'mm' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const called = (...argv: string[]) => call('compile', ...argv);

const sequences = { batch: 1, steps: 3, x: [0.1, 0.2, -0.3, 0.4, 0.5, -0.6] };

test('a saved network becomes one file beside it, which answers as it does and keeps its notes', async () => {
  const { code, out, complaints } = await called(saved);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(out).toMatch(/model\.wasm: \d+\.\d kB, \d+\.\d kB packed by brotli, float32\n$/);
  const loaded = load(await readFile(join(folder, 'model.wasm')));
  expect(loaded.notes).toEqual({ unit: 'mm' });
  expect(loaded.program.forward(sequences)).toEqual(program(net, { fma: 'off' }).forward(sequences));
});

test('precision and place are as asked for', async () => {
  const out = join(folder, 'deep', 'exact.bin');
  expect(await called(saved, '--precision', 'float64', `--out=${out}`)).toMatchObject({ code: 0, complaints: '' });
  const loaded = load(await readFile(out)).program;
  expect(loaded.precision).toBe('float64');
  const exact = program(net, { precision: 'float64', fma: 'off' });
  expect(loaded.forward(sequences)).toEqual(exact.forward(sequences));
});

test('the folder of a training stands for the network in it', async () => {
  const { out } = await called(saved);
  await rm(join(folder, 'model.wasm'));
  expect(await called(folder)).toEqual({ code: 0, out, complaints: '' });
  expect(await readdir(folder)).toContain('model.wasm');
});

test('a wrong call is refused with what was wanted, and ends with code 2', async () => {
  const wrong = async (complaint: string, ...argv: string[]) => {
    const { code, complaints } = await called(...argv);
    expect({ code, complaints }).toEqual({
      code: 2,
      complaints: `rivulet: ${complaint}\nrivulet compile --help says what there is.\n`,
    });
  };
  await wrong('compile: which network? Give the model.safetensors that training wrote, or its folder');
  await wrong('compile: one network at a time, but "b" was given too', saved, 'b');
  await wrong(
    'compile: --precision is "float23"; wanted float32 or float64; did you mean "float32"?',
    saved,
    '--precision=float23',
  );
  const missing = join(folder, 'no.safetensors');
  await wrong(`compile: there is no file "${missing}"`, missing);
  const empty = join(folder, 'empty');
  await mkdir(empty);
  await wrong(`compile: there is no file "${join(empty, 'model.safetensors')}"`, empty);
  await wrong(`compile: --out "${saved}" is the network itself; wanted another file`, saved, '--out', saved);
});

test('a file that holds no network is refused by name with code 1, and nothing is written', async () => {
  const damaged = join(folder, 'damaged.safetensors');
  await writeFile(damaged, (await readFile(saved)).subarray(0, 40));
  const { code, complaints } = await called(damaged);
  expect(code).toBe(1);
  expect(complaints).toContain(`rivulet: compile: "${damaged}" holds no network: safetensors: `);
  expect(await readdir(folder)).not.toContain('damaged.wasm');
});
