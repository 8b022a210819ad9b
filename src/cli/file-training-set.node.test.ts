import { expect, test } from 'vitest';
import { readCsv } from '../formats/csv.ts';
import { random } from '../random.ts';
import { fileTrainingSet } from './file-training-set.ts';
import type { Recorded } from './recorded.ts';

const recorded = (...texts: string[]): Recorded => ({
  name: 'x.csv',
  tables: texts.map((text, i) => readCsv(text, { name: `${i}.csv` })),
});
const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join('\n');
const draw = random(3);
const walk = Array.from({ length: 500 }, () => draw.normal()).map((_, i, steps) =>
  steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0),
);
const noise = Array.from({ length: 500 }, () => draw.normal());
const csv = (values: readonly number[]) => `a,b\n${rows(values.length, (i) => `${values[i]},${i % 3}`)}`;
const own = (set: ReturnType<typeof fileTrainingSet>) => {
  const { mean, deviation } = set.targetScaler!;
  return Array.from(set.split.test.target, (value) => value * deviation[0]! + mean[0]!);
};

test('what wanders is forecast by its change, what is noise by its value, as the training part tells', () => {
  const horizon = 2;
  const wandering = fileTrainingSet(recorded(csv(walk)), undefined, { target: 'a', horizon });
  expect(wandering.task).toEqual({ each: 'step', horizon, of: 'change', window: 32 });
  // The test part begins after 85 % of the 498 rows that have a target.
  const first = Math.round(498 * 0.85);
  own(wandering).forEach((change, t) => {
    // Standardising and back rounds in the last digits.
    expect(change).toBeCloseTo(walk[first + t + horizon]! - walk[first + t]!, 10);
  });
  const still = fileTrainingSet(recorded(csv(noise)), undefined, { target: 'a' });
  expect(still.task).toMatchObject({ of: 'value' });
  const begin = Math.round(499 * 0.85);
  own(still).forEach((value, t) => {
    expect(value).toBeCloseTo(noise[begin + t + 1]!, 10);
  });
});

test('baselines are in the units of the target, whether it is a change or a value', () => {
  for (const values of [walk, noise]) {
    const set = fileTrainingSet(recorded(csv(values)), undefined, { target: 'a' });
    const first = Math.round(499 * 0.85);
    const count = set.split.test.target.length;
    let [persistence, square] = [0, 0];
    for (let t = 0; t < count; t++) persistence += (values[first + t + 1]! - values[first + t]!) ** 2 / count;
    const windows = set.split.training.train;
    const { mean, deviation } = set.split.scaler!;
    const isChange = set.task?.of === 'change';
    const level = (x: number, y: number) =>
      y * set.targetScaler!.deviation[0]! + set.targetScaler!.mean[0]! + (isChange ? x * deviation[0]! + mean[0]! : 0);
    const known = Array.from(windows.target, (y, row) => level(windows.x[row * 2]!, y));
    const middle = known.reduce((sum, value) => sum + value, 0) / known.length;
    for (let t = 0; t < count; t++) square += (values[first + t + 1]! - middle) ** 2 / count;
    const found = Object.fromEntries(set.split.baselines().map(({ name, value }) => [name, value]));
    expect(found.persistence! / persistence).toBeCloseTo(1, 10);
    expect(found['training mean']! / square).toBeCloseTo(1, 10);
  }
  const turning = `a,b\n${rows(400, (i) => `${Math.sin(i / 7)},${Math.cos(i / 7)}`)}`;
  const baselines = fileTrainingSet(recorded(turning), undefined, { target: 'a' }).split.baselines();
  // The next sine is a linear map of sine and cosine; the fit has a ridge of 1e-12.
  expect(baselines.find(({ name }) => name === 'linear, one row')!.value).toBeLessThan(1e-9);
});

test('scalers see the training part only', () => {
  const jump = Array.from({ length: 400 }, (_, i) => (i < 280 ? noise[i]! : 1000 + noise[i]!));
  const { split } = fileTrainingSet(recorded(csv(jump)), undefined, { target: 'b', task: 'regress' });
  expect(Math.abs(split.scaler!.mean[0]!)).toBeLessThan(1);
  expect(split.scaler!.deviation[0]).toBeLessThan(2);
});

test('with files that test, the others train and validate, and nothing of the test files does', () => {
  const one = (shift: number) => `a,b\n${rows(300, (i) => `${shift + noise[i]!},${i % 3}`)}`;
  for (const split of ['time', undefined] as const) {
    const files = split === 'time' ? [one(0)] : Array.from({ length: 12 }, () => one(0));
    const tested: Recorded = { name: 'y.csv', tables: [readCsv(one(1000), { name: '0.csv' })] };
    const set = fileTrainingSet(recorded(...files), tested, { target: 'b', task: 'regress', split });
    const inUnits = (x: ArrayLike<number>) =>
      Array.from(x, (value) => value * set.split.scaler!.deviation[0]! + set.split.scaler!.mean[0]!);
    const { train, valid } = set.split.training;
    expect(Math.max(...inUnits(train.x), ...inUnits(valid.x))).toBeLessThan(500);
    expect(Math.min(...inUnits(set.split.test.x))).toBeGreaterThan(500);
  }
});

test('recordings shorter than a window are counted, and too few of them refused', () => {
  const files = Array.from(
    { length: 12 },
    (_, k) => `a,b\n${rows(k === 0 ? 5 : 60, (i) => `${noise[i + k]},${i % 3}`)}`,
  );
  const { notes } = fileTrainingSet(recorded(...files), undefined, { target: 'a' });
  expect(notes).toContain('recordings shorter than a window of 32 rows, not used: 1');
  expect(() => fileTrainingSet(recorded(...files.slice(1, 3)), undefined, { target: 'a', split: 'recording' })).toThrow(
    new Error('x.csv: 2 recordings; wanted 5 or more to divide them whole, or --split time'),
  );
  expect(() => fileTrainingSet(recorded(...files), undefined, { target: 'a', window: 64 })).toThrow(
    new Error(
      'x.csv: the longest stretch of the train part has 59 rows; wanted a window of 64: give more rows, or a shorter --window',
    ),
  );
});
