import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { called } from '../../test/called.ts';

const home = process.cwd();
const folders: string[] = [];
beforeEach(async () => {
  folders.push(await mkdtemp(join(tmpdir(), 'rivulet-init-')));
  process.chdir(folders.at(-1)!);
});
afterAll(async () => {
  process.chdir(home);
  for (const folder of folders) await rm(folder, { recursive: true });
});

const config = async () => JSON.parse(await readFile('rivulet.config.json', 'utf8'));
const minutes = (rows: number) =>
  Array.from(
    { length: rows },
    (_, i) => `${new Date(i * 60_000).toISOString()},${20 + Math.sin(i / 9)},${(i >> 3) & 1}`,
  );

test('without files there is a start with sines, which a bare train takes', async () => {
  expect(await called('init')).toMatchObject({
    code: 0,
    complaints: '',
    out: expect.stringContaining('next: npx rivulet train\n'),
  });
  expect((await config()).train).toMatchObject({ data: 'sine', units: [16], epochs: 30, seed: 1 });
  expect(await called('train', '--epochs', '1')).toMatchObject({ code: 0, complaints: '' });
});

test('of a file the last column that can be learned is the target, few whole numbers being classes, and a bare train takes it', async () => {
  await writeFile('room.csv', `time,warm,light\n${minutes(300).join('\n')}\n`);
  const { code, out } = await called('init', 'room.csv');
  expect(code).toBe(0);
  expect(out).toContain('target: light, the last column that can be learned; --target names another\n');
  expect(out).toContain('warm    number');
  expect((await config()).train).toMatchObject({ data: 'room.csv', target: 'light', classify: true, units: [32] });
  const text = await readFile('rivulet.config.json', 'utf8');
  expect(text).toContain('"units": [32],');
  expect(await called('train', '--epochs', '1')).toMatchObject({ code: 0, complaints: '' });
});

test('what is asked for stays, and a column that never changes is passed over', async () => {
  await writeFile(
    'room.csv',
    `time,warm,same\n${minutes(300)
      .map((row) => row.replace(/.$/, '7'))
      .join('\n')}\n`,
  );
  expect((await called('init', 'room.csv')).code).toBe(0);
  expect((await config()).train).toMatchObject({ target: 'warm' });
  expect((await config()).train).not.toHaveProperty('classify');
  const asked = ['--target', 'warm', '--horizon', '5', '--window', '16', '--ignore', 'same', '--force'];
  expect((await called('init', 'room.csv', ...asked)).code).toBe(0);
  expect((await config()).train).toMatchObject({ target: 'warm', horizon: 5, window: 16, ignore: 'same' });
});

test('of few rows windows are shorter, so that a bare train takes them', async () => {
  await writeFile('few.csv', `time,warm,light\n${minutes(80).join('\n')}\n`);
  expect((await called('init', 'few.csv', '--target', 'warm')).code).toBe(0);
  expect((await config()).train).toMatchObject({ window: 8 });
  expect(await called('train', '--epochs', '1')).toMatchObject({ code: 0, complaints: '' });
});

test('a folder of recordings with a label each is a task without a target', async () => {
  await mkdir('walks');
  const names = Array.from({ length: 12 }, (_, k) => `walk-${k}.csv`);
  for (const [k, name] of names.entries())
    await writeFile(
      join('walks', name),
      `a,b\n${Array.from({ length: 6 }, (_, i) => `${(k + i) % 5},${k / 2}`).join('\n')}\n`,
    );
  await writeFile(
    join('walks', 'labels.csv'),
    `name,steps\n${names.map((name, k) => `${name},${k % 2 === 0 ? -1 : 1}`).join('\n')}\n`,
  );
  expect(await called('init', 'walks')).toMatchObject({ code: 0, complaints: '' });
  const { train } = await config();
  expect(train).toMatchObject({ data: 'walks', classify: true });
  expect(train).not.toHaveProperty('target');
  expect(await called('train', '--epochs', '1')).toMatchObject({ code: 0, complaints: '' });
});

test('a file that is there is never written over unless told so', async () => {
  await writeFile('rivulet.config.json', 'mine');
  expect(await called('init')).toMatchObject({
    code: 1,
    complaints: 'rivulet: init: there is a rivulet.config.json already; --force writes over it\n',
  });
  expect(await readFile('rivulet.config.json', 'utf8')).toBe('mine');
  expect(await called('init', '--ts', '--force')).toMatchObject({
    code: 1,
    complaints: 'rivulet: init: there is a rivulet.config.json; remove it to have a rivulet.config.ts\n',
  });
  expect((await called('init', '--force')).code).toBe(0);
  expect((await config()).train.data).toBe('sine');
});

test('data that cannot be learned from leave no file', async () => {
  await writeFile('same.csv', 'a,b\n1,2\n1,2\n1,2\n');
  expect(await called('init', 'same.csv')).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('the target "b" is always 2'),
  });
  expect((await called('init', 'nothere.csv')).complaints).toContain('init: there is no file "nothere.csv"');
  await expect(config()).rejects.toThrow('ENOENT');
});

test('a module has the type of its settings', async () => {
  await called('init', '--ts');
  const text = await readFile('rivulet.config.ts', 'utf8');
  expect(text).toMatch(
    /^import type \{ Config \} from 'rivulet\/config';\n\nexport default \{\n {2}train: \{\n {4}data: 'sine',\n/,
  );
  expect(text).toMatch(/\} satisfies Config;\n$/);
});
