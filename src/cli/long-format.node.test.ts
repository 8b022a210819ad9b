import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import { readCsv } from '../formats/csv.ts';
import { wideTables } from './wide-tables.ts';

let folder = '';
const place = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-long-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, lines: readonly string[]): Promise<string> {
  await mkdir(join(place(name), '..'), { recursive: true });
  await writeFile(place(name), `${lines.join('\n')}\n`);
  return place(name);
}
async function done(...argv: string[]): Promise<string> {
  const { code, out, complaints } = await called(...argv);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out;
}
const small = ['--epochs', '2', '--units', '3', '--plain'];

/** Two sensors that seldom speak at the same time, as rows of a table, NaN where one is silent. */
const rows = Array.from({ length: 400 }, (_, i) => ({
  time: `2024-03-${String(1 + Math.floor(i / 24)).padStart(2, '0')} ${String(i % 24).padStart(2, '0')}:00`,
  warm: i % 5 === 0 ? Number.NaN : 20 + Math.sin(i / 7),
  damp: i % 3 === 0 ? 50 + Math.cos(i / 7) : Number.NaN,
}));
const cell = (value: number) => (Number.isNaN(value) ? '' : String(value));
const wide = (given = rows) => [
  'time,warm,damp',
  ...given.map(({ time, warm, damp }) => `${time},${cell(warm)},${cell(damp)}`),
];
/** One sensor below the other, but for the rows in which none speaks, which have an empty value. */
const long = (given = rows) => [
  'time,sensor,value',
  ...given.flatMap(({ time, warm, damp }) =>
    Number.isNaN(warm) && !Number.isNaN(damp) ? [] : [`${time},warm,${cell(warm)}`],
  ),
  ...given.flatMap(({ time, damp }) => (Number.isNaN(damp) ? [] : [`${time},damp,${damp}`])),
];

test('a file with a row for each value trains, evaluates and predicts as the table that it stands for, and either is read with the network of the other', async () => {
  const [ofLong, ofWide] = [await written('long/room.csv', long()), await written('wide/room.csv', wide())];
  const task = ['--target', 'warm', '--task', 'regress', '--missing', 'mean', ...small];
  const said = await done('train', ofLong, '--long', 'sensor,value', ...task, '--out', place('a'));
  expect(said).toContain('long format: a column for each of the 2 quantities in "sensor", a row for each time');
  await done('train', ofWide, ...task, '--out', place('b'));
  const [a, b] = [place('a/model.safetensors'), place('b/model.safetensors')];
  const judged = await done('eval', a, '--json').then((text) => JSON.parse(text));
  const other = await done('eval', b, '--json').then((text) => JSON.parse(text));
  expect(judged.metrics).toEqual(other.metrics);
  expect(JSON.parse(await done('eval', a, ofWide, '--json')).metrics).toEqual(judged.metrics);
  const predicted = await done('predict', a, ofLong);
  expect(predicted.split('\n').slice(0, 2)).toEqual([
    'time,predicted_warm',
    expect.stringMatching(/^2024-03-01 00:00,\d/),
  ]);
  expect(await done('predict', b, ofWide)).toBe(predicted);
  expect(await done('predict', a, ofWide)).toBe(predicted);
  expect(await done('predict', b, ofLong, '--long', 'sensor,value')).toBe(predicted);
});

test('a folder of recordings in long format has the quantities of all of them, each perhaps without some, and their labels', async () => {
  // Na is sodium here, not a value that is missing, and -1 an unknown height.
  for (let k = 0; k < 24; k++) {
    const isIll = k % 2;
    const course = Array.from(
      { length: k === 5 ? 0 : 12 },
      (_, i) => `${String(8 * i).padStart(2, '0')}:07,HR,${70 + 30 * isIll + i}`,
    );
    const salt = k % 4 === 0 ? [`00:00,Na,${140 + k}`] : [];
    await written(`ward/${100 + k}.txt`, [
      'Time,Parameter,Value',
      `00:00,Height,${k % 3 ? 170 : -1}`,
      ...salt,
      ...course,
    ]);
  }
  const labels = Array.from({ length: 24 }, (_, k) => `${100 + k},${k % 2}`);
  await written('ward/outcomes.txt', ['Record,Ill', ...labels]);
  const data = [place('ward'), '--long', 'Parameter,Value', '--na', '-1', '--target', 'Ill', '--classify'];
  const { columns, training, notes } = JSON.parse(await done('data', ...data, '--json'));
  expect(columns.map(({ name }: { name: string }) => name)).toEqual(['Time', 'Height', 'Na', 'HR']);
  expect(columns[1]).toMatchObject({ least: 170, largest: 170 });
  expect(notes).toContain('taken as missing, as asked: -1');
  expect(training).toMatchObject({ inputs: ['Height', 'Na', 'HR'], classes: ['0', '1'] });
  await done('train', ...data, ...small, '--out', place('ward-run'));
  const model = place('ward-run/model.safetensors');
  expect(await done('eval', model)).toContain('recordings to test, of up to 13 steps');
  // Hours may count on beyond a day; a record of descriptors alone has one row.
  const lines = (await done('predict', model, place('ward'))).split('\n');
  expect(lines[1]).toMatch(/^100\.txt,88:07,[01],/);
  expect(lines[6]).toMatch(/^105\.txt,00:00,[01],/);
});

