import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called, streamed } from '../../test/called.ts';
import { loadModel } from '../formats/model-file.ts';
import { writeNpy } from '../formats/npy.ts';
import { writeNpz } from '../formats/npz.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-brought-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}
const small = ['--epochs', '2', '--units', '3'];
async function trained(name: string, ...argv: string[]) {
  const out = join(folder, 'runs', name);
  const { code, out: said, complaints } = await called('train', ...argv, ...small, '--out', out);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  const model = join(out, 'model.safetensors');
  return { said, model, report: await readFile(join(out, 'report.html'), 'utf8') };
}
async function predicted(...argv: string[]): Promise<string[]> {
  const { code, out, complaints } = await called('predict', ...argv);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out.trimEnd().split('\n');
}

const waves = Array.from({ length: 300 }, (_, i) => ({
  date: new Date(Date.UTC(2021, 0, 1 + i)),
  level: 100 + i / 5 + Math.sin(i / 5),
  flow: 1000 * Math.cos(i / 5),
  rain: i % 4,
}));
const slashed = (date: Date) => `${date.getUTCDate()}/${date.getUTCMonth() + 1}/${date.getUTCFullYear()}`;
const river = `date,level,flow,rain\n${waves
  .map(({ date, level, flow, rain }) => `${slashed(date)},${level},${flow},${rain}`)
  .join('\n')}\n`;

test('several targets with slashed dates are trained, reported, evaluated, predicted and streamed, each by its name', async () => {
  const path = await written('river.csv', river);
  const { said, model, report } = await trained('river', path, '--target', 'level,flow');
  expect(said).toContain('Forecasting "level", "flow" of river.csv one row ahead');
  expect(said).toContain('times: date (the day first); 2021-01-01T00:00Z to 2021-10-27T00:00Z, 86,400 s apart');
  expect(said).toMatch(/test mean squared error \(standardised\)[\s\S]*persistence[\s\S]*linear, one row/);
  expect(said).toMatch(/test mean squared error of *\nlevel +[\d.,e-]+ *\nflow +[\d.,e-]+ *\n/);
  for (const name of ['level', 'flow']) expect(report).toContain(name);
  const { notes } = loadModel(new Uint8Array(await readFile(model)));
  expect(JSON.parse(notes.outputNames!)).toEqual(['level', 'flow']);
  expect(JSON.parse(notes.task!)).toMatchObject({ of: 'change', dateOrder: 'dmy', horizon: 1 });

  const again = JSON.parse((await called('eval', model, '--json')).out);
  expect(again.outputs.map(({ name }: { name: string }) => name)).toEqual(['level', 'flow']);
  const deviations = (JSON.parse(notes.targetScaler!) as { deviation: number[] }).deviation;
  const standardised = again.outputs.map(({ value }: { value: number }, k: number) => value / deviations[k]! ** 2);
  // The same sum in another order.
  expect(again.results[0].value).toBeCloseTo((standardised[0] + standardised[1]) / 2, 10);

  const lines = await predicted(model, path);
  expect(lines[0]).toBe('time,predicted_level,predicted_flow');
  expect(lines[1]).toMatch(/^1\/1\/2021,/);
  const [, level, flow] = lines[200]!.split(',').map(Number);
  // Changes are told from the present values, which are as far apart as these.
  expect(Math.abs(level! - waves[199]!.level)).toBeLessThan(5);
  expect(Math.abs(flow! - waves[199]!.flow)).toBeLessThan(1000);
  expect(await streamed(model, river.trimEnd().split('\n'))).toEqual(lines);
});

test('baselines of several targets are those of each, standardised, in the mean', async () => {
  const path = await written('river.csv', river);
  const of = async (target: string) => {
    const { model } = await trained(`of ${target}`, path, '--target', target, '--date-order', 'dmy');
    const { results } = JSON.parse((await called('eval', model, '--json')).out);
    const { notes } = loadModel(new Uint8Array(await readFile(model)));
    const { deviation } = JSON.parse(notes.targetScaler!) as { deviation: number[] };
    const value = (name: string) => results.find((row: { name: string }) => row.name === name).value as number;
    return { deviation, persistence: value('persistence'), linear: value('linear, one row') };
  };
  const [level, flow, both] = [await of('level'), await of('flow'), await of('level,flow')];
  for (const name of ['persistence', 'linear'] as const) {
    const mean = (level[name] / level.deviation[0]! ** 2 + flow[name] / flow.deviation[0]! ** 2) / 2;
    // Least squares with one more right-hand side are the same sums.
    expect(both[name] / mean).toBeCloseTo(1, 6);
  }
});

