import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import { distance } from '../../test/networks.ts';
import { ltc } from '../cells/ltc.ts';
import type { Scaler } from '../datasets/scale.ts';
import { loadModel, saveModel } from '../formats/model-file.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { stack } from '../stack.ts';

let folder = '';
const place = (name: string) => join(folder, name);
const saved = (name: string) => place(`${name}/model.safetensors`);

const rows = Array.from({ length: 300 }, (_, i) => {
  const warm = 20 + 3 * Math.sin(i / 9);
  const stamp = new Date(1.7e12 + 60_000 * i).toISOString();
  return { stamp, seconds: 1.7e9 + 60 * i, warm, damp: i % 4 === 1 ? Number.NaN : 60 + 8 * Math.cos(i / 9) };
});
const text = (value: number) => (Number.isNaN(value) ? '' : String(value));
const trainings = {
  warm: ['--target', 'warm', '--ignore', 'room'],
  spread: ['--target', 'warm', '--ignore', 'room', '--loss', 'gaussian:epsilon=0.01', '--bidirectional'],
  room: ['--target', 'room'],
} as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-predict-'));
  const lines = rows.map(
    ({ stamp, warm, damp }) => `${stamp},${warm},${text(damp)},${warm > 20 ? '"hall, full"' : 'empty'}`,
  );
  await writeFile(place('room.csv'), `stamp,warm,damp,room\n${lines.join('\n')}\n`);
  // Other columns, in another order, without what is to be predicted, and times written otherwise.
  const fresh = rows.map(({ seconds, warm, damp }, i) => `${text(damp)};note ${i};${seconds};${warm}`);
  await writeFile(place('fresh.csv'), `damp;note;stamp;warm\n${fresh.join('\n')}\n`);
  for (const [name, target] of Object.entries(trainings)) {
    const options = ['--time', 'stamp', '--epochs', '2', '--units', '5', '--out', place(name)];
    expect(await called('train', place('room.csv'), ...target, ...options)).toMatchObject({ code: 0 });
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** A saved network's outputs over all rows as one sequence, and what turns them into the target's own units. */
async function byHand(name: string) {
  const { model, notes } = loadModel(new Uint8Array(await readFile(saved(name))));
  const { mean, deviation } = JSON.parse(notes.scaler!) as Scaler;
  const x = rows.flatMap(({ warm, damp }) =>
    [warm, damp].slice(2 - model.inputs).map((value, k) => (value - mean[k]!) / deviation[k]!),
  );
  const { outputs } = program(model).forward({ batch: 1, steps: rows.length, x });
  const to = notes.targetScaler === undefined ? undefined : (JSON.parse(notes.targetScaler) as Scaler);
  // A number is forecast as its change.
  if (to) expect(JSON.parse(notes.task!).of).toBe('change');
  return { outputs: [...outputs], mean: to?.mean[0] ?? 0, deviation: to?.deviation[0] ?? 1 };
}
const predicted = async (...argv: string[]) => {
  const { code, out, complaints } = await called('predict', ...argv);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out;
};
const table = (csv: string) =>
  csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));

test('each row gets a number in the units of the target, and keeps its time; missing inputs are held', async () => {
  const [header, ...lines] = table(await predicted(saved('warm'), place('room.csv')));
  expect(header).toEqual(['time', 'predicted_warm']);
  expect(lines.map(([time]) => time)).toEqual(rows.map(({ stamp }) => stamp));
  const { outputs, mean, deviation } = await byHand('warm');
  // Every row is exactly a unit of time behind the one before, so the network computes the same.
  expect(lines.map(([, value]) => Number(value))).toEqual(
    outputs.map((y, row) => rows[row]!.warm + (y * deviation + mean)),
  );
});

test('columns are found by name, whatever else there is and however times are written', async () => {
  const lines = table(await predicted(saved('warm'), place('fresh.csv')));
  expect(lines.map(([, value]) => value)).toEqual(
    table(await predicted(saved('warm'), place('room.csv'))).map(([, value]) => value),
  );
  expect(lines[1]![0]).toBe('1700000000');
});

test('a column called time is no time for a network that left it out, or had it as an input', async () => {
  const lines = rows.map(({ warm }, i) => `${7 * i + (i % 3)},${warm}`);
  await writeFile(place('time.csv'), `time,warm\n${lines.join('\n')}\n`);
  await writeFile(place('no-time.csv'), `warm\n${rows.map(({ warm }) => warm).join('\n')}\n`);
  const train = (out: string, ...more: string[]) =>
    called(
      'train',
      place('time.csv'),
      '--target',
      'warm',
      '--epochs',
      '1',
      '--units',
      '4',
      '--out',
      place(out),
      ...more,
    );
  expect(await train('ignored', '--ignore', 'time')).toMatchObject({ code: 0 });
  expect(await predicted(saved('ignored'), place('time.csv'))).toBe(
    await predicted(saved('ignored'), place('no-time.csv')),
  );
  expect(await train('input')).toMatchObject({ code: 0 });
  const { model, notes } = loadModel(new Uint8Array(await readFile(saved('input'))));
  expect(JSON.parse(notes.inputNames!)).toEqual(['time', 'warm']);
  const { mean, deviation } = JSON.parse(notes.scaler!) as Scaler;
  const x = rows.flatMap(({ warm }, i) => [7 * i + (i % 3), warm].map((v, k) => (v - mean[k]!) / deviation[k]!));
  const { outputs } = program(model).forward({ batch: 1, steps: rows.length, x });
  const to = JSON.parse(notes.targetScaler!) as Scaler;
  const present = (row: number) => (JSON.parse(notes.task!).of === 'change' ? rows[row]!.warm : 0);
  expect(
    table(await predicted(saved('input'), place('time.csv')))
      .slice(1)
      .map(([, value]) => Number(value)),
  ).toEqual([...outputs].map((y, row) => present(row) + (y * to.deviation[0]! + to.mean[0]!)));
});

