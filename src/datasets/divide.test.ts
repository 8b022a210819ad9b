import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divide, type Part, type Recording } from './divide.ts';
import { fitScaler, scale } from './scale.ts';
import { whole, windows } from './windows.ts';

const seed = 20214;

/** A recording of one input whose rows are `from`, `from` + 1, …, and whose target is ten times that. */
function counting(name: string, steps: number, from = 0): Recording {
  const features = Float64Array.from({ length: steps }, (_, i) => from + i);
  return { name, steps, inputs: 1, outputs: 1, features, target: features.map((value) => value * 10) };
}

const all = [counting('a', 10), counting('b', 10, 100), counting('c', 10, 200), counting('d', 10, 300)];
const names = (part: Part): string[] => part.recordings.map(({ name }) => name);

describe('divide', () => {
  test('whole recordings go where their names or numbers say', () => {
    const { train, valid, test: asked } = divide(all, { train: ['d', 0], valid: [1], test: [] });
    expect([names(train), names(valid), names(asked)]).toEqual([['d', 'a'], ['b'], []]);
  });

  test('recordings that are test data as a whole take no part in a division by time', () => {
    const fractions = { train: 0.8, valid: 0.2, test: 0 };
    const parts = divide(all, { fractions, test: ['b', 3] });
    expect(names(parts.train)).toEqual(['a[0:8]', 'c[0:8]']);
    expect(names(parts.valid)).toEqual(['a[8:10]', 'c[8:10]']);
    expect(names(parts.test)).toEqual(['b', 'd']);
    expect(() => divide(all, { fractions: { train: 0.8, valid: 0.1, test: 0.1 }, test: ['b'] })).toThrow(
      'divide: the test fraction is 0.1, wanted 0 beside recordings that are the test part',
    );
  });

  test('by time, every row of every recording comes to lie in one part, train before valid before test', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 4 }),
        (lengths, train, valid) => {
          const recordings = lengths.map((steps, i) => counting(`r${i}`, steps + 8, i * 1000));
          const fractions = { train: train / 12, valid: valid / 12, test: (12 - train - valid) / 12 };
          const parts = divide(recordings, { fractions });
          for (const { name, features } of recordings) {
            const rows = [parts.train, parts.valid, parts.test].flatMap((part) =>
              part.recordings
                .filter((piece) => piece.name.startsWith(`${name}[`))
                .flatMap((piece) => [...piece.features]),
            );
            expect(rows).toEqual([...features]);
          }
        },
      ),
      { seed },
    );
  });

  test('times are cut with their rows', () => {
    const timed = { ...counting('a', 10), times: Float64Array.from({ length: 10 }, (_, i) => i * i) };
    const { valid } = divide([timed], { fractions: { train: 0.5, valid: 0.3, test: 0.2 } });
    expect(valid.recordings[0]).toMatchObject({ name: 'a[5:8]', times: Float64Array.of(25, 36, 49) });
  });

  test.each([
    [() => divide(all, { train: ['z'], valid: [], test: [] }), 'train names recording "z", known are a, b, c, d'],
    [() => divide(all, { train: [0], valid: [7], test: [] }), 'valid names recording 7, known are a, b, c, d'],
    [() => divide(all, { train: [0], valid: [], test: ['a'] }), 'recording "a" is named by train and by test'],
    [() => divide(all, { train: [], valid: [0], test: [] }), 'no recording is left to train on'],
    [() => divide(all, { fractions: { train: 0.7, valid: 0.2, test: 0.2 } }), 'are not three parts of 1'],
    [() => divide([all[0]!, all[0]!], { train: [0], valid: [], test: [] }), 'recording "a" comes twice'],
    [
      () => divide([{ ...all[0]!, steps: 9 }], { train: [0], valid: [], test: [] }),
      'recording "a" has 10 features, wanted steps × inputs = 9 × 1',
    ],
    [
      () => divide([{ ...counting('a', 3), times: Float64Array.of(0, 2, 1) }], { train: [0], valid: [], test: [] }),
      'recording "a" goes back in time at step 2: 2 s, then 1 s',
    ],
  ])('a division that cannot be is refused (%#)', (wrong, says) => {
    expect(wrong).toThrow(says);
  });
});