test('all columns of numbers are forecast from a folder of arrays, and predicted file by file', async () => {
  for (let k = 0; k < 4; k++)
    await written(
      `traces/trace_${k}.npy`,
      writeNpy(
        [120, 2],
        Float64Array.from({ length: 240 }, (_, i) => Math.sin(i / 3 + k)),
      ),
    );
  const path = join(folder, 'traces');
  const { said, model } = await trained('traces', path, '--target', 'all', '--window', '8');
  expect(said).toContain('Forecasting "column1", "column2" of traces one row ahead');
  const lines = await predicted(model, path);
  expect(lines[0]).toBe('recording,line,predicted_column1,predicted_column2');
  expect(lines.map((line) => line.split(',')[0])).toEqual([
    'recording',
    ...[0, 1, 2, 3].flatMap((k) => Array(120).fill(`trace_${k}.npy`)),
  ]);
  const one = await predicted(model, join(path, 'trace_2.npy'));
  expect(one.slice(1)).toEqual(lines.slice(241, 361).map((line) => line.split(',').slice(1).join()));
});

test('a column that names recordings parts a long table for training, evaluation and prediction', async () => {
  const rows = Array.from({ length: 40 }, (_, i) =>
    Array.from({ length: 12 }, (_, s) => `S${s},${i},${Math.sin(i / (2 + (s % 2)))},${s % 2 ? 'slow' : 'fast'}`),
  ).flat();
  const path = await written('people.csv', `subject,t,x,gait\n${rows.join('\n')}\n`);
  const options = ['--recording', 'subject', '--time', 't'];
  expect((await called('data', path, ...options)).out).toContain('people.csv: 12 recordings, 480 rows (40 each)');
  const { model } = await trained('people', path, ...options, '--target', 'gait', '--task', 'sequence');
  expect((await called('eval', model, path)).out).toContain('2 recordings to test');
  const lines = await predicted(model, path);
  expect(lines).toHaveLength(13);
  expect(lines[1]).toMatch(/^S0,39,(slow|fast),/);
  expect((await called('data', path, '--time', 't')).complaints).toContain(
    'people.csv:3: column "t" repeats the time of line 2',
  );
  expect(await called('data', path, '--recording', 'person')).toMatchObject({
    code: 2,
    complaints: expect.stringContaining('--recording "person" is no column of people.csv; it has subject, t, x, gait'),
  });
});

test('the test part of an npz file is the arrays that are called so', async () => {
  const part = (recordings: number) => ({
    x: { shape: [recordings, 12, 1], data: Float64Array.from({ length: 12 * recordings }, (_, i) => Math.sin(i * i)) },
    y: { shape: [recordings], data: Int32Array.from({ length: recordings }, (_, i) => i % 2) },
  });
  const [train, tested] = [part(30), part(7)];
  const arrays = { x_train: train.x, y_train: train.y, x_test: tested.x, y_test: tested.y };
  const path = await written('arrays.npz', await writeNpz(new Map(Object.entries(arrays))));
  const { said } = await trained('arrays', path, '--classify');
  expect(said).toContain('the test part is files of its own');
  expect(said).toMatch(/recordings to train on, \d+ to validate, 7 to test/);
});

test('rows of a file of the UCR archive are series, of which each is told and predicted', async () => {
  const rows = Array.from({ length: 24 }, (_, k) =>
    [
      1 + (k % 2),
      ...Array.from({ length: 10 }, (_, i) => (i > 7 && k > 20 ? 'NaN' : Math.sin(i / (1 + (k % 2))))),
    ].join('\t'),
  );
  const text = `${rows.join('\n')}\n`;
  const [train, tested] = [await written('Toy_TRAIN.tsv', text), await written('Toy_TEST.tsv', text)];
  const { model, said } = await trained('toy', train, '--test', tested);
  expect(said).toContain('Telling "class" of each recording of Toy_TRAIN.tsv');
  const lines = await predicted(model, tested);
  expect(lines[24]).toMatch(/^Toy_TEST\.tsv:24,24,[12],/);
});

