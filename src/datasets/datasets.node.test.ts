import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Labelled } from '../sequences.ts';
import type { Split } from './dataset.ts';
import { gunzip } from './gunzip.ts';
import { datasets } from './index.ts';
import { read } from './read.ts';

const splits = {} as Record<keyof typeof datasets, Split>;

beforeAll(async () => {
  for (const dataset of Object.values(datasets)) {
    splits[dataset.name as keyof typeof datasets] = await dataset.load(read);
  }
});

describe.each(Object.entries(datasets))('%s', (name, dataset) => {
  const split = (): Split => splits[name as keyof typeof datasets];
  const parts = (): Record<string, Labelled> => {
    const { training, test: asked, rollout } = split();
    return { train: training.train, valid: training.valid, test: asked, rollout };
  };

  test('is listed under its own name', () => {
    expect(dataset.name).toBe(name);
  });

  test('has arrays of the shapes it states, all finite', () => {
    const { inputs, outputs } = split();
    const width = dataset.task.kind === 'classify' ? 1 : outputs;
    expect(dataset.inputNames).toHaveLength(inputs);
    expect(dataset.outputNames).toHaveLength(outputs);
    for (const { batch, steps, x, target, dt } of Object.values(parts())) {
      expect(x.length).toBe(batch * steps * inputs);
      expect(target.length).toBe(batch * steps * width);
      if (dt) expect(dt.length).toBe(batch * steps);
      for (const values of [x, target, dt ?? []]) expect((values as Float64Array).every(Number.isFinite)).toBe(true);
      if (dt) expect(Array.from(dt).every((value) => value >= 0)).toBe(true);
    }
  });

  test('has class numbers where it classifies', () => {
    if (dataset.task.kind !== 'classify') return;
    const { classes } = dataset.task;
    expect(split().outputs).toBe(classes.length);
    for (const { target } of Object.values(parts())) {
      expect(new Set(Array.from(target))).toEqual(new Set(classes.keys()));
    }
  });

  test('has no window twice in the test part and in training', () => {
    const { inputs, training, test: asked } = split();
    const keys = ({ batch, steps, x }: Labelled): string[] =>
      Array.from({ length: batch }, (_, i) => key(x, i * steps * inputs, steps * inputs));
    const seen = new Set([...keys(training.train), ...keys(training.valid)]);
    expect(keys(asked).filter((window) => seen.has(window))).toEqual([]);
  });

  test('loads to the same numbers every time', async () => {
    const again = await dataset.load(read);
    const bytes = ({ test: asked, training }: Split): string[] =>
      [asked.target, training.train.x].map((values) => key(values, 0, values.length));
    expect(bytes(again).every((text, i) => text === bytes(split())[i])).toBe(true);
  });

  test('computes baselines that are finite and named once', () => {
    const baselines = split().baselines();
    expect(baselines.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(new Set(baselines.map((baseline) => baseline.name)).size).toBe(baselines.length);
  });
});

describe('cheetah', () => {
  test('has the windows of the published split', () => {
    const { training, test: asked, rollout } = splits.cheetah;
    expect([training.train.batch, training.valid.batch, asked.batch]).toEqual([970, 485, 970]);
    expect([asked.steps, rollout.steps]).toEqual([32, 999]);
  });

  test('wants at each step the reading of the next', () => {
    const { x, target, steps } = splits.cheetah.rollout;
    for (let at = 0; at < (steps - 1) * 17; at++) if (target[at] !== x[at + 17]) throw new Error(`differs at ${at}`);
  });

  test('has the published baselines', () => {
    expect(figures(splits.cheetah)).toMatchObject({
      'training mean': 17.466,
      persistence: 62.866,
      'linear, one step': 3.432,
      'linear, five lags': 3.148,
    });
  });

  test('is measured every 0.05 s: height and pitch change by their rates times 0.05', () => {
    // The trapezium rule on rates of one reading each is coarse for the fast joints: the height and the pitch are asked, to 3 %.
    const { x, steps } = splits.cheetah.rollout;
    for (const [angle, rate] of [
      [0, 9],
      [1, 10],
    ] as const) {
      let moved = 0;
      let squares = 0;
      for (let step = 0; step + 1 < steps; step++) {
        const mean = (x[step * 17 + rate]! + x[(step + 1) * 17 + rate]!) / 2;
        moved += mean * (x[(step + 1) * 17 + angle]! - x[step * 17 + angle]!);
        squares += mean * mean;
      }
      expect(Math.abs(moved / squares / datasets.cheetah.timeUnit - 1)).toBeLessThan(0.03);
    }
  });
});

describe('occupancy', () => {
  test('has the windows of the published split', () => {
    const { training, test: asked } = splits.occupancy;
    expect([training.train.batch, training.valid.batch, asked.batch]).toEqual([7315, 812, 332 + 1217]);
    expect(asked.steps).toBe(16);
  });

  test('has the published order of windows: number 6363 is the first of validation', () => {
    const { valid } = splits.occupancy.training;
    const first = Array.from(valid.x).slice(0, 5);
    const scaler = splits.occupancy.scaler!;
    const raw = first.map((value, i) => value * scaler.deviation[i]! + scaler.mean[i]!);
    // Row 6364 of datatraining.txt, counted from 1 (2015-02-09 03:53:59).
    [19.39, 26.6, 0, 471.333333333333, 0.00369873872535136].forEach((value, i) => {
      expect(raw[i]).toBeCloseTo(value, 9);
    });
  });

  test('has the published baselines', () => {
    expect(figures(splits.occupancy)).toMatchObject({ 'logistic regression': 0.975, 'threshold on Light': 0.99 });
  });
});

describe('sine', () => {
  test('is measured at irregular times and wants the value one second later', () => {
    const { x, target, dt, steps } = splits.sine.rollout;
    expect(dt![0]).toBe(1);
    expect(new Set(Array.from(dt!)).size).toBe(steps);
    // Where the next measurement happens to come one second later to within 0.01, it is nearly the target: the slope is at most 2π/6.
    for (let step = 0; step + 1 < steps; step++) {
      if (Math.abs(dt![step + 1]! - 1) < 0.01) expect(Math.abs(x[step + 1]! - target[step]!)).toBeLessThan(0.0105);
    }
  });
});

// sha256 of the unpacked official files, from data/README.md.
test.each([
  ['occupancy/datatest.txt', '1b92c7c1b2838963464fa891a610cf3c5db4becb7189189b29b330107a584c7f'],
  ['occupancy/datatest2.txt', 'd026d1bd5aeccd4aff4f3b3710d48e40613bd5fc370db7e61bbdcaa50d985095'],
  ['occupancy/datatraining.txt', 'b2c4d0ce2b9e4e453c476f7125ef31aeec2d1f5c7f5572d0e80de3df6521ab56'],
])('%s holds the official bytes', async (path, sum) => {
  const hash = createHash('sha256').update(await gunzip(await read(`${path}.gz`)));
  expect(hash.digest('hex')).toBe(sum);
});

test('the 31 cheetah traces, joined in the order of their names, hold the official bytes', async () => {
  const hash = createHash('sha256');
  for (let number = 0; number < 31; number++) {
    hash.update(await gunzip(await read(`cheetah/trace_${String(number).padStart(4, '0')}.npy.gz`)));
  }
  expect(hash.digest('hex')).toBe('137217cf7282e4e90a2d92ec55373160fcc8c3150761d85d020dc9c4c1ed9b50');
});

test('bytes that are not packed are passed on as they are', async () => {
  expect(await gunzip(Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(1, 2, 3));
});

/** The baselines to three decimals, by name. */
function figures(split: Split): Record<string, number> {
  return Object.fromEntries(split.baselines().map(({ name, value }) => [name, Number(value.toFixed(3))]));
}

/** The bytes of a stretch of numbers as a text to compare by. */
function key(values: ArrayLike<number>, from: number, length: number): string {
  const { buffer, byteOffset } = (values as Float64Array).subarray(from, from + length);
  return Buffer.from(buffer, byteOffset, length * 8).toString('latin1');
}
