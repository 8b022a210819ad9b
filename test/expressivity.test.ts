import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** Threads start from a file, which Node 20 cannot when it is TypeScript, so these tests run what is built. */
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const temporary = mkdtempSync(join(tmpdir(), 'rivulet-expressivity-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Repeat experiments; interrupted once something was printed when `isInterrupted`. */
async function repeated(name: string, options: string, isInterrupted = false) {
  const folder = join(temporary, name);
  const child = spawn(process.execPath, [main, 'expressivity', ...options.split(' '), '--out', folder]);
  let [out, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (isInterrupted) child.kill('SIGINT');
    isInterrupted = false;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out, complaints, folder };
}

const results = (folder: string) => readFileSync(join(folder, 'results.json'), 'utf8');
/** What is printed below the progress, but for the last two lines, which name the folder and the time. */
const tables = (out: string) => out.slice(out.indexOf('\nPanel ')).split('\n').slice(0, -3);

test('results are the same however many threads draw them, and --json prints what is written', async () => {
  const [one, two] = [
    await repeated('one', '--panel S1d,1 --samples 3 --jobs 1'),
    await repeated('two', '--panel S1d,1 --samples 3 --jobs 2'),
  ];
  expect([one, two].map(({ code, complaints }) => ({ code, complaints }))).toEqual(
    Array(2).fill({ code: 0, complaints: '' }),
  );
  expect(readdirSync(one.folder).toSorted()).toEqual(['1-paths.svg', '1.svg', 'S1d.svg', 'results.json']);
  expect(results(two.folder)).toBe(results(one.folder));
  expect(tables(two.out)).toEqual(tables(one.out));
  for (const file of ['1-paths.svg', '1.svg', 'S1d.svg'])
    expect(readFileSync(join(two.folder, file), 'utf8')).toBe(readFileSync(join(one.folder, file), 'utf8'));

  const json = await repeated('json', '--panel S1d,1 --samples 3 --json');
  expect(json.out).toBe(results(one.folder));
  const { panels } = JSON.parse(json.out);
  expect(panels.map(({ panel }: { panel: { name: string } }) => panel.name)).toEqual(['S1d', '1']);
  expect(panels[0].lengths).toHaveLength(15);
  for (const { finished, unfinished, lengths } of panels[0].lengths) {
    expect(finished + unfinished).toBe(3);
    expect(lengths).toHaveLength(finished);
  }
});

test('another seed gives other draws, more samples begin with the same', async () => {
  const lengthsOf = async (name: string, options: string): Promise<number[]> => {
    const { folder } = await repeated(name, `--panel S1d ${options}`);
    return JSON.parse(results(folder)).panels[0].lengths[0].lengths;
  };
  const [first, more, other] = [
    await lengthsOf('first', '--samples 2'),
    await lengthsOf('more', '--samples 4'),
    await lengthsOf('other', '--samples 2 --seed 2'),
  ];
  expect(more.slice(0, 2)).toEqual(first);
  expect(other).not.toEqual(first);
});

test('Ctrl-C ends the command with code 130 and leaves no file', async () => {
  const { code, out, complaints, folder } = await repeated('interrupted', '--panel 3B --samples 100000', true);
  expect({ code, complaints }).toEqual({ code: 130, complaints: '' });
  expect(out).toContain('interrupted: nothing is written');
  expect(readdirSync(folder)).toEqual([]);
});
