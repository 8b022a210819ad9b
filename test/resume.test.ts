import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { random } from '../src/random.ts';

/** A process of its own can be killed, and threads start from a file, so these tests run what is built. */
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const temporary = mkdtempSync(join(tmpdir(), 'rivulet-resume-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Run a command line; `watch` sees what was printed so far, and may end it. */
async function called(line: string, watch: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => {}) {
  const child = spawn(process.execPath, [main, ...line.split(' ')]);
  let out = '';
  let complaints = '';
  let isEnded = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    watch(out, (signal) => {
      if (!isEnded) child.kill(signal);
      isEnded = true;
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out, complaints };
}

const settings = '--units 4,3 --dropout 0.2 --optimizer adamw --clip 1 --epochs 12 --batch 8 --tensorboard';
/** What of a run must not depend on breaks. */
const contents = (folder: string) => {
  const [events] = readdirSync(folder).filter((name) => name.includes('tfevents'));
  return {
    names: readdirSync(folder).map((name) => name.replace(/\d{9,}/, 'TIME')),
    model: readFileSync(join(folder, 'model.safetensors')).toString('base64'),
    metrics: readFileSync(join(folder, 'metrics.jsonl'), 'utf8').replaceAll(/"seconds":[^,}]*/g, ''),
    // Records of equal tags and steps have equal lengths; times are in them.
    events: readFileSync(join(folder, events!)).length,
  };
};

test('killed at any moments and resumed, training leaves the files that it leaves without a break, parameters to the bit', async () => {
  const [whole, broken] = ['whole', 'broken'].map((name) => join(temporary, name)) as [string, string];
  await called(`train sine ${settings} --out ${whole}`);
  const draw = random(6);
  let runs = 0;
  let line = `train sine ${settings} --out ${broken}`;
  for (let code: unknown = null; code === null; runs++) {
    const moment = 1 + draw.integer(120);
    const moments = (out: string, kill: (signal: NodeJS.Signals) => void) => {
      if (runs < 4 && out.includes('epoch ')) setTimeout(() => kill('SIGKILL'), moment);
    };
    const result = await called(line, moments);
    expect(result.complaints).toBe('');
    code = result.code;
    line = `train --resume ${broken}`;
  }
  expect(runs).toBeGreaterThan(2);
  expect(contents(broken)).toEqual(contents(whole));
  // A run that has ended is judged again, and stays what it is.
  expect(await called(line)).toMatchObject({ code: 0, out: expect.stringContaining('12 of 12 epochs are done') });
  expect(contents(broken)).toEqual(contents(whole));
});

test('Ctrl-C saves and says how to resume; lines beyond the checkpoint, whole or half, are cut', async () => {
  const folder = join(temporary, 'interrupted');
  const first = await called(`train sine ${settings} --out ${folder}`, (out, kill) => {
    if (out.includes('epoch  3/12')) kill('SIGINT');
  });
  expect(first).toMatchObject({
    code: 130,
    out: expect.stringContaining(`to go on: npx rivulet train --resume ${folder}\n`),
  });
  const before = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  expect(before.result).toMatchObject({ reason: 'aborted' });
  appendFileSync(join(folder, 'metrics.jsonl'), '{"epoch":11,"train":1}\n{"epoch":12,"tr');
  writeFileSync(join(folder, 'checkpoint.safetensors.123.tmp'), 'half');

  const other = await called(`train sine ${settings} --epochs 13 --missing-is-unknown --resume --out ${folder}`);
  expect(other.complaints).toContain('option "--missing-is-unknown" is not known');
  const differing = await called(`train sine ${settings} --epochs 13 --seed 2 --resume --out ${folder}`);
  expect(differing).toMatchObject({
    code: 2,
    complaints: expect.stringContaining('other settings: --epochs is 13, but was 12; --seed is 2, but was 1\n'),
  });
  const beside = await called(`train --resume ${folder} --epochs 13`);
  expect(beside).toMatchObject({
    code: 2,
    complaints: expect.stringContaining('so --epochs cannot be given beside it'),
  });

  const resumed = await called(`train sine ${settings} --threads 2 --resume --out ${folder}`);
  expect(resumed).toMatchObject({
    code: 0,
    complaints: '',
    out: expect.stringMatching(/going on: \d+ of 12 epochs are done/),
  });
  expect(contents(folder)).toEqual(contents(join(temporary, 'whole')));
  expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).began).toBe(before.began);
});

test('several seeds are killed and resumed together, those that had not begun begin', async () => {
  const [whole, broken] = ['seeds', 'broken-seeds'].map((name) => join(temporary, name)) as [string, string];
  const line = 'train sine --units 4 --epochs 6 --seed 1,2,3 --jobs 1';
  await called(`${line} --out ${whole}`);
  const killed = await called(`${line} --out ${broken}`, (out, kill) => {
    if (out.includes('seed 2  epoch 3/6')) kill('SIGKILL');
  });
  expect(killed.code).toBe(null);
  expect((await called(`train --resume ${broken}`)).code).toBe(0);
  for (const seed of ['seed-1', 'seed-2', 'seed-3']) {
    const [a, b] = [whole, broken].map((folder) => readFileSync(join(folder, seed, 'model.safetensors')));
    expect(a!.equals(b!)).toBe(true);
  }
});

test('where nothing was begun there is nothing to resume', async () => {
  const folder = join(temporary, 'nothing');
  expect(await called(`train sine --resume --out ${folder}`)).toMatchObject({
    code: 2,
    complaints: expect.stringContaining(`there is nothing to resume in "${folder}": it has no run.json`),
  });
});
