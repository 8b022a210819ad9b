import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called as call } from '../../test/called.ts';
import { panels } from '../expressivity/panels.ts';
import { readings } from '../expressivity/readings.ts';
import { help } from './help.ts';
import { parse } from './options.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-expressivity-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const called = (...argv: string[]) => call('expressivity', ...argv);

test('a command line of expressivity is understood, and what it does not say has a default', () => {
  expect(parse(['expressivity'])).toEqual({
    kind: 'expressivity',
    panels: undefined,
    samples: 100,
    as: 'code',
    seed: 1,
    jobs: undefined,
    out: 'runs/expressivity',
    json: false,
  });
  const line = '--panel A,3B --samples 7 --as one-A --seed 0 --jobs 3 --out here --json';
  expect(parse(['expressivity', ...line.split(' ')])).toEqual({
    kind: 'expressivity',
    panels: ['A', '3B'],
    samples: 7,
    as: 'one-A',
    seed: 0,
    jobs: 3,
    out: 'here',
    json: true,
  });
});

test.for([
  ['--panel 3Z', `expressivity: --panel "3Z" is not one of ${panels.map(({ name }) => name).join(', ')}, all`],
  ['--panel A,', 'expressivity: --panel "" is not one of 1, A, '],
  ['--panel A,B,A', 'expressivity: --panel is "A,B,A", with A twice; wanted each once'],
  ['--as coed', `expressivity: --as "coed" is not one of ${Object.keys(readings).join(', ')}; did you mean "code"?`],
  ['--samples 0', 'expressivity: --samples is "0"; wanted a whole number, 1 or more'],
  ['--seed 1,2', 'expressivity: --seed is "1,2"; wanted a whole number, 0 or more'],
  ['--jobs none', 'expressivity: --jobs is "none"; wanted a whole number, 1 or more'],
  ['3B', 'expressivity: takes options only, but "3B" was given; --panel names panels'],
  ['--panels A', 'expressivity: option "--panels" is not known; did you mean "--panel"?'],
] as const)('expressivity %s is refused before anything is drawn', async ([line, words]) => {
  const { code, out, complaints } = await called(...line.split(' '), '--out', folder);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(complaints).toContain(words);
  expect(complaints).toContain('rivulet expressivity --help says what there is.');
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that cannot be is refused by its name', async () => {
  const file = `${folder}-file`;
  await writeFile(file, '');
  const { code, complaints } = await called('--out', file);
  await rm(file);
  expect(code).toBe(2);
  expect(complaints).toContain(`expressivity: cannot write to a folder "${file}" (EEXIST); --out DIR names another`);
});

test('help names every panel and reading', () => {
  const text = help('expressivity');
  for (const name of [...panels.map((panel) => panel.name), ...Object.keys(readings)]) expect(text).toContain(name);
});
