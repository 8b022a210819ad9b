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
  const { target, weights } = set.split.test;
  return Array.from(target, (value) => value * deviation[0]! + mean[0]!).filter((_, row) => weights![row] === 1);
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
    const count = own(set).length;
    let [persistence, square] = [0, 0];
    for (let t = 0; t < count; t++) persistence += (values[first + t + 1]! - values[first + t]!) ** 2 / count;
    const known = values.slice(1, 1 + Math.round(499 * 0.7));
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
    const { x, mask } = set.split.test;
    expect(Math.min(...inUnits(x).filter((_, at) => mask![at] === 1))).toBeGreaterThan(500);
  }
});

test('recordings shorter than a window are counted, and too few of them refused', () => {
  const files = Array.from(
    { length: 12 },
    (_, k) => `a,b\n${rows(k % 2 === 0 ? 5 : 60, (i) => `${noise[i + k]},${i % 3}`)}`,
  );
  const { notes, split } = fileTrainingSet(recorded(...files), undefined, { target: 'a' });
  const said = /^recordings to train on shorter than a window of 32 rows, not used: (\d)$/;
  const short = Number(notes.find((note) => said.test(note))!.match(said)![1]);
  expect(short).toBeGreaterThan(0);
  // Eight of the twelve train; 59 rows with a target hold four windows of 32 that begin 8 apart.
  expect(split.training.train.batch).toBe((8 - short) * 4);
  // Two of the twelve test, and each of their rows is judged once.
  const tested = split.test.weights!;
  expect([8, 63, 118]).toContain(Array.from(tested).reduce((sum, weight) => sum + weight, 0));
  expect(() => fileTrainingSet(recorded(...files.slice(1, 3)), undefined, { target: 'a', split: 'recording' })).toThrow(
    new Error('x.csv: 2 recordings; wanted 5 or more to divide them whole, or --split time'),
  );
  expect(() => fileTrainingSet(recorded(...files), undefined, { target: 'a', window: 64 })).toThrow(
    new Error(
      'x.csv: the longest stretch of the train part has 59 rows; wanted a window of 64: give more rows, or a shorter --window',
    ),
  );
});

test('baselines say what they come to in each row that is judged, and nothing of the rows around them', () => {
  const labels = `a,b\n${rows(500, (i) => `${noise[i]},${noise[i]! > 0 ? 'up' : 'down'}`)}`;
  for (const [text, target] of [
    [csv(walk), 'a'],
    [`a,b\n${rows(500, (i) => `${walk[i]},${noise[i]}`)}`, 'a,b'],
    [labels, 'b'],
  ] as const) {
    const targets = target.split(',');
    const { test, baselines } = fileTrainingSet(recorded(text), undefined, { targets }).split;
    const weights = Array.from(test.weights!);
    expect(weights).toContain(0);
    const judged = weights.reduce((sum, weight) => sum + weight, 0);
    for (const { value, perRow } of baselines()) {
      expect(perRow).toHaveLength(weights.length);
      const sum = weights.reduce((total, weight, row) => total + weight * perRow![row]!, 0);
      expect(sum / judged / value).toBeCloseTo(1, 10);
      expect(weights.every((weight, row) => weight === 1 || perRow![row] === 0)).toBe(true);
    }
  }
});

/** Hours from a date on, with a level of each. */
const hourly = (values: readonly number[]) =>
  `time,level\n${rows(values.length, (i) => `${new Date(Date.UTC(2020, 0, 1, i)).toISOString().slice(0, 16)},${values[i]}`)}`;
const named = (set: ReturnType<typeof fileTrainingSet>) =>
  Object.fromEntries(set.split.baselines().map(({ name, value }) => [name, value]));

