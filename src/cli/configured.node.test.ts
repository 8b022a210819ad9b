import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import { configured } from './configured.ts';
import { parse } from './options.ts';
import { configNames } from './read-config.ts';
import { readRecord } from './run-record.ts';

const home = process.cwd();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-config-'));
  process.chdir(folder);
});
afterEach(() => Promise.all(configNames.map((name) => rm(name, { force: true }))));
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

/** What a command line asks for, with a config file in the working directory. */
const asked = async (line: string, config: object, name = 'rivulet.config.json') => {
  await writeFile(name, JSON.stringify(config));
  return parse((await configured(line.split(' '))).argv);
};

test('a config file says the same as the flags, and the command line wins over it', async () => {
  const train = { data: ['a.csv', 'b.csv'], target: 'x', units: [8, 4], bidirectional: true, seed: 3, seeds: 2 };
  const flags = 'train a.csv b.csv --target x --units 8,4 --bidirectional --seed 3 --seeds 2';
  expect(await asked('train', { train })).toEqual(parse(flags.split(' ')));
  expect(await asked('train c.csv --units 5 --no-bidirectional --seed 7', { train })).toEqual(
    parse('train c.csv --target x --units 5 --seeds 2 --seed 7'.split(' ')),
  );
  expect(await asked('train sine --no-config', { train })).toEqual(parse(['train', 'sine']));
  expect(await asked('eval', { train, eval: { model: 'm', data: 'd' } })).toMatchObject({ model: 'm', data: 'd' });
  expect(await asked('eval n', { eval: { model: 'm', data: 'd' } })).toMatchObject({ model: 'n', data: 'd' });
  expect(await asked('train sine', { eval: { model: 'm' } })).toEqual(parse(['train', 'sine']));
});

test('the config file of the guide says what the command line below it says', async () => {
  const guide = await readFile(join(home, 'docs/training.md'), 'utf8');
  const [, config, line] = guide.match(/```json\n([\s\S]*?)```[\s\S]*?```\nnpx rivulet ([^\n]*)\n```/)!;
  expect(await asked('train', JSON.parse(config!))).toEqual(parse(line!.split(' ')));
});

test('another config file is named with --config, and of two in the working directory neither is taken', async () => {
  await mkdir('elsewhere', { recursive: true });
  const other = join('elsewhere', 'settings.json');
  expect(await asked(`train --config ${other}`, { train: { data: 'sine', epochs: 7 } }, other)).toMatchObject({
    data: 'sine',
    epochs: 7,
  });
  await writeFile('rivulet.config.mjs', 'export default { train: { data: "sine", epochs: 8 } };');
  expect(parse((await configured(['train'])).argv)).toMatchObject({ data: 'sine', epochs: 8 });
  await writeFile('rivulet.config.json', '{}');
  await expect(configured(['train'])).rejects.toThrow(
    'there are rivulet.config.json and rivulet.config.mjs; wanted one config file, or --config FILE',
  );
  await expect(configured(['train', '--config', 'none.json'])).rejects.toThrow('no config file "none.json"');
});

test('an error says where in the file a setting is, also where it is found only in use, unless it was given as a flag', async () => {
  const complaints = async (text: string, ...argv: string[]) => {
    await writeFile('rivulet.config.json', text);
    const { code, complaints } = await called('train', ...argv);
    expect(code).toBe(2);
    return complaints.split('\n')[0];
  };
  const file = 'rivulet: rivulet.config.json';
  expect(await complaints('{ "train": { "data": "sine", "learningRate": "fast" } }')).toBe(
    `${file}: train.learningRate is "fast"; wanted a number above 0`,
  );
  expect(await complaints('{ "train": { "data": "sine", "loss": "mes" } }')).toContain(
    `${file}: train.loss "mes" is not one of mse,`,
  );
  expect(await complaints('{ "train": { "data": "sine", "loss": "mes" } }', '--loss', 'mee')).toContain(
    'rivulet: train: --loss "mee" is not one of mse,',
  );
  expect(await complaints('{ "train": { "data": "rom.csv" } }')).toBe(`${file}: train: there is no file "rom.csv"`);
  expect(await complaints('{\n  "train": {},\n}')).toBe(
    `${file}:3:1: this is not JSON; wanted a name in double quotes`,
  );
  expect(await complaints('{}')).toContain('train: which data?');
});

test('a run of a config file is recorded as if its settings had been flags, and resumed without the file', async () => {
  await writeFile(
    'rivulet.config.json',
    '{ "train": { "data": "sine", "units": 4, "epochs": 1, "out": "configured" } }',
  );
  const { code, out } = await called('train');
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^settings of rivulet\.config\.json\n/) });
  expect((await called('train', 'sine', '--no-config', '--units', '4', '--epochs', '1', '--out', 'flags')).code).toBe(
    0,
  );
  const [one, two] = [await readRecord('configured'), await readRecord('flags')];
  if (one?.kind !== 'run' || two?.kind !== 'run') throw new Error('no records of runs');
  expect({ ...one.command, out: '' }).toEqual({ ...two.command, out: '' });
  expect(one).toMatchObject({ line: two.line, settings: two.settings, result: { test: two.result!.test } });

  await writeFile('rivulet.config.json', '{ "train": { "data": "sine", "units": 5, "epochs": 2 } }');
  expect(await called('train', '--resume', 'configured')).toMatchObject({ code: 0, complaints: '' });
  expect((await called('train', '--resume', 'configured', '--config', 'rivulet.config.json')).complaints).toContain(
    'rivulet: train: "configured" is resumed as it was begun, so --units cannot be given beside it',
  );
});

test('a module without a default export, or with a mistake, is told by its name', async () => {
  await writeFile('bare.mjs', 'export const train = {};');
  expect((await called('train', '--config', 'bare.mjs')).complaints).toContain(
    'rivulet: bare.mjs has no default export; wanted export default',
  );
  await writeFile('mistaken.mjs', 'throw new Error("of my own");');
  expect(await called('train', '--config', 'mistaken.mjs')).toMatchObject({
    code: 2,
    complaints: expect.stringContaining('rivulet: mistaken.mjs: of my own\n'),
  });
});
