import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ltc } from './cells/ltc.ts';
import { intakeOf } from './intake.ts';
import { model } from './model.ts';
import { program } from './program.ts';
import type { Sequences } from './sequences.ts';
import { countOf, timing } from './timing.ts';

const net = model({ cell: ltc(), inputs: 2, units: 3, maxStep: 0.5 });
const good: Sequences = { batch: 2, steps: 2, x: [1, 2, 3, 4, 5, 6, 7, 8] };

test('without dt every step takes one unit of time', () => {
  expect(timing(intakeOf(net), 3, good)).toMatchObject({
    dt: new Float64Array(4).fill(1),
    count: new Int32Array(4).fill(2),
    kept: new Uint8Array(4).fill(1),
  });
});

test('a masked step takes no time and no sub-step, and what it holds is not looked at', () => {
  const x = [1, 2, Number.NaN, Number.NaN, 5, 6, 7, 8];
  const plan = timing(intakeOf(net), 3, { ...good, x, dt: [0.6, Number.NaN, 0, 3], mask: [1, 0, 1, 1] });
  expect(Array.from(plan.dt)).toEqual([0.6, 0, 0, 3]);
  expect(Array.from(plan.count)).toEqual([2, 0, 1, 6]);
  expect(Array.from(plan.kept)).toEqual([1, 0, 1, 1]);
});

test('for a step that does not exist stands the last one before it, else the first after it, else any', () => {
  const standIn = (mask: number[]) =>
    Array.from(timing(intakeOf(net), 3, { batch: 2, steps: 4, x: new Float64Array(16), mask }).standIn);
  expect(standIn([0, 1, 0, 1, 1, 0, 0, 1])).toEqual([1, 1, 1, 3, 4, 4, 4, 7]);
  expect(standIn([0, 0, 0, 0, 0, 0, 1, 0])).toEqual([6, 6, 6, 6, 6, 6, 6, 6]);
  expect(standIn([0, 0, 0, 0, 0, 0, 0, 0])).toEqual(new Array(8).fill(-1));
});

test('sub-steps by length are never longer than asked for, and as few as that allows', () => {
  const step = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(step, step, (dt, maxStep) => {
      const count = countOf({ unfolds: 6, maxStep }, dt);
      expect(dt / count).toBeLessThanOrEqual(maxStep * (1 + 2e-6));
      if (count > 1) expect(dt / (count - 1)).toBeGreaterThan(maxStep);
    }),
    { seed: 3, numRuns: 500 },
  );
  expect(countOf({ unfolds: 6, maxStep: 0.1 }, 0.1 + 0.2)).toBe(3);
  expect(countOf({ unfolds: 6, maxStep: 0.1 }, 0)).toBe(1);
  expect(countOf({ unfolds: 6 }, 0)).toBe(6);
  expect(countOf({ unfolds: 6, maxStep: 1 }, 2 ** 24)).toBe(2 ** 24);
  expect(() => countOf({ unfolds: 6, maxStep: 1e-3 }, 2 ** 32)).toThrow(
    "a sample of dt 4294967296 takes 4294967296000 sub-steps of the model's maxStep, 0.001, but 16777216 is the most there can be",
  );
});

const refused: Record<string, readonly [Partial<Record<keyof Sequences, unknown>>, string]> = {
  'an empty batch': [{ batch: 0 }, 'sequences: batch is 0, but must be a whole number of at least 1'],
  'half a step': [{ steps: 1.5 }, 'sequences: steps is 1.5, but must be a whole number of at least 1'],
  'too few inputs': [{ x: [1, 2, 3] }, 'sequences: x has 3 entries, but (batch 2, steps 2, inputs 2) needs 8'],
  'too many times': [{ dt: [1, 1, 1, 1, 1] }, 'sequences: dt has 5 entries, but (batch 2, steps 2) needs 4'],
  'a short mask': [{ mask: [1] }, 'sequences: mask has 1 entries, but (batch 2, steps 2) needs 4'],
  'states of another size': [{ initial: [0, 0] }, 'sequences: initial has 2 entries, but (batch 2, states 3) needs 6'],
  'time that runs backwards': [
    { dt: [1, 1, 1, -0.5] },
    'sequences: dt is -0.5 at sequence 1, step 1, but elapsed time must be 0 or a positive number (or the step masked)',
  ],
  'time that is no number': [{ dt: [1, Number.NaN, 1, 1] }, 'sequences: dt is NaN at sequence 0, step 1'],
  'time without end': [{ dt: [Number.POSITIVE_INFINITY, 1, 1, 1] }, 'sequences: dt is Infinity at sequence 0, step 0'],
  'an input that is no number': [
    { x: [1, 2, 3, 4, 5, 6, 7, Number.NaN] },
    'sequences: x is NaN at sequence 1, step 1, input 1, but inputs must be finite numbers (or the step masked; the model',
  ],
  'a mask that is neither 0 nor 1': [
    { mask: [1, 1, 0, Number.NaN] },
    'sequences: mask is NaN at sequence 1, step 1, but must be 1 where the step exists and 0 where it does not',
  ],
  'a mask of truths, which are no numbers': [
    { mask: [true, false, true, true] },
    'sequences: mask is true at sequence 0, step 0',
  ],
  'a state that is no number': [
    { initial: [0, 0, 0, 0, Number.NEGATIVE_INFINITY, 0] },
    'sequences: initial is -Infinity at sequence 1, state 1, but states must be finite numbers',
  ],
};

test.for(Object.keys(refused))('%s is refused, and the program goes on', (name) => {
  const [change, message] = refused[name]!;
  const it = program(net, { backend: 'javascript' });
  const before = it.forward(good);
  expect(() => it.forward({ ...good, ...change } as Sequences)).toThrow(message);
  expect(it.forward(good)).toEqual(before);
});

test('numbers that are finite in float64 but not in float32 are refused where float32 computes', () => {
  const most = (2 - 2 ** -23) * 2 ** 127;
  const of = model({ cell: ltc(), inputs: 2, units: 3 });
  const large: Readonly<Record<string, (value: number) => Sequences>> = {
    'x is 1e+39 at sequence 0, step 0, input 1': (value) => ({ ...good, x: [1, value, 3, 4, 5, 6, 7, 8] }),
    'dt is 1e+39 at sequence 0, step 1': (value) => ({ ...good, dt: [1, value, 1, 1] }),
    'initial is 1e+39 at sequence 1, state 2': (value) => ({ ...good, initial: [0, 0, 0, 0, 0, value] }),
  };
  const [coarse, fine] = [program(of, { precision: 'float32' }), program(of, { precision: 'float64' })];
  for (const [where, made] of Object.entries(large)) {
    expect(() => coarse.forward(made(1e39))).toThrow(`sequences: ${where}`);
    expect(() => coarse.forward(made(1e39))).toThrow('within the reach of float32, 3.4028234663852886e+38');
    expect(() => coarse.forward(made(most))).not.toThrow();
    expect(() => fine.forward(made(1e39))).not.toThrow();
  }
});
