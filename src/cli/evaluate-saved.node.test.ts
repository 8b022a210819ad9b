import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called } from '../../test/called.ts';
import { ltc } from '../cells/ltc.ts';
import { divide } from '../datasets/divide.ts';
import { type Scaler, scale } from '../datasets/scale.ts';
import { windows } from '../datasets/windows.ts';
import { loadModel, saveModel } from '../formats/model-file.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';

let folder = '';
const place = (name: string) => join(folder, name);
const saved = (name: string) => place(`${name}/model.safetensors`);

/** Rows a minute apart; the level is called by one of three names. */
const levels = (count: number, from: number, called: readonly [string, string, string]) =>
  Array.from({ length: count }, (_, i) => {
    const warm = 20 + 3 * Math.sin((i + from) / 9);
    return { seconds: i * 60, warm, level: called[warm < 18.5 ? 0 : warm < 21.5 ? 1 : 2] };
  });
const csv = (rows: ReturnType<typeof levels>) =>
  `seconds,warm,level\n${rows.map(({ seconds, warm, level }) => `${seconds},${warm},${level}`).join('\n')}\n`;
const fresh = levels(300, 4, ['mild', 'mild', 'high']);
const trainings = {
  warm: ['--target', 'warm', '--ignore', 'level', '--loss', 'gaussian'],
  level: ['--target', 'level'],
} as const;
const printed: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-eval-'));
  await writeFile(place('room.csv'), csv(levels(400, 0, ['low', 'mild', 'high'])));
  await writeFile(place('fresh.csv'), csv(fresh));
  for (const [name, target] of Object.entries(trainings)) {
    const options = ['--time', 'seconds', '--epochs', '3', '--units', '5', '--out', place(name)];
    printed[name] = (await called('train', place('room.csv'), ...target, ...options)).out;
  }
});
afterAll(() => rm(folder, { recursive: true }));

test('a saved network gets the results that its training printed, without being told its data', async () => {
  for (const name of Object.keys(trainings)) {
    const { code, out, complaints } = await called('eval', saved(name));
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    // What stands behind the number says where the weights are from.
    const results = (text: string) => text.match(/^(this model +\S+|(always|training mean|persistence) .*)/gm);
    expect(results(out)).toEqual(results(printed[name]!));
    expect(results(out)!.length).toBeGreaterThan(1);
  }
  const packed = place('sine');
  const { out } = await called('train', 'sine', '--epochs', '1', '--units', '4', '--out', packed);
  expect((await called('eval', saved('sine'))).out).toContain(out.match(/\nthis model +\S+/)![0]);
});

/** A saved network's outputs on the test part of the fresh file, 45 rows or 44 in one go, and the target's rows. */
async function byHand(name: string) {
  const { model, notes } = loadModel(new Uint8Array(await readFile(saved(name))));
  const ahead = name === 'warm' ? 1 : 0;
  const steps = fresh.length - ahead;
  const recording = {
    name: 'fresh',
    steps,
    inputs: 1,
    outputs: 1,
    features: Float64Array.from(fresh.slice(0, steps), ({ warm }) => warm),
    target: Float64Array.from({ length: steps }, (_, row) => row),
    times: Float64Array.from(fresh.slice(0, steps), ({ seconds }) => seconds),
  };
  const { test } = divide([recording], { fractions: { train: 0.7, valid: 0.15, test: 0.15 } });
  const cut = windows(scale(test, JSON.parse(notes.scaler!) as Scaler), {
    length: test.recordings[0]!.steps,
    stride: 1,
    timeUnit: 60,
  });
  return { outputs: program(model).forward(cut).outputs, rows: [...cut.target], notes };
}

test('other data are scaled as the network was trained, numbers and classes', async () => {
  const judged = async (name: string) => {
    const { code, out, complaints } = await called('eval', saved(name), place('fresh.csv'), '--json');
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    return JSON.parse(out);
  };
  const warm = await byHand('warm');
  const { mean, deviation } = JSON.parse(warm.notes.targetScaler!) as Scaler;
  // It forecasts changes.
  expect(JSON.parse(warm.notes.task!).of).toBe('change');
  const errors = warm.rows.map(
    (row, k) => fresh[row]!.warm + warm.outputs[2 * k]! * deviation[0]! + mean[0]! - fresh[row + 1]!.warm,
  );
  const mse = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  const numbers = await judged('warm');
  expect(numbers.results[0].name).toBe('this model');
  // Standardised and back, in float64.
  expect(Math.abs(numbers.results[0].value / mse - 1)).toBeLessThan(1e-9);
  expect(Object.keys(numbers.metrics)).toEqual(['mse', 'mae']);
  expect(numbers.loss.name).toBe('gaussian');

  const level = await byHand('level');
  const classes = ['high', 'low', 'mild'];
  expect(JSON.parse(level.notes.classes!)).toEqual(classes);
  const right = level.rows.filter((row, k) => {
    const scores = [...level.outputs.slice(3 * k, 3 * k + 3)];
    return classes[scores.indexOf(Math.max(...scores))] === fresh[row]!.level;
  });
  expect((await judged('level')).metrics.accuracy).toBe(right.length / level.rows.length);
});

test('data that do not fit the network are refused', async () => {
  const refused = async (code: 1 | 2, complaint: string, ...argv: string[]) => {
    const result = await called('eval', ...argv);
    expect({ code: result.code, out: result.out }).toEqual({ code, out: '' });
    expect(result.complaints).toContain(`rivulet: eval: ${complaint}`);
  };
  await writeFile(place('odd.csv'), csv(levels(300, 0, ['low', 'odd', 'high'])));
  await refused(
    1,
    'odd has the class "odd", which the network does not know; it knows high, low, mild',
    saved('level'),
    place('odd.csv'),
  );
  await refused(2, '"sine" has the inputs 1 (value), but the network takes 1 (warm)', saved('warm'), 'sine');
  await refused(2, `there is no file "${place('no.csv')}"`, saved('warm'), place('no.csv'));
  await refused(2, 'which network?');
  await refused(2, 'one data set at a time, but "b" was given too', saved('warm'), 'a', 'b');
  await writeFile(place('bare.safetensors'), saveModel(model({ cell: ltc(), inputs: 1, units: 2, seed: 1 })));
  await refused(2, "which data? The network's file does not say", place('bare.safetensors'));
});

test('a network whose training data are not there says which they were, and so does the training that is resumed', async () => {
  const [data, moved] = [place('room.csv'), place('moved.csv')];
  await rename(data, moved);
  try {
    expect(await called('eval', place('warm'))).toMatchObject({
      code: 2,
      complaints: expect.stringContaining(
        `eval: the network was trained on "${data}", which is not there, seen from here; name the data behind the network`,
      ),
    });
    expect((await called('eval', place('warm'), moved)).code).toBe(0);
    expect(await called('train', '--resume', place('warm'))).toMatchObject({
      code: 2,
      complaints: expect.stringContaining(
        `"${place('warm')}" learns from "${data}", which is not there, seen from here; resume it where it was begun`,
      ),
    });
  } finally {
    await rename(moved, data);
  }
  expect((await called('train', '--resume', place('nowhere'))).complaints).toContain(
    `there is nothing to resume in "${place('nowhere')}": it has no run.json`,
  );
});