describe('windows', () => {
  const parts = divide(all, { train: [0, 1], valid: [2], test: [3] });

  test('start a stride apart, stay within one recording and carry inputs with targets', () => {
    const cut = windows(parts.train, { length: 4, stride: 3 });
    expect(cut).toMatchObject({ part: 'train', batch: 6, steps: 4, inputs: 1, outputs: 1 });
    expect([...cut.x]).toEqual([0, 3, 6, 100, 103, 106].flatMap((start) => [start, start + 1, start + 2, start + 3]));
    expect(cut.target).toEqual(cut.x.map((value) => value * 10));
    expect(cut.dt).toBeUndefined();
  });

  test('carry elapsed time in units, and 1 at their first step', () => {
    const timed = { ...counting('a', 5), times: Float64Array.of(0, 60, 90, 210, 210) };
    const { train } = divide([timed], { train: [0], valid: [], test: [] });
    expect(windows(train, { length: 3, stride: 2, timeUnit: 60 }).dt).toEqual(Float64Array.of(1, 1, 0.5, 1, 2, 0));
    expect(whole(timed, 60).dt).toEqual(Float64Array.of(1, 1, 0.5, 2, 0));
    expect(whole(timed).dt).toBeUndefined();
  });

  test('are cut from parts only: undivided recordings do not type-check', () => {
    // @ts-expect-error: an array of recordings is not a part
    expect(() => windows(all, { length: 4, stride: 3 })).toThrow();
    // @ts-expect-error: nor is an object that looks like one, since only `divide` makes parts
    const imitation: Part<'train'> = { part: 'train', recordings: all };
    expect(imitation.part).toBe('train');
  });

  test('that are longer than every recording are refused', () => {
    expect(() => windows(parts.valid, { length: 11, stride: 1 })).toThrow(
      'windows: no recording of the valid part has 11 steps, the longest has 10',
    );
    expect(() => windows(parts.valid, { length: 0, stride: 1 })).toThrow('windows: length is 0, wanted 1 or more');
    expect(() => windows(parts.valid, { length: 2, stride: 1, timeUnit: 0 })).toThrow('timeUnit is 0');
  });
});

describe('scale', () => {
  test('gives the training part mean 0 and deviation 1, and every part the same map', () => {
    const parts = divide(all, { train: [0, 1], valid: [2], test: [3] });
    const scaler = fitScaler(parts.train);
    const standard = scale(parts.train, scaler).recordings.flatMap(({ features }) => [...features]);
    expect(standard.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
    expect(standard.reduce((sum, value) => sum + value ** 2, 0) / 20).toBeCloseTo(1, 10);
    const first = scale(parts.test, scaler).recordings[0]!.features[0]!;
    expect(first * scaler.deviation[0]! + scaler.mean[0]!).toBeCloseTo(300, 10);
    expect(scale(parts.test, scaler).recordings[0]!.target).toEqual(all[3]!.target);
  });

  test('is fitted to the training part only: other parts do not type-check', () => {
    const parts = divide(all, { train: [0], valid: [1], test: [] });
    // @ts-expect-error: the scaler must not see what validates
    expect(fitScaler(parts.valid).mean).toEqual([104.5]);
  });

  test('leaves missing values out and divides what never changes by 1', () => {
    const recording = {
      ...counting('a', 4),
      features: Float64Array.of(1, Number.NaN, 3, Number.NaN),
      target: new Float64Array(4).fill(7),
    };
    const { train } = divide([recording], { train: [0], valid: [], test: [] });
    expect(fitScaler(train)).toEqual({ mean: [2], deviation: [1] });
    expect(fitScaler(train, 'target')).toEqual({ mean: [7], deviation: [1] });
    const wide = { mean: [0, 0], deviation: [1, 1] };
    expect(() => scale(train, wide)).toThrow('scale: recording "a" has 1 features a row, the scaler has 2');
  });
});