test('recordings in one file of long format are told apart by a column, and labelled by a file', async () => {
  const lines = Array.from({ length: 12 }, (_, k) =>
    Array.from({ length: 9 }, (_, i) => `r${k},${60 * i},x,${Math.sin(i) + (k % 2)}\nr${k},${60 * i + 30},y,${i}`).join(
      '\n',
    ),
  );
  const path = await written('rooms.csv', ['room,seconds,what,value', ...lines]);
  const labels = await written('rooms-labels.csv', [
    'room,use',
    ...lines.map((_, k) => `r${k},${k % 2 ? 'lab' : 'hall'}`),
  ]);
  const data = [path, '--recording', 'room', '--long', 'what,value', '--labels', labels];
  const said = await done('train', ...data, ...small, '--out', place('rooms'));
  expect(said).toContain('12 recordings, 216 rows (18 each)');
  expect(said).toContain('times: seconds; 0 s to 510.0 s, 30.00 s apart');
  const predicted = await done('predict', place('rooms/model.safetensors'), path);
  expect(predicted.split('\n')[2]).toMatch(/^r1,510,(hall|lab),/);
});

test('a table in long format is refused where it cannot be what it is said to be, with what to do', () => {
  const of =
    (text: string, columns: readonly string[], more = {}) =>
    () =>
      wideTables([readCsv(text, { name: 'x.csv' })], { long: columns, ...more });
  const rows = 't,name,value\n2024-01-01,a,1\n2024-01-02,a,2\n2024-01-01,b,3\n';
  const [made] = of(rows, ['name', 'value'])();
  expect([made!.names, made!.rows]).toEqual([['t', 'a', 'b'], 2]);
  expect(of(rows, ['nam', 'value'])).toThrow(
    'x.csv: no column "nam", which --long names; it has t, name, value; did you mean "name"?',
  );
  expect(of(rows, ['value', 'name'])).toThrow(
    'x.csv: column "name" holds text such as "a"; wanted the numbers that were measured',
  );
  expect(of(rows, ['name', 'value'], { known: ['c'] })).toThrow('x.csv: "name" names none of c; it has a, b');
  expect(of('s,e,name,value\n1,2,a,3\n', ['name', 'value'])).toThrow(
    'x.csv: no column says when the values of "value" were measured; it has s, e (--time names one)',
  );
  expect(of('t,name,value\n2024-01-02,a,1\n2024-01-01,a,2\n', ['name', 'value'])).toThrow(
    'x.csv:3: column "t" goes back in time by 86,400 s',
  );
  expect(of('t,name,value\n2024-01-02,t,1\n', ['name', 'value'])).toThrow('"t" is the column of times and a quantity');
});

test('rows of values are not put together for a network that knows no times, unless it is told of some', async () => {
  const counted = rows.map(({ warm }, i) => `${Number.isNaN(warm) ? 20 : warm},${i % 7}`);
  const path = await written('untimed.csv', ['warm,damp', ...counted]);
  await done('train', path, '--target', 'warm', '--task', 'regress', ...small, '--out', place('untimed'));
  const model = place('untimed/model.safetensors');
  const values = await written('values.csv', ['t,sensor,value', '0,damp,3', '1,damp,4']);
  const { code, complaints } = await called('predict', model, values, '--long', 'sensor,value');
  expect({ code, complaints }).toMatchObject({
    code: 2,
    complaints: expect.stringContaining('--time names the column'),
  });
  const told = await done('predict', model, values, '--long', 'sensor,value', '--time', 't');
  expect(told.trimEnd().split('\n')).toHaveLength(3);
});

test('long format wants what was measured and its value', async () => {
  const { code, complaints } = await called('data', 'x.csv', '--long', 'value');
  expect(code).toBe(2);
  expect(complaints).toContain(
    'data: --long is "value"; wanted what says what was measured, and its value: NAME,VALUE',
  );
});
