import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** Threads start from a file, which Node 20 cannot when it is TypeScript, so these tests run what is built. */
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const temporary = mkdtempSync(join(tmpdir(), 'rivulet-seeds-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Train on sines; interrupted once, when `isEnough` of what was printed so far. */
async function trained(name: string, options: string, isEnough: (out: string) => boolean = () => false) {
  const folder = join(temporary, name);
  const line = `train sine --units 4 --out ${folder} ${options}`;
  const child = spawn(process.execPath, [main, ...line.split(' ')]);
  let out = '';
  let complaints = '';
  let isInterrupted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (isInterrupted || !isEnough(out)) return;
    isInterrupted = child.kill('SIGINT');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out, complaints, folder };
}

const modelIn = (...path: string[]) => readFileSync(join(...path, 'model.safetensors'));
/** A line of the table, its numbers. */
const row = (out: string, name: string) => out.match(new RegExp(`^${name} +(.*)$`, 'm'))?.[1]?.split(/ +/);

test('every seed gives the model it gives alone, however many are trained at once', async () => {
  const alone = await trained('alone', '--epochs 1 --seed 5');
  const one = await trained('one', '--epochs 1 --seed 3,5 --jobs 1');
  const two = await trained('two', '--epochs 1 --seed 3,5 --jobs 2');
  expect([alone, one, two].map(({ code, complaints }) => ({ code, complaints }))).toEqual(
    Array(3).fill({ code: 0, complaints: '' }),
  );
  expect(modelIn(two.folder, 'seed-5').equals(modelIn(alone.folder))).toBe(true);
  for (const seed of [3, 5]) {
    const files = ['checkpoint.safetensors', 'metrics.jsonl', 'model.safetensors', 'report.html', 'run.json'];
    expect(readdirSync(join(two.folder, `seed-${seed}`))).toEqual(files);
    expect(modelIn(two.folder, `seed-${seed}`).equals(modelIn(one.folder, `seed-${seed}`))).toBe(true);
  }
  expect(modelIn(two.folder, 'seed-3').equals(modelIn(two.folder, 'seed-5'))).toBe(false);

  const fromTable = (out: string) => out.slice(out.indexOf('best epoch'), out.indexOf(temporary));
  expect(fromTable(two.out)).toBe(fromTable(one.out));
  expect(row(alone.out, 'this model')![0]).toBe(row(two.out, '5')!.at(-1));
  expect(row(two.out, 'this model')![0]).toBe(row(two.out, 'median')!.at(-1));
  const report = readFileSync(join(two.folder, 'seed-5', 'report.html'), 'utf8').replaceAll(/<[^>]*>/g, '');
  expect(report).toContain('--seed 5');
});

test('a number of seeds is as good as naming them, and as JSON each has its lines and its outcome', async () => {
  const named = await trained('named', '--epochs 1 --seed 4,5');
  const counted = await trained('counted', '--epochs 1 --seed 4 --seeds 2 --json');
  expect([named.code, counted.code]).toEqual([0, 0]);
  for (const seed of ['seed-4', 'seed-5'])
    expect(modelIn(counted.folder, seed).equals(modelIn(named.folder, seed))).toBe(true);
  const lines = counted.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const of = (wanted: string) => lines.filter(({ kind }) => kind === wanted);
  expect(
    of('epoch')
      .map(({ seed }) => seed)
      .toSorted(),
  ).toEqual([4, 5]);
  const [one, two] = of('outcome').map(({ test }) => test);
  const [results] = of('results');
  expect(results).toMatchObject({ smallest: Math.min(one, two), largest: Math.max(one, two) });
  // Of two numbers the deviation of a sample is their distance over √2.
  expect(results.deviation).toBeCloseTo(Math.abs(one - two) / Math.SQRT2, 12);
  expect(row(named.out, 'mean ± sd')!.slice(-3)[1]).toBe('±');
});

test('the first error names its seed, ends the other trainings and the command', async () => {
  mkdirSync(join(temporary, 'failing'));
  writeFileSync(join(temporary, 'failing', 'seed-2'), '');
  // As many epochs as would take hours: only the error can end them.
  const { code, complaints, folder } = await trained('failing', '--epochs 1000000 --seed 1,2,3 --jobs 2');
  expect(code).toBe(2);
  expect(complaints).toContain('rivulet: seed 2: train: cannot write to a folder');
  expect(existsSync(join(folder, 'seed-1', 'model.safetensors'))).toBe(false);
  expect(existsSync(join(folder, 'seed-3'))).toBe(false);
});

test('an interrupt ends all trainings, keeps the best epochs of those under way, and starts no other', async () => {
  const { code, out, folder } = await trained('interrupted', '--epochs 1000000 --seed 1,2,3 --jobs 2', (out) =>
    ['seed 1', 'seed 2'].every((seed) => out.includes(`${seed}  epoch       1/`)),
  );
  expect(code).toBe(130);
  expect(out).toContain('interrupted: keeping the weights of the best epochs so far; there is none of seed 3');
  expect(row(out, 'this model')!.join(' ')).toContain('median of 2 seeds');
  expect(readdirSync(folder).toSorted()).toEqual(['run.json', 'seed-1', 'seed-2']);
  expect(out).toContain(`to go on: npx rivulet train --resume ${folder}\n`);
  for (const seed of ['seed-1', 'seed-2']) expect(modelIn(folder, seed).length).toBeGreaterThan(0);
});
