import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import { loadModel } from '../formats/model-file.ts';
import { writeNpy } from '../formats/npy.ts';
import { writeNpz } from '../formats/npz.ts';
import { random } from '../random.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const small = ['--epochs', '2', '--units', '4'];
const notesOf = async (out: string) => loadModel(new Uint8Array(await readFile(join(out, 'model.safetensors'))));

const hall = `year,month,day,hour,level,wind,level2
${Array.from({ length: 400 }, (_, i) => {
  const day = 1 + Math.floor(i / 24);
  return `2010,1,${day},${i % 24},${i === 7 ? 'NA' : (50 + i / 4 + Math.sin(i)).toFixed(2)},${['N', 'SE', ''][i % 3]},${i % 5}`;
}).join('\n')}
`;

test('columns, kinds, missing values, classes and spacing are told, as text and as JSON, packed or not', async () => {
  const path = await written('hall.csv.gz', gzipSync(hall.replaceAll(/2010,1,(\d\d)/g, '2010,1,$1')));
  const { code, out, complaints } = await called('data', path);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(out).toContain('hall.csv.gz: 400 rows\n');
  expect(out).toMatch(/\nlevel +number +1 +\S+ to \S+, mean \S+\n/);
  expect(out).toMatch(/\nwind +class +133 +2 classes: N 134, SE 133\n/);
  expect(out).toContain('times: year, month, day, hour; 2010-01-01T00:00Z to 2010-01-17T15:00Z, 3,600 s apart');
  const json = JSON.parse((await called('data', path, '--target', 'level', '--json')).out);
  expect(json).toMatchObject({
    recordings: 1,
    rows: 400,
    time: { columns: ['year', 'month', 'day', 'hour'], spacing: { shortest: 3600, median: 3600, longest: 3600 } },
    training: {
      inputs: ['level', 'wind=N', 'wind=SE', 'level2', 'sin(day)', 'cos(day)'],
      parts: { train: 31, valid: 59, test: 60 },
    },
  });
  expect(json.columns[5]).toEqual({ name: 'wind', kind: 'class', missing: 133, classes: { N: 134, SE: 133 } });
});

test('years and hours that make the time are no quantities', async () => {
  const { out } = await called('data', await written('times.csv', hall));
  expect(out).toMatch(/\nyear +time +0\n/);
  expect(out).toMatch(/\nhour +time +0\n/);
});

test('a column that may name recordings or hold times is pointed out, with the option that says so', async () => {
  const rows = ['a', 'b', 'c'].flatMap((run) => Array.from({ length: 30 }, (_, i) => `${run},${i / 2},${Math.sin(i)}`));
  const path = await written('runs.csv', `run,time_s,level\n${rows.join('\n')}\n`);
  const { out } = await called('data', path);
  expect(out).toContain('each value of "run" stands in rows together: if it names recordings, say --recording run\n');
  expect(out).toContain('(if "time_s" is one, say --time time_s)\n');
  const told = (await called('data', path, '--recording', 'run', '--time', 'time_s')).out;
  expect(told).toContain('runs.csv: 3 recordings, 90 rows (30 each)\n');
  expect(told).not.toMatch(/ say --/);
  // A value that comes again elsewhere, and a row by itself, are no recording; numbers are not unless they are called so.
  for (const [name, wrong] of [
    ['run', [...rows, 'a,15,0', 'a,16,0']],
    ['run', [...rows, 'd,15,0']],
    ['level2', rows.map((row) => row.replace(/^./, (run) => String(run.charCodeAt(0))))],
  ] as const) {
    const other = await written('other.csv', `${name},time_s,level\n${wrong.join('\n')}\n`);
    expect((await called('data', other)).out).not.toContain('--recording');
  }
});