test('a class comes with the probability of each, which sum to 1; names are quoted where they must be', async () => {
  const out = await predicted(saved('room'), place('room.csv'), '--json');
  const all = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { outputs } = await byHand('room');
  expect(all.length).toBe(rows.length);
  all.forEach(({ time, class: told, probability, ...rest }, row) => {
    expect(rest).toEqual({});
    expect(time).toBe(rows[row]!.stamp);
    const [empty, full] = [outputs[2 * row]!, outputs[2 * row + 1]!];
    expect(told).toBe(full > empty ? 'hall, full' : 'empty');
    expect(Math.abs(probability['hall, full'] - 1 / (1 + Math.exp(empty - full)))).toBeLessThan(1e-12);
    expect(Math.abs(probability.empty + probability['hall, full'] - 1)).toBeLessThan(1e-12);
  });
  const csv = await predicted(saved('room'), place('room.csv'));
  expect(csv).toMatch(/^time,class,probability_empty,"probability_hall, full"\n/);
  expect(csv).toMatch(/,"hall, full",0\.\d+,0\.\d+\n/);
});

test('standard deviations that a network states are told too, of one that reads from both ends as well', async () => {
  const [header, ...lines] = table(await predicted(saved('spread'), place('room.csv')));
  expect(header).toEqual(['time', 'predicted_warm', 'deviation_warm']);
  const { outputs, mean, deviation } = await byHand('spread');
  const wanted = lines.map((_, row) => [
    rows[row]!.warm + outputs[2 * row]! * deviation + mean,
    Math.sqrt(Math.log1p(Math.exp(outputs[2 * row + 1]!)) + 0.01) * deviation,
  ]);
  // The softplus is another formula.
  expect(
    distance(
      lines.flatMap(([, ...values]) => values.map(Number)),
      wanted.flat(),
    ),
  ).toBeLessThan(1e-12);
});

test('--out writes the file whole and says where', async () => {
  const out = place('deep/predicted.csv');
  expect(await predicted(saved('warm'), place('fresh.csv'), '--out', out)).toBe(`${out}\n`);
  expect(await readFile(out, 'utf8')).toBe(await predicted(saved('warm'), place('fresh.csv')));
});

test('a network without notes reads its inputs in order and answers in its own units; a readout at the end answers once', async () => {
  const net = stack({ cell: ltc(), inputs: 2, units: [3], readout: { outputs: 1, when: 'last' }, seed: 2 });
  await writeFile(place('bare.safetensors'), saveModel(net));
  await writeFile(place('two.csv'), '0,0.5,1\n2,0.25,-1\n');
  const { outputs } = program(net).forward({ batch: 1, steps: 2, x: [0.5, 1, 0.25, -1], dt: [1, 2] });
  expect(await predicted(place('bare.safetensors'), place('two.csv'))).toBe(
    `time,predicted_output1\n2,${outputs[0]}\n`,
  );
});

test('rows that the network cannot read are refused with file, line and column', async () => {
  const refused = async (code: 1 | 2, complaint: string, ...argv: string[]) => {
    const result = await called('predict', ...argv);
    expect({ code: result.code, out: result.out }).toEqual({ code, out: '' });
    expect(result.complaints).toContain(`rivulet: ${complaint}`);
  };
  const file = place('bad.csv');
  const holding = async (content: string, complaint: string, name = 'warm', ...options: string[]) => {
    await writeFile(file, content);
    await refused(1, `${file}${complaint}`, saved(name), file, ...options);
  };
  await holding('stamp,warm,dump\n0,1,2\n', ': no column "damp"; there are stamp, warm, dump; did you mean "dump"?');
  await holding('warm,damp\n1,2\n', ': no column "stamp"; there are warm, damp');
  await holding('stamp,warm,damp\n0,1,2\n60,x,2\n', ':3: column "warm": "x" is not a number');
  await holding(
    'stamp,warm,damp\n60,1,2\n0,1,2\n',
    ':3: column "stamp" goes back in time by 60.00 s; wanted rows in order of time',
  );
  await holding('stamp,warm,damp\n0,1,2\nnoon,1,2\n', ':3: column "stamp": "noon" is not a time');
  await holding('stamp,warm,damp\n', ': no rows');
  await writeFile(place('strict.safetensors'), saveModel(model({ cell: ltc(), inputs: 1, units: 2, seed: 1 })));
  await writeFile(file, 'input1\n1\nNA\n');
  await refused(
    1,
    `${file}:3: column "input1" is missing, but this network was trained without`,
    place('strict.safetensors'),
    file,
  );
  await refused(2, 'predict: --time "when" is no column of', saved('warm'), place('fresh.csv'), '--time', 'when');
  await refused(2, 'predict: of which data?', saved('warm'));
  await refused(2, `predict: there is no file "${place('no.csv')}"`, saved('warm'), place('no.csv'));
  await refused(2, 'predict: --out', saved('warm'), place('fresh.csv'), '--out', place('fresh.csv'));
});