test('files without an ending are a folder of recordings, and folders inside a folder are named', async () => {
  for (let k = 0; k < 3; k++)
    await written(
      `deep/inner/d1p${k}`,
      `${Array.from({ length: 50 }, (_, i) => `${i / 4},${Math.sin(i)}`).join('\n')}\n`,
    );
  await written('deep/inner/README.txt', 'what this is');
  expect((await called('data', join(folder, 'deep', 'inner'))).out).toContain(
    'inner: 3 recordings, 150 rows (50 each)',
  );
  expect((await called('data', join(folder, 'deep'))).complaints).toContain('it holds the folder inner: name that');
});

test('where a file of a folder cannot be read, the folders beside it are named', async () => {
  await written('packed/described.txt', 'What this is\na, b\nc\n');
  await written('packed/recordings/one.csv', 'a,b\n1,2\n');
  const { complaints } = await called('data', join(folder, 'packed'));
  expect(complaints).toMatch(
    /^rivulet: described.txt:\d: .*; if it is no recording, name what is: beside it is the folder recordings\n$/,
  );
  const alone = await called('data', join(folder, 'packed', 'described.txt'));
  expect(alone.complaints).not.toContain('beside it');
});

test('rows without the value that is forecast are left out of a prediction as of training, and that is said', async () => {
  const gaps = waves.map(({ level }, i) => `${i},${i % 50 === 9 ? '' : level}`);
  const path = await written('gaps.csv', `t,level\n${gaps.join('\n')}\n`);
  const { model } = await trained('gaps', path, '--target', 'level', '--time', 't');
  const { code, out, complaints } = await called('predict', model, path);
  expect({ code, rows: out.trimEnd().split('\n').length }).toEqual({ code: 0, rows: 1 + 300 - 6 });
  expect(complaints).toContain('because a value of level is missing: 6, the first in line 11');
});

test('dates that leave a choice are refused until it is told', async () => {
  const path = await written('choice.csv', 'date,a\n1/2/2020,1\n2/2/2020,3\n3/2/2020,2\n');
  const { code, complaints } = await called('data', path);
  expect(code).toBe(1);
  expect(complaints).toContain('choice.csv: column "date": "1/2/2020" is not clear');
  expect((await called('data', path, '--date-order', 'mdy')).out).toContain(
    'times: date (the month first); 2020-01-02',
  );
  expect((await called('data', path, '--date-order', 'ymd')).code).toBe(2);
});

test('a date and a time of day in two columns are one time, unless they are to be ignored', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `${10 + Math.floor(i / 24)}/03/2004;${i % 24}:00;${i},5;;`);
  const path = await written('air.csv', `Date;Time;CO;;\r\n${rows.join('\r\n')}\r\n;;;;\r\n`);
  const { out } = await called('data', path, '--date-order', 'dmy');
  expect(out).toContain('air.csv: 30 rows\n');
  expect(out).toContain('times: Date, Time (the day first); 2004-03-10T00:00Z to 2004-03-11T05:00Z, 3,600 s apart');
  const clock = await called('data', path, '--date-order', 'dmy', '--ignore', 'Date');
  expect(clock.complaints).toContain('a time of day starts anew at midnight: give it a column of dates');
  const none = await called('data', path, '--date-order', 'dmy', '--ignore', 'Date,Time');
  expect(none.out).toContain('no column of times');
});

test('a column that is not all numbers may be ignored', async () => {
  const path = await written(
    'codes.csv',
    `code,x\n${waves.map((_, i) => `${i === 250 ? 'A1' : i % 7},${i % 5}`).join('\n')}\n`,
  );
  expect((await called('data', path)).complaints).toContain('codes.csv:252: column "code": "A1" is not a number');
  expect((await called('data', path, '--ignore', 'code')).code).toBe(0);
});

test('several targets that are no numbers, of two kinds, or ignored are refused', async () => {
  const path = await written(
    'mixed.csv',
    `a,b,c\n${waves.map((_, i) => `${i % 5},${i % 7},${i % 2 ? 'x' : 'y'}`).join('\n')}\n`,
  );
  const wrong = async (...argv: string[]) => (await called('train', path, ...argv)).complaints;
  expect(await wrong('--target', 'a,c')).toContain('the target "c" of 2 is of classes; wanted one target, or several');
  expect(await wrong('--target', 'a,d')).toContain('--target "d" is no column of mixed.csv; it has a, b, c');
  expect(await wrong('--target', 'a,b', '--ignore', 'b')).toContain('"b" is the target and to be ignored');
});