test('a series that rises is forecast by its change, which the model notes with classes of text and horizon', async () => {
  const path = await written('rising.csv', hall);
  const out = join(folder, 'rising');
  const {
    code,
    out: said,
    complaints,
  } = await called('train', path, '--target', 'level', '--horizon', '3', ...small, '--out', out);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(said).toContain('the change of "level" from its present value is forecast');
  const { model, notes } = await notesOf(out);
  expect(JSON.parse(notes.task!)).toEqual({ each: 'step', horizon: 3, of: 'change', window: 32, calendar: ['day'] });
  expect(JSON.parse(notes.encodings!)).toEqual({ wind: ['N', 'SE'] });
  expect(model.inputs).toBe(6);
  const value = (name: string) => Number(said.match(new RegExp(`\\n${name} +([\\d.,]+) `))![1]!.replaceAll(',', ''));
  // 75 units in 300 rows: where the training mean is far away, an untrained change is not.
  expect(value('this model')).toBeLessThan(value('training mean') / 20);
  expect(await called('inspect', join(out, 'model.safetensors'), '--data', path)).toMatchObject({ code: 0 });
});

test('series of an archive file are told apart by a readout that answers last, better than by the most frequent class', async () => {
  const draw = random(5);
  const series = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const level = i % 2 === 0 ? 1 : -1;
      const channel = () => Array.from({ length: 5 + (i % 4) }, () => (level + draw.normal()).toFixed(3)).join();
      return `${channel()}:${channel()}:${i % 2 === 0 ? 'up' : 'down'}`;
    }).join('\n');
  const head = '@problemName levels\n@timeStamps false\n@classLabel true up down\n@data\n';
  const train = await written('LEVELS_TRAIN.ts', head + series(60));
  const asked = await written('LEVELS_TEST.ts', head + series(40));
  const out = join(folder, 'levels');
  const {
    code,
    out: said,
    complaints,
  } = await called(
    'train',
    train,
    '--test',
    asked,
    '--epochs',
    '20',
    '--units',
    '8',
    '--learning-rate',
    '0.03',
    '--out',
    out,
  );
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(said).toMatch(/\nclass +class +0 +2 classes: down 30, up 30\n/);
  expect(said).toContain('51 recordings to train on, 9 to validate, 40 to test, of up to 8 steps');
  const [, accuracy] = said.match(/\nthis model +([\d.]+) /)!;
  expect(Number(accuracy)).toBeGreaterThan(80); // the most frequent class has 50
  const { model, notes } = await notesOf(out);
  expect(model.readout?.when).toBe('last');
  expect(JSON.parse(notes.task!)).toEqual({ each: 'sequence' });
  expect(await readFile(join(out, 'report.html'), 'utf8')).not.toContain('Predicted against true');
  expect(await called('inspect', join(out, 'model.safetensors'), '--data', asked)).toMatchObject({ code: 0 });
});

test('files of a folder are recordings, and the one with other columns says by their numbers what they are', async () => {
  const walks = join(folder, 'walks');
  await mkdir(walks);
  for (let i = 1; i <= 12; i++)
    await writeFile(
      join(walks, `walk_${i}.csv`),
      `#x, y\n${Array.from({ length: 3 + i }, (_, t) => `${t * i},${i % 2}`).join('\n')}\n`,
    );
  await writeFile(
    join(walks, 'walk_target.csv'),
    `#number, kind\n${Array.from({ length: 12 }, (_, i) => `${i + 1},${1 - 2 * (i % 2)}`).join('\n')}\n`,
  );
  await writeFile(join(walks, 'README.txt'), 'no data');
  const { out } = await called('data', walks, '--classify');
  expect(out).toContain('walks: 12 recordings, 114 rows (4 to 15 each)');
  expect(out).toContain('Telling "kind" of each recording of walks');
  // What is of recordings stands in the same columns as what is of rows.
  const [above, below] = ['column ', 'of each recording '].map(
    (first) => out.split('\n').find((line) => line.startsWith(first))!,
  );
  expect(above!.indexOf('holds')).toBe(below!.indexOf('holds'));
  expect(out).toContain('8 recordings to train on, 2 to validate, 2 to test');
  const other = await written('others.csv', 'file,weight\nwalk_1.csv,2\n');
  expect(await called('data', walks, '--labels', other)).toMatchObject({ code: 1 });
  const step = await called('data', walks, '--target', 'x', '--window', '2', '--split', 'time');
  expect(step.out).toContain('divided by time: 70 % to train, 15 % to validate, 15 % to test');
});

