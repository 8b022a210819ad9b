import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import type { EpochLine } from './run-folder.ts';
import type { RunRecord } from './run-record.ts';

let folder = '';
const trained = (name: string, ...options: string[]) =>
  called('train', 'sine', '--units', '3', '--epochs', '3', '--out', join(folder, name), ...options);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  await trained('slow');
  await trained('fast', '--learning-rate', '0.05');
  await trained('by-mae', '--metric', 'mae', '--epochs', '2');
});
afterAll(() => rm(folder, { recursive: true }));

const rowsOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

test('runs are listed with the settings that differ, and what each came to', async () => {
  const { code, out, complaints } = await called('compare', join(folder, 'fast'), join(folder, 'slow'));
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  const [header, fast, slow] = rowsOf(out);
  expect(header).toEqual([
    'run',
    'learning-rate',
    'epochs',
    'best epoch',
    'validation mean squared error',
    'test mean squared error',
    'its course',
  ]);
  const epochs = (await readFile(join(folder, 'fast', 'metrics.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as EpochLine);
  const best = epochs.reduce((best, each) => (each.valid.metric < best.valid.metric ? each : best));
  const record = JSON.parse(await readFile(join(folder, 'fast', 'run.json'), 'utf8')) as RunRecord;
  expect(fast!.slice(0, 4)).toEqual(['fast', '0.05', '3 of 3', String(best.epoch)]);
  expect(Number(fast![4])).toBeCloseTo(best.valid.metric, 3); // printed with four digits
  expect(Number(fast![5])).toBeCloseTo(record.result!.test, 3);
  expect(slow!.slice(0, 3)).toEqual(['slow', '0.01', '3 of 3']);
});

test('what is learned of files is told where trainings on the same file differ in it, not where files are others', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'rivulet-'));
  for (const name of ['hall', 'yard']) {
    const rows = Array.from({ length: 300 }, (_, i) => `${60 * i},${Math.sin(i / 5)}`);
    await writeFile(join(runs, `${name}.csv`), `${name},warm\n${rows.join('\n')}\n`);
  }
  const learned = async (data: string, name: string, ...options: string[]) =>
    called(
      ...['train', join(runs, `${data}.csv`), '--time', data, '--target', 'warm'],
      ...['--units', '2', '--epochs', '1', '--out', join(runs, name), ...options],
    );
  await learned('hall', 'hall');
  await learned('yard', 'yard', '--learning-rate', '0.05');
  const columns = async () => rowsOf((await called('compare', runs)).out)[0]!.slice(0, -5);
  expect(await columns()).toEqual(['run', 'data', 'learning-rate']);
  await learned('yard', 'further', '--horizon', '2');
  expect(await columns()).toEqual(['run', 'data', 'horizon', 'learning-rate']);
  await rm(runs, { recursive: true });
});

test('a folder of runs stands for all in it, as JSON with every epoch; each row says what it is judged by where that differs', async () => {
  const { out } = await called('compare', folder, '--json');
  const runs = JSON.parse(out) as { folder: string; settings: object; epochs: EpochLine[] }[];
  expect(runs.map((each) => each.folder)).toEqual(['by-mae', 'fast', 'slow'].map((name) => join(folder, name)));
  expect(runs.map(({ epochs }) => epochs.length)).toEqual([2, 3, 3]);
  expect(runs[1]!.settings).toMatchObject({ 'learning-rate': 0.05, units: '3' });
  const { out: listed } = await called('compare', folder);
  expect(listed).toMatch(/^run +learning-rate +metric +epochs +best epoch +validation +test mean squared error/);
  expect(listed).toMatch(/^by-mae +0.01 +mae +2 of 2 .* mae /m);
});

test('a run that was killed is listed as far as it came, a line that is cut short is no epoch', async () => {
  const killed = join(folder, 'killed');
  await mkdir(killed);
  const { result: _, ...record } = JSON.parse(await readFile(join(folder, 'slow', 'run.json'), 'utf8')) as RunRecord;
  await writeFile(join(killed, 'run.json'), JSON.stringify(record));
  const { out: before } = await called('compare', killed);
  expect(rowsOf(before)[1]).toEqual(['killed', '0 of 3', '–', '–', '–']);
  const [line] = (await readFile(join(folder, 'slow', 'metrics.jsonl'), 'utf8')).split('\n');
  await appendFile(join(killed, 'metrics.jsonl'), `${line}\n{"epoch":2,"tr`);
  expect(rowsOf((await called('compare', killed)).out)[1]!.slice(0, 3)).toEqual(['killed', '1 of 3', '1']);
  await rm(killed, { recursive: true });
});

test('the page draws a curve for each run, alike in every figure', async () => {
  const page = join(folder, 'page.html');
  const { code, out } = await called('compare', folder, '--out', page);
  expect({ code, out: out.endsWith(`\n${page}\n`) }).toEqual({ code: 0, out: true });
  const html = await readFile(page, 'utf8');
  const curves = [...html.matchAll(/<path class="curve (\w+)"[^>]*><title>([^<]*)/g)].map(([, tone, name]) => [
    name,
    tone,
  ]);
  expect(curves).toEqual([
    ['by-mae', 'one'],
    ['by-mae', 'one'],
    ['fast', 'two'],
    ['slow', 'three'],
  ]);
  expect(html).toContain('validation mean squared error');
  expect(html).toContain('validation mae');
  expect(html).not.toContain('<script');
});

test('what is no run, and a record that is damaged, is told', async () => {
  expect(await called('compare', join(folder, 'nowhere'))).toMatchObject({
    code: 2,
    complaints: expect.stringContaining(`there is no run in "${join(folder, 'nowhere')}"`),
  });
  expect(await called('compare')).toMatchObject({ code: 2, complaints: expect.stringContaining('which runs?') });
  expect((await called('compare', folder, '--out', 'a.png')).complaints).toContain('wanted a file that ends in .html');
  const damaged = join(folder, 'damaged');
  await mkdir(damaged);
  const refused = async (text: string) => {
    await writeFile(join(damaged, 'run.json'), text);
    const { code, complaints } = await called('compare', damaged);
    expect(code).toBe(1);
    return complaints;
  };
  expect(await refused('{"kind"')).toContain(`${join(damaged, 'run.json')}: this is not JSON`);
  expect(await refused('{"kind":"run","version":9,"command":{"data":"sine"}}')).toContain(
    'version is 9, but this program reads version 1',
  );
  expect(await refused('{"kind":"run","version":1,"command":{"data":"sine"}}')).toContain(
    'run.json.began is missing, but a text was wanted',
  );
});
