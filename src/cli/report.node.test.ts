import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import { fault, reachesOut } from '../../test/markup.ts';
import type { RunRecord } from './run-record.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  const rows = Array.from({ length: 900 }, (_, i) => {
    const warm = 20 + 3 * Math.sin(i / 9);
    return `${i * 60},${warm.toFixed(3)},${Math.cos(i / 5).toFixed(3)},${['low', 'middle', 'high'][Math.floor(i / 7) % 3]}`;
  });
  await writeFile(join(folder, 'room.csv'), `seconds,warm,damp,room\n${rows.join('\n')}\n`);
  const series = Array.from({ length: 60 }, (_, k) => {
    const values = Array.from({ length: 8 }, (_, t) => ((k % 2) + 0.1 * Math.sin(k * t)).toFixed(3));
    return `${values.join(',')}:${k % 2 === 0 ? 'calm' : 'wild'}`;
  });
  const head = '@problemName made\n@timeStamps false\n@univariate true\n@classLabel true calm wild\n@data\n';
  await writeFile(join(folder, 'made.ts'), `${head}${series.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

/** Train for an epoch; what is printed, the report with and without its markup, the record, the files. */
async function trained(name: string, data: string, ...options: string[]) {
  const out = join(folder, name);
  const source = data.includes('.') ? join(folder, data) : data;
  const small = ['--epochs', '1', '--units', '4', '--out', out];
  const { code, out: printed, complaints } = await called('train', source, ...small, ...options);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  const html = await readFile(join(out, 'report.html'), 'utf8');
  expect(fault(html)).toBeUndefined();
  expect(reachesOut(html)).toBeUndefined();
  const record = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunRecord;
  return { out, printed, html, said: html.replaceAll(/<style>[\s\S]*?<\/style>|<[^>]*>/g, ' '), record };
}

const confusion = 'aria-label="Confusion matrix';
const scatter = /: predicted against true, [\d,]+ answers/;

test('a report of classes at every step has their confusion matrix, F1, columns and shares', async () => {
  const { html, said, record } = await trained('steps', 'room.csv', '--target', 'room', '--time', 'seconds');
  expect(html).toContain(`${confusion} of 3 classes`);
  expect(html).not.toMatch(scatter);
  expect(said).toMatch(/class +true +said +precision +recall +F1/);
  expect(said).toContain('room.csv: 900 rows');
  expect(said).toMatch(/damp +number +0 +-\S+ to \S+, mean/);
  expect(said).toMatch(/class +to train on +to validate +to test/);
  expect(said).toMatch(/to train on +\d+ windows +\d+ +to validate +\d+ rows +to test +\d+ rows/);
  expect(record.result!.results![0]).toMatchObject({ name: 'this model', ours: true });
});

test('where the test part is mostly of one class and neither network nor baselines come near, that is said', async () => {
  const rows = Array.from({ length: 900 }, (_, i) => {
    const isOn = i % 9 === 0 ? i >= 765 : i < 765; // the last 15 % test
    return `${Math.sin(i * i).toFixed(3)},${isOn ? 'on' : 'off'}`;
  });
  await writeFile(join(folder, 'turned.csv'), `noise,pump\n${rows.join('\n')}\n`);
  const { printed, said } = await trained('turned', 'turned.csv', '--target', 'pump', '--epochs', '20');
  const share = 'always "off" would be right in 88.89 % of it';
  expect(printed).toContain(`the test part holds the classes in other shares than training: ${share}\n`);
  expect(said.replaceAll('&quot;', '"')).toContain(
    `The test part holds the classes in other shares than training: ${share}.`,
  );
  const alike = await trained('alike', 'room.csv', '--target', 'room', '--time', 'seconds');
  expect(alike.printed).not.toContain('other shares');
});

test('a report of forecasts has intervals, residuals in their own unit and certified bounds', async () => {
  const { html, said, printed, record } = await trained(
    'forecast',
    'room.csv',
    ...['--target', 'warm', '--time', 'seconds', '--ignore', 'room', '--window', '6'],
  );
  expect(html).toMatch(scatter);
  expect(html).toContain('warm: how often predicted − true is how much');
  expect(html).not.toContain(confusion);
  const [ours, ...baselines] = record.result!.results!;
  expect(ours!.interval!.lo).toBeLessThan(ours!.value);
  expect(ours!.interval!.hi).toBeGreaterThan(ours!.value);
  for (const { name, value, difference } of baselines) {
    // The difference of two sums of the same rows, in another order.
    expect(Math.abs(difference!.value - (ours!.value - value)), name).toBeLessThan(1e-9 * Math.max(1, value));
  }
  // The table of measures and the table of results tell the same error.
  const rmse = Number(/root mean squared error[\s\S]*?warm +([\d.]+)/.exec(said)![1]);
  expect(rmse ** 2 / ours!.value).toBeCloseTo(1, 2);
  expect(printed).toMatch(/\n(this model is (better|worse) than|this model and) the best baseline/i);
  expect(printed).toMatch(/95 % intervals: of 2,000 draws of \d+ test windows, \d neighbours at a time/);
  expect(said).toContain('For inputs in (−∞, ∞), as the network sees them');
  expect(html).toContain('Where each state stays');
});

test('a report of numbers said from other columns has no change to add', async () => {
  const { said, record } = await trained(
    'regress',
    'room.csv',
    ...['--target', 'warm', '--task', 'regress', '--time', 'seconds', '--ignore', 'room', '--window', '6'],
  );
  const rmse = Number(/root mean squared error[\s\S]*?warm +([\d.]+)/.exec(said)![1]);
  expect(rmse ** 2 / record.result!.results![0]!.value).toBeCloseTo(1, 2);
});

test('a report of whole recordings counts recordings, and draws them one by one', async () => {
  const { said, printed, html } = await trained('sequences', 'made.ts');
  expect(html).toContain(`${confusion} of 2 classes`);
  expect(said).toContain('recordings');
  expect(printed).toMatch(/95 % intervals: of 2,000 draws of \d+ test recordings\n/);
});

test('a network that jumps has no time constants and no bounds, and its report says why; a stack has those of every model', async () => {
  const lstm = await trained('lstm', 'sine', '--cell', 'lstm', '--units', '3,2', '--bidirectional');
  expect(lstm.said).toContain('has no flow, so no time constants to certify');
  expect(lstm.html).not.toContain('Where each state stays');
  const wired = await trained('ltc', 'sine', '--cell', 'ltc', '--wiring', 'auto-ncp', '--units', '8,7');
  expect(wired.html).toContain('Where each state stays, layer 1');
  expect(wired.html).toContain('Where each time constant stays, layer 2');
  expect(wired.html.match(/aria-label="The wiring: /g)?.length).toBe(2);
});

test('--svg writes each figure as a file that stands alone; a training without it leaves none of an earlier one', async () => {
  const { out, printed } = await trained('figures', 'sine', '--svg');
  const names = (await readdir(join(out, 'figures'))).sort();
  expect(names).toEqual([
    'bounds.svg',
    'predicted-against-true.svg',
    'results.svg',
    'time-constants.svg',
    'trajectories.svg',
    'wiring.svg',
  ]);
  expect(printed).toContain(join(out, 'figures'));
  for (const name of names) {
    const svg = await readFile(join(out, 'figures', name), 'utf8');
    expect(fault(svg), name).toBeUndefined();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('<style>');
    expect(reachesOut(svg), name).toBeUndefined();
  }
  await writeFile(join(out, 'figures', 'mine.txt'), 'kept');
  await trained('figures', 'sine');
  expect(await readdir(join(out, 'figures'))).toEqual(['mine.txt']);
});