test('arrays are read as recordings', async () => {
  const path = await written(
    'a.npy',
    writeNpy(
      [300, 2],
      Float64Array.from({ length: 600 }, (_, i) => Math.sin(i / 9)),
    ),
  );
  expect((await called('data', path, '--target', 'column1')).out).toContain('23 windows of 32 rows to train on');
  const arrays = { x: [20, 5, 2], kind: [20] } as const;
  const packed = await writeNpz(
    new Map(
      Object.entries(arrays).map(([name, shape]) => [
        name,
        { shape, data: Int32Array.from({ length: shape.reduce((a: number, b) => a * b, 1) }, (_, i) => i % 3) },
      ]),
    ),
  );
  expect((await called('data', await written('b.npz', packed), '--classify')).out).toContain(
    'Telling "kind" of each recording of b.npz',
  );
});

const numbers = (rows: number, row: (i: number) => string) => Array.from({ length: rows }, (_, i) => row(i)).join('\n');

test.each<[string, string | Uint8Array, string[], string]>([
  ['empty.csv', '', [], 'empty.csv: no rows; wanted a header and a line for each sample'],
  [
    'ragged.csv',
    'a,b\n1,2\n3,4,5\n',
    [],
    'ragged.csv:3: 3 fields, wanted 2 as in line 2; correct the line, and put text that holds a separator in quotes',
  ],
  [
    'text.csv',
    'a,b\n1,2\n3,x\n',
    [],
    'text.csv:3: column "b": "x" is not a number; correct it, or leave it empty (or write NA, NaN, null or ?) where the value is missing, or say that it means so (on the command line --na x)',
  ],
  [
    'inf.csv',
    'a,b\n1,2\n3,Inf\n',
    [],
    'inf.csv:3: column "b": "Inf" is not finite; leave it empty where there is no value',
  ],
  [
    'back.csv',
    'time,a\n2024-01-01,1\n2024-01-03,2\n2024-01-02,3\n',
    [],
    'back.csv:4: column "time" goes back in time by 86,400 s; wanted rows in order of time: sort the file by it, or say which column names the recording if there are several (--recording)',
  ],
  [
    'twice.csv',
    'time,a\n2024-01-01,1\n2024-01-01,2\n',
    [],
    'twice.csv:3: column "time" repeats the time of line 2; wanted one row for each time: say --repeated first or --repeated last, or correct the file',
  ],
  [
    'same.csv',
    `a,b\n${numbers(300, (i) => `${i % 7},5`)}`,
    ['--target', 'b'],
    'same.csv: the target "b" is always 5; wanted one that changes',
  ],
  [
    'late.csv',
    `a,k\n${numbers(300, (i) => `${i % 7},${i < 280 ? 'off' : 'on'}`)}`,
    ['--target', 'k'],
    'late.csv: "k" is "off" in all 210 rows of the training part, and changes only later; wanted two classes or more there: give rows from before, or several recordings and --split recording',
  ],
  [
    'few.csv',
    'a,b\n1,2\n3,4\n5,5\n',
    ['--target', 'a'],
    'few.csv: 2 rows to learn from; wanted 214 or more, so that the 15 % to validate and the 15 % to test hold a window of 32 each: give more rows, or a shorter --window',
  ],
  [
    'wide.csv',
    Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x2c, 0),
    [],
    'wide.csv: the file is text in UTF-16, wanted UTF-8; save it again as "CSV UTF-8"',
  ],
  [
    'bare.csv',
    Uint8Array.of(0x61, 0, 0x2c, 0, 0x62, 0),
    [],
    'bare.csv: the file is text in UTF-16, wanted UTF-8; save it again as "CSV UTF-8"',
  ],
  [
    'latin.csv',
    Uint8Array.of(0x61, 0x0a, 0x31, 0x0a, 0xb0, 0x43, 0x0a),
    [],
    'latin.csv:3: the file is not text in UTF-8; save it again as "CSV UTF-8"',
  ],
  [
    'cut.csv.gz',
    gzipSync(`a,b\n${'1,2\n'.repeat(99)}`).subarray(0, 24),
    [],
    'cut.csv.gz: the gzip data are damaged or cut short (unexpected end of file); fetch or pack the file again',
  ],
  [
    'torn.csv.gz',
    gzipSync('a,b\n1,2\n').map((byte, i) => (i === 14 ? byte ^ 0xff : byte)),
    [],
    'torn.csv.gz: the gzip data are damaged or cut short (',
  ],
])('%s is refused by one message', async (name, content, options, says) => {
  const { code, complaints } = await called('data', await written(name, content), ...options);
  expect(code).toBe(1);
  // What zlib says of damage in the middle differs between versions.
  if (says.endsWith('(')) expect(complaints).toContain(`rivulet: ${says}`);
  else expect(complaints).toBe(`rivulet: ${says}\n`);
});

