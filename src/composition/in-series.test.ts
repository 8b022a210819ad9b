import { expect, test } from 'vitest';
import { ltc } from '../cells/ltc.ts';
import type { Answer, Gradients } from '../computation.ts';
import { model } from '../model.ts';
import { random } from '../random.ts';
import { inSeries } from './in-series.ts';

test('between layers, entries are dropped at the stated rate, other ones at each place, and the others make up for them', () => {
  const layer = model({ cell: ltc(), inputs: 50, units: 50 });
  const none = new Float64Array(0);
  // Layers that pass on what they are given, so that from ones come the products of the factors.
  const pass = (_: number, { x }: { x: ArrayLike<number> }): Answer => ({
    outputs: Float64Array.from(x),
    final: none,
    carry: none,
  });
  const back = (_: number, cotangent: ArrayLike<number>): Gradients => ({
    x: Float64Array.from(cotangent),
    dt: new Float64Array(200),
    initial: none,
    carry: none,
    parameters: none,
  });
  const ones = new Float64Array(200 * 50).fill(1);
  const { forward, backward } = inSeries({ parts: [layer, layer, layer], dropout: 0.25 });
  const { outputs } = forward({ batch: 20, steps: 10, x: ones }, pass, random(3).uniform);
  const kept = outputs.filter((value) => value !== 0);
  for (const value of kept) expect(value).toBeCloseTo(1 / 0.75 ** 2, 14);
  // Two independent factors are both kept with a chance of 0.5625; of 10,000 the share is within four standard deviations.
  expect(Math.abs(kept.length / outputs.length - 0.75 ** 2)).toBeLessThan(0.02);
  expect(backward(ones, back).x).toEqual(outputs);
  expect(forward({ batch: 20, steps: 10, x: ones }, pass, undefined).outputs).toEqual(ones);
  expect(backward(ones, back).x).toEqual(ones);
});
