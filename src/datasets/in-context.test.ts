import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ltc } from '../cells/ltc.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { divide } from './divide.ts';
import { inContext } from './in-context.ts';
import { whole } from './windows.ts';

/** Recordings of so many rows, told by numbers that all differ. */
const part = (lengths: readonly number[]) => {
  const recordings = lengths.map((steps, k) => ({
    name: String(k),
    steps,
    inputs: 1,
    outputs: 1,
    features: Float64Array.from({ length: steps }, (_, t) => 1000 * k + t),
    target: Float64Array.from({ length: steps }, (_, t) => -(1000 * k + t)),
    times: Float64Array.from({ length: steps }, (_, t) => 10 * t + (t % 2)),
  }));
  return divide(recordings, { train: lengths.map((_, k) => k), valid: [], test: [] }).train;
};

test('every row is judged once, in order, behind as many rows of its recording as asked or all there are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 12 }),
      (lengths, context) => {
        const { batch, steps, x, target, mask, weights } = inContext(part(lengths), { context });
        const judged: number[] = [];
        for (let b = 0; b < batch; b++) {
          let before = 0;
          for (let t = 0; t < steps; t++) {
            const row = b * steps + t;
            if (weights[row] === 1) {
              expect(mask[row]).toBe(1);
              expect(target[row]).toBe(-x[row]!);
              expect(before).toBeGreaterThanOrEqual(Math.min(context, x[row]! % 1000));
              judged.push(x[row]!);
            }
            before += mask[row]!;
          }
        }
        expect(judged).toEqual(lengths.flatMap((length, k) => Array.from({ length }, (_, t) => 1000 * k + t)));
      },
    ),
    { seed: 4, numRuns: 200 },
  );
});

test('a network that forgets within the context answers as on the whole recording', () => {
  const given = part([90]);
  const small = { ...given, recordings: given.recordings.map((r) => ({ ...r, features: r.features.map(Math.sin) })) };
  const cut = inContext(small, { context: 12, timeUnit: 10 });
  const net = program(
    model({ cell: ltc(), inputs: 1, units: 3, timeUnit: 10, readout: { outputs: 1, when: 'every' }, seed: 1 }),
  );
  const { outputs: all } = net.forward(whole(small.recordings[0]!, 10));
  const { outputs } = net.forward(cut);
  const judged = [...outputs].filter((_, row) => cut.weights[row] === 1);
  // At most e^(-1/2) of a state is left after a sample (docs/initialisation.md), so e^(-6) = 0.0025 after twelve.
  for (const [t, value] of judged.entries()) expect(Math.abs(value - all[t]!)).toBeLessThan(0.0025);
  expect(judged).toHaveLength(90);
});