test('paths and columns that are not there, and options that do not fit, are called wrongly', async () => {
  const path = await written('there.csv', hall);
  const empty = join(folder, 'nothing');
  await mkdir(empty, { recursive: true });
  const refused = async (...argv: string[]) => {
    const { code, complaints } = await called(...argv);
    expect(code).toBe(2);
    return complaints.split('\n')[0];
  };
  expect(await refused('data', join(folder, 'no.csv'))).toBe(
    `rivulet: data: there is no file "${join(folder, 'no.csv')}"`,
  );
  expect(await refused('data', empty)).toBe(
    `rivulet: data: "${empty}" is a folder without a file of data; wanted files that end in .csv, .tsv, .txt, .data, .dat, .arff, .ts, .npy, .npz, packed (.gz) or not`,
  );
  expect(await refused('data', path, '--target', 'levle')).toContain('no column of there.csv; it has year, ');
  expect(await refused('data', 'sine')).toBe('rivulet: data: "sine" is a data set of the package; wanted files');
  expect(await refused('train', path)).toBe(
    'rivulet: train: --target COLUMN says what to predict of there.csv; it has year, month, day, hour, level, wind, level2',
  );
  expect(await refused('train', 'sine', '--horizon', '2')).toContain(
    '--horizon is for files; the data set "sine" has its own',
  );
  expect(await refused('train', 'sine', path)).toContain('one data set at a time');
  expect(await refused('data', path, '--task', 'guess')).toContain('--task is "guess"; wanted forecast or regress');
  expect(await refused('data', path, '--time', 'hour,hour')).toContain('with hour twice; wanted each once');
  const split = await refused('data', path, '--target', 'level', '--task', 'sequence', '--split', 'time');
  expect(split).toContain('--split time cuts recordings, but each has one answer');
});

test('a network finds its inputs among other columns, and refuses data that lack one', async () => {
  const one = await written('one.csv', `a\n${numbers(300, (i) => Math.sin(i / 5).toFixed(3))}`);
  const two = await written('two.csv', `b,a\n${numbers(300, (i) => `${i % 3},${Math.sin(i / 5).toFixed(3)}`)}`);
  const out = join(folder, 'one');
  const saved = join(out, 'model.safetensors');
  await called('train', one, '--target', 'a', ...small, '--out', out);
  const results = async (data: string) => JSON.parse((await called('eval', saved, data, '--json')).out).results[0];
  expect(await results(two)).toEqual(await results(one));
  expect(await called('inspect', saved, '--data', two)).toMatchObject({ code: 0, complaints: '' });
  const lacking = await written('lacking.csv', `b,c\n${numbers(300, (i) => `${i % 3},${i % 5}`)}`);
  const { code, complaints } = await called('eval', saved, lacking, '--target', 'c');
  expect(code).toBe(1);
  expect(complaints).toContain('lacking.csv: no column "a"; it has b, c');
});
