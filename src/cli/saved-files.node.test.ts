import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text as collected } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModel } from '../formats/model-file.ts';
import { program } from '../program.ts';
import { random } from '../random.ts';
import { run } from './run.ts';

let folder = '';
const place = (name: string) => join(folder, name);
const saved = (name: string) => place(`${name}/model.safetensors`);
const header = 'year,month,day,hour,level,wind';
/** A level that rises, hour by hour, with the wind as text. */
const hours = Array.from({ length: 400 }, (_, i) => ({
  when: [2010, 1, 1 + Math.floor(i / 24), i % 24],
  level: 50 + i / 4 + Math.sin(i),
  wind: ['N', 'SE', ''][i % 3]!,
}));
const line = ({ when, level, wind }: (typeof hours)[number]) => [...when, level, wind].join();
const csv = `${header}\n${hours.map(line).join('\n')}\n`;
const small = ['--epochs', '2', '--units', '4'];

async function called(argv: readonly string[], input = '') {
  let [out, complaints] = ['', ''];
  const write = (said: string) => {
    out += said;
  };
  const io = { out: write, screen: undefined, colour: false, signal: new AbortController().signal };
  const stdout = new PassThrough();
  const streamed = collected(stdout);
  const pipe = { stdin: Readable.from([Buffer.from(input)], { objectMode: false }), stdout };
  const code = await run(argv, io, (said) => (complaints += said), pipe);
  stdout.end();
  return { code, out: out + (await streamed), complaints };
}
const good = async (argv: readonly string[], input?: string) => {
  const { code, out, complaints } = await called(argv, input);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out;
};
const numbers = (out: string): number[] =>
  out
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text).predicted.level);

