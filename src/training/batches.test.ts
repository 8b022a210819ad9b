import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Labelled } from '../sequences.ts';
import { batchCount, epochOrder, gatherer } from './batches.ts';

test('the order of an epoch holds every sequence once, and seed and epoch alone decide it', () => {
  const cases = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.nat(1000), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(cases, ([count, seed, epoch]) => {
      const order = epochOrder(count, seed, epoch);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect([...epochOrder(count, seed, epoch)]).toEqual([...order]);
    }),
    { seed: 4, numRuns: 50 },
  );
});

test('epochs, and seeds, shuffle differently', () => {
  const orders = [epochOrder(30, 0, 1), epochOrder(30, 0, 2), epochOrder(30, 1, 1), epochOrder(30, 1, 2)];
  expect(new Set(orders.map((order) => order.join())).size).toBe(4);
});

test('every sequence comes first about equally often', () => {
  const counts = new Array<number>(8).fill(0);
  for (let seed = 0; seed < 4000; seed++) counts[epochOrder(8, seed, 1)[0]!]!++;
  // 500 expected with standard deviation 21; four of them on either side.
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(84);
});

test('the last, smaller minibatch counts unless it is dropped', () => {
  expect([batchCount(33, 16), batchCount(32, 16), batchCount(33, 16, true)]).toEqual([3, 2, 2]);
});

const sequenceNumbers = (batch: number, width: number) =>
  Float64Array.from({ length: batch * width }, (_, i) => 100 * Math.floor(i / width) + (i % width));

const data: Labelled = {
  batch: 5,
  steps: 2,
  x: new Float32Array(sequenceNumbers(5, 6)),
  dt: [...sequenceNumbers(5, 2)],
  mask: Uint8Array.from(sequenceNumbers(5, 2), (value) => value % 2),
  initial: sequenceNumbers(5, 3),
  target: sequenceNumbers(5, 4),
  weights: sequenceNumbers(5, 2),
};

test('a minibatch carries all arrays of its sequences, in the order asked for', () => {
  const batch = gatherer(data, 3)(1, 4, Int32Array.of(4, 3, 0, 2, 1));
  expect({ batch: batch.batch, steps: batch.steps }).toEqual({ batch: 3, steps: 2 });
  const rows = (width: number) => [3, 0, 2].flatMap((s) => Array.from({ length: width }, (_, i) => 100 * s + i));
  expect([...(batch.x as Float32Array)]).toEqual(rows(6));
  expect([...(batch.dt as Float64Array)]).toEqual(rows(2));
  expect([...(batch.mask as Float64Array)]).toEqual([0, 1, 0, 1, 0, 1]);
  expect([...(batch.initial as Float64Array)]).toEqual(rows(3));
  expect([...(batch.target as Float64Array)]).toEqual(rows(4));
  expect([...(batch.weights as Float64Array)]).toEqual(rows(2));
});

test('minibatches share their buffers, keep float32, and lack what the data lacks', () => {
  const gather = gatherer({ batch: 5, steps: 2, x: data.x }, 2);
  const first = gather(0, 2);
  const second = gather(2, 4);
  expect(second.x).toBe(first.x);
  expect(second.x).toBeInstanceOf(Float32Array);
  expect(Object.keys(second)).toEqual(['batch', 'steps', 'x']);
  expect(gather(4, 5).x.length).toBe(6);
});