test('hours have the calendar among their inputs, unless none is wanted, and a baseline of the day before', () => {
  const values = noise.slice(0, 480).map((value, i) => 10 * Math.sin((2 * Math.PI * i) / 24) + value);
  const horizon = 3;
  const set = fileTrainingSet(recorded(hourly(values)), undefined, { target: 'level', horizon });
  expect(set.inputNames).toEqual(
    ['level', 'sin(day)', 'cos(day)', 'sin(week)', 'cos(week)'].slice(0, set.inputNames.length),
  );
  expect(set.task!.calendar).toEqual(['day']);
  expect(set.split.inputs).toBe(3);
  expect(set.notes).toContain('inputs made of the time: sine and cosine of the day');
  const first = Math.round((480 - horizon) * 0.85);
  const count = 480 - horizon - first;
  let square = 0;
  for (let t = 0; t < count; t++) {
    // The day before lies in the test part from its 22nd row on.
    const before = t + horizon - 24 >= 0 ? first + t + horizon - 24 : first + t;
    square += (values[first + t + horizon]! - values[before]!) ** 2 / count;
  }
  const found = named(set);
  expect(found['persistence of a day']! / square).toBeCloseTo(1, 10);
  expect(found['linear, one row']).toBeLessThan(found.persistence! / 5);
  expect(Object.keys(found)).toEqual([
    'training mean',
    'persistence',
    'persistence of a day',
    'linear, one row',
    'linear, 32 rows',
  ]);
  const plain = fileTrainingSet(recorded(hourly(values)), undefined, { target: 'level', horizon, calendar: [] });
  expect(plain.inputNames).toEqual(['level']);
  expect(plain.task).not.toHaveProperty('calendar');
  const told = recorded(
    `time,level,state\n${rows(480, (i) => `${new Date(Date.UTC(2020, 0, 1, i)).toISOString().slice(0, 16)},${values[i]},${values[i]! > 0 ? 'high' : 'low'}`)}`,
  );
  // Classes have a calendar only where it is asked for.
  const classes = (calendar?: ['day']) => fileTrainingSet(told, undefined, { target: 'state', calendar }).inputNames;
  expect(classes()).toEqual(['level']);
  expect(classes(['day'])).toEqual(['level', 'sin(day)', 'cos(day)']);
});

test('a linear map of several rows forecasts what follows from several rows alone', () => {
  // Each value is the one before the last but one, negated.
  const values = noise.slice(0, 3);
  while (values.length < 400) values.push(-values.at(-3)!);
  const found = named(fileTrainingSet(recorded(csv(values)), undefined, { target: 'a' }));
  expect(found['linear, 32 rows']).toBeLessThan(1e-9);
  expect(found['linear, one row']).toBeGreaterThan(1e-3);
});

test('of several targets, baselines are the means of what each one has, in its own deviation', () => {
  const text = `a,b\n${rows(500, (i) => `${walk[i]},${10 * noise[i]!}`)}`;
  const set = fileTrainingSet(recorded(text), undefined, { targets: ['a', 'b'] });
  const found = named(set);
  const { deviation } = set.targetScaler!;
  const first = Math.round(499 * 0.85);
  let persistence = 0;
  for (let t = first; t < 499; t++) {
    const apart = [walk[t + 1]! - walk[t]!, 10 * (noise[t + 1]! - noise[t]!)];
    apart.forEach((change, k) => {
      persistence += (change / deviation[k]!) ** 2 / 2 / (499 - first);
    });
  }
  expect(found.persistence! / persistence).toBeCloseTo(1, 10);
  expect(Object.keys(found)).toEqual(['training mean', 'persistence', 'linear, one row', 'linear, 32 rows']);
});

test('classes have logistic regression beside the most frequent one, at each row and for whole recordings', () => {
  const steps = `a,b,c\n${rows(400, (i) => `${noise[i]},${walk[i]},${noise[i]! > 0.5 ? 'high' : noise[i]! < -0.5 ? 'low' : 'mid'}`)}`;
  const each = named(fileTrainingSet(recorded(steps), undefined, { target: 'c' }));
  // Two thresholds on one input: straight lines between three classes, drawn to some rows.
  expect(each['logistic, one row']).toBeGreaterThan(0.9);
  expect(each['always "mid"']).toBeLessThan(0.5);

  const runs = Array.from({ length: 40 }, (_, k) =>
    Array.from({ length: 6 + (k % 5) }, (_, t) => noise[10 * k + t]! + (t === 3 && k % 2 ? 9 : 0)),
  );
  const files = runs.map((run, k) => `a,what\n${run.map((value) => `${value},${k % 2}`).join('\n')}`);
  const task = { target: 'what', task: 'sequence', classify: true } as const;
  const whole = named(fileTrainingSet(recorded(...files), undefined, task));
  // A hit shows in the largest value, which is none of the last row.
  expect(whole['logistic, summaries']).toBe(1);

  const peaks = runs.map((run) => `a,peak\n${run.map((value) => `${value},${Math.max(...run)}`).join('\n')}`);
  const numbers = named(fileTrainingSet(recorded(...peaks), undefined, { target: 'peak', task: 'sequence' }));
  // The peak is one of the summaries; the penalty of 1 beside 28 recordings keeps the map from saying just that.
  expect(numbers['linear, summaries']).toBeLessThan(numbers['training mean']! / 50);
});