/** Recordings of 6 to 9 rows around a level of their own, and which it is. */
const draw = random(5);
const runs = Array.from({ length: 30 }, (_, i) => ({
  what: i % 2 === 0 ? 'up' : 'down',
  rows: Array.from({ length: 6 + (i % 4) }, () => (i % 2 === 0 ? 1 : -1) + draw.normal()),
}));
const recording = (rows: readonly number[]) => `height\n${rows.join('\n')}\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-saved-'));
  await writeFile(place('hall.csv'), csv);
  await good(['train', place('hall.csv'), '--target', 'level', '--horizon', '3', ...small, '--out', place('hall')]);
  await mkdir(place('runs'));
  for (const [i, { rows }] of runs.entries()) await writeFile(place(`runs/run${i}.csv`), recording(rows));
  const answers = runs.map(({ what }, i) => `${i},${what}`).join('\n');
  await writeFile(place('what.csv'), `run,what\n${answers}\n`);
  await good(['train', place('runs'), '--labels', place('what.csv'), ...small, '--out', place('told')]);
});
afterAll(() => rm(folder, { recursive: true }));

test('a forecast of a change is predicted and streamed in the units of its target, as eval judges it', async () => {
  const { notes } = loadModel(new Uint8Array(await readFile(saved('hall'))));
  expect(JSON.parse(notes.task!)).toMatchObject({ of: 'change', horizon: 3 });
  const predicted = numbers(await good(['predict', saved('hall'), place('hall.csv'), '--json']));
  expect(numbers(await good(['stream', saved('hall'), '--json'], csv))).toEqual(predicted);

  // The test part is what lies behind 85 % of the 397 rows that have a target; alone, it begins at the state 0 as eval does.
  const from = Math.round(0.85 * 397);
  const part = hours.slice(from, 397);
  await writeFile(place('part.csv'), `${header}\n${part.map(line).join('\n')}\n`);
  const alone = numbers(await good(['predict', saved('hall'), place('part.csv'), '--json']));
  const errors = alone.map((level, k) => level - hours[from + k + 3]!.level);
  const mse = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  for (const data of [[], [place('hall.csv')]]) {
    const judged = JSON.parse(await good(['eval', saved('hall'), ...data, '--json']));
    expect(judged).toMatchObject({ rows: part.length });
    // Sums in another order, of values near 150 whose changes are near 1.
    expect(Math.abs(judged.results[0].value / mse - 1)).toBeLessThan(1e-9);
  }
});

test('a forecast of a change is from the last value there was, also of a stream that goes on from its state', async () => {
  const lines = [
    '{"year":2010,"month":1,"day":1,"hour":0,"level":50,"wind":"N"}',
    '{"year":2010,"month":1,"day":1,"hour":1,"level":null,"wind":"SE"}',
  ];
  const state = ['--state', place('state.json')];
  const first = await good(['stream', saved('hall'), '--json', ...state], `${lines[0]}\n`);
  const [then] = numbers(await good(['stream', saved('hall'), '--json', ...state], `${lines[1]}\n`));
  expect([numbers(first)[0], then]).toEqual(
    numbers(await good(['stream', saved('hall'), '--json'], `${lines.join('\n')}\n`)),
  );
  // Three hours change the level by about 1.
  expect(Math.abs(then! - 50)).toBeLessThan(10);
  const { code, complaints } = await called(['stream', saved('hall')], `${lines[1]}\n`);
  expect(code).toBe(1);
  expect(complaints).toContain('stdin:1: column "level" has no value so far');
});

test('a column of text is read by its values, missing or not, and times of several columns are one', async () => {
  const { model, notes } = loadModel(new Uint8Array(await readFile(saved('hall'))));
  expect(JSON.parse(notes.timeNames!)).toEqual(['year', 'month', 'day', 'hour']);
  const [from, to] = [notes.scaler!, notes.targetScaler!].map((text) => JSON.parse(text));
  const stream = program(model).stream();
  const wanted = hours.slice(0, 30).map(({ level, wind }, i) => {
    const x = [level, ...['N', 'SE'].map((each) => (wind === '' ? Number.NaN : Number(wind === each)))];
    const day = (2 * Math.PI * (3600 * (i % 24))) / 86_400;
    const scaled = [...x, Math.sin(day), Math.cos(day)].map((value, k) => (value - from.mean[k]) / from.deviation[k]);
    return level + (stream.push(scaled, 3600 * i)[0]! * to.deviation[0] + to.mean[0]);
  });
  const found = await good(['stream', saved('hall'), '--json'], csv.split('\n').slice(0, 31).join('\n'));
  const values = numbers(found);
  // Seconds since 1970 instead of since the first row: the differences are the same.
  expect(values).toEqual(wanted);
  expect(JSON.parse(found.split('\n')[25]!).time).toBe('2010 1 2 1');
  const packed = place('hall.csv.gz');
  await writeFile(packed, gzipSync(csv.replace('N\n', '"N"\n')));
  expect(numbers(await good(['predict', saved('hall'), packed, '--json'])).slice(0, 30)).toEqual(wanted);
  // Numbers with decimal commas.
  const commas = csv.replaceAll(',', ';').replaceAll('.', ',');
  expect(numbers(await good(['stream', saved('hall'), '--json'], commas)).slice(0, 30)).toEqual(wanted);
});

test('a row without a time is refused by a network that reads the time of day', async () => {
  const { code, complaints } = await called(['stream', saved('hall')], '50,N\n');
  expect(code).toBe(1);
  expect(complaints).toContain(
    'stdin:1: no time, but this network reads where in the day a row is; wanted year, month, day, hour',
  );
});

test('a text that training never had is refused with what it may be', async () => {
  await writeFile(place('west.csv'), csv.replace(',N\n', ',W\n'));
  const complaint = /west\.csv:2: column "wind": "W" is not one of the values that the network was trained with: N, SE/;
  for (const command of ['predict', 'eval']) {
    const { code, complaints } = await called([command, saved('hall'), place('west.csv')]);
    expect(code).toBe(1);
    expect(complaints).toMatch(complaint);
  }
  // Values that a file lacks are no others.
  await writeFile(place('north.csv'), csv.replaceAll(',SE\n', ',N\n'));
  expect(await good(['eval', saved('hall'), place('north.csv')])).toContain('this model');
});

test('a network that answers once for a recording answers once, as eval judges it', async () => {
  const right: boolean[] = [];
  for (const [i, { what, rows }] of runs.entries()) {
    const answers = (await good(['predict', saved('told'), place(`runs/run${i}.csv`), '--json'])).trim().split('\n');
    expect(answers.length).toBe(1);
    const { line: last, class: told } = JSON.parse(answers[0]!);
    expect(last).toBe(rows.length + 1);
    right.push(told === what);
  }
  // All recordings as a test part of their own.
  await mkdir(place('again'));
  for (const [i, { rows }] of runs.entries()) await writeFile(place(`again/run${i}.csv`), recording(rows));
  const options = ['--labels', place('what.csv'), '--test', place('again'), '--json'];
  const judged = JSON.parse(await good(['eval', saved('told'), place('runs'), ...options]));
  expect(judged).toMatchObject({ sequences: runs.length, steps: 9 });
  expect(judged.metrics.accuracy).toBe(right.filter((each) => each).length / runs.length);
  expect(await good(['eval', saved('told')])).toMatch(/\n\d+ recordings to test, of up to \d steps\n/);
  const all = (await good(['predict', saved('told'), place('runs')])).trimEnd().split('\n');
  expect(all).toHaveLength(1 + runs.length);
  expect(all[1]).toMatch(/^run0\.csv,/);
});
