import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import { saveFile } from '../files.ts';
import { version } from './version.ts';

test('help and version go to standard output and succeed', async () => {
  expect(await called('--help')).toMatchObject({
    code: 0,
    complaints: '',
    out: expect.stringContaining('rivulet train'),
  });
  expect(await called('--version')).toEqual({ code: 0, complaints: '', out: `${await version()}\n` });
  expect(await version()).toMatch(/^\d+\.\d+\.\d+/);
});

test('a wrong call ends with code 2, a message and no stack', async () => {
  const { code, out, complaints } = await called('train', 'sine', '--epohcs', '3');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(complaints).toBe(
    'rivulet: train: option "--epohcs" is not known; did you mean "--epochs"?\nrivulet train --help says what there is.\n',
  );
});

test('a complaint about what was given holds no control character of it', async () => {
  expect((await called('train', '\u001b[2J.csv')).complaints).toContain('"␛[2J.csv"');
});

test('--debug shows where an error came from', async () => {
  expect((await called('train', '--debug')).complaints).toContain('    at ');
});

test('a file is saved whole, its folder made, and nothing is left beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  try {
    const path = join(folder, 'a', 'b.txt');
    await saveFile(path, 'old');
    await saveFile(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'a'))).toEqual(['b.txt']);
    await expect(saveFile(folder, 'x')).rejects.toThrow(`cannot write "${folder}" (EISDIR)`);
    await expect(saveFile(join(path, 'c.txt'), 'x')).rejects.toThrow(/cannot write ".*c\.txt" \(E/);
    expect(await readFile(path, 'utf8')).toBe('new');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a damaged reference file is told by name, the others are compared, and the exit code is 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  try {
    const golden = new URL('../../test/golden/ltc-full-8.safetensors', import.meta.url);
    const bytes = await readFile(golden);
    await saveFile(join(folder, 'b.safetensors'), bytes);
    await saveFile(join(folder, 'a.safetensors'), bytes.subarray(0, 9000));
    const { code, out } = await called('conform', folder);
    expect(code).toBe(1);
    expect(out).toContain('a.safetensors: FAILED, safetensors: ');
    expect(out).toContain('b.safetensors: agrees');
    expect(out).toContain('1 of 1 agree, 1 could not be compared\n');
    const { out: json } = await called('conform', folder, '--json');
    expect(JSON.parse(json)).toMatchObject([
      { kind: 'failed', name: 'a.safetensors' },
      { kind: 'compared', name: 'b.safetensors', agrees: true },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
