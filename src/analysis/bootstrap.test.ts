import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { bootstrap } from './bootstrap.ts';

/** The mean of a sample, each entry counted as often as it was drawn. */
const meanOf = (sample: readonly number[]) => (times: Uint32Array) =>
  sample.reduce((sum, value, k) => sum + value * times[k]!, 0) / sample.length;

/** How often, over samples, the interval of the mean holds the true mean. */
function coverage(draw: (normal: () => number) => number[], truth: number, samples: number, block = 1): number {
  const source = random(7);
  let held = 0;
  for (let s = 0; s < samples; s++) {
    const sample = draw(() => source.normal());
    const { lo, hi } = bootstrap(sample.length, meanOf(sample), { draws: 200, seed: s, block });
    if (lo <= truth && truth <= hi) held++;
  }
  return held / samples;
}

test('the figure itself is that of the sequences as they are, each counted once', () => {
  const { value, lo, hi } = bootstrap(4, meanOf([1, 2, 3, 6]));
  expect(value).toBe(3);
  expect(lo).toBeLessThan(3);
  expect(hi).toBeGreaterThan(3);
});

test('every draw counts as many sequences as there are, in blocks that go round the end', () => {
  const seen: number[][] = [];
  bootstrap(
    5,
    (times) => {
      seen.push([...times]);
      return 0;
    },
    { draws: 400, block: 2 },
  );
  const [given, ...draws] = seen;
  expect(given).toEqual([1, 1, 1, 1, 1]);
  for (const times of draws) expect(times.reduce((sum, each) => sum + each)).toBe(5);
  expect(draws.some(([first, , , , last]) => first! > 0 && last! > 0)).toBe(true);
});

test('of two sequences, the draws are as often both of the first as binomial draws are', () => {
  // A quarter of draws is (2, 0), half (1, 1), a quarter (0, 2): the quarters lie inside an interval of 60 %, outside one of 40 %.
  const interval = (level: number) => bootstrap(2, ([first]) => first!, { draws: 4000, level });
  expect(interval(0.6)).toEqual({ value: 1, lo: 0, hi: 2 });
  expect(interval(0.4)).toEqual({ value: 1, lo: 1, hi: 1 });
});

test('equal seeds give equal intervals, and others give others', () => {
  const sample = Array.from({ length: 30 }, (_, k) => Math.sin(k * k));
  const interval = (seed: number) => bootstrap(30, meanOf(sample), { seed });
  expect(interval(3)).toEqual(interval(3));
  expect(interval(3)).not.toEqual(interval(4));
});

test('the interval of a mean of 50 normal draws holds the true mean about as often as it says', () => {
  const measured = coverage((normal) => Array.from({ length: 50 }, normal), 0, 1000);
  // A percentile interval is narrower by √(49/50) and has normal, not t, tails: 94.2 % is expected. Three standard errors of 1000 samples are 2.2 %.
  expect(measured).toBeGreaterThan(0.92);
  expect(measured).toBeLessThan(0.965);
});

test('blocks hold the true mean far oftener where neighbours are alike', () => {
  const walk = (normal: () => number) => {
    let value = normal() / Math.sqrt(1 - 0.8 ** 2);
    return Array.from({ length: 200 }, () => {
      value = 0.8 * value + normal();
      return value;
    });
  };
  const alone = coverage(walk, 0, 300);
  const blocks = coverage(walk, 0, 300, 20);
  // The mean of such a walk varies 9 times as much as that of independent draws, so an interval that takes them for such is 3 times too narrow: 48 %.
  expect(alone).toBeLessThan(0.6);
  expect(blocks).toBeGreaterThan(0.8);
});

test('what cannot be drawn from is refused', () => {
  expect(() => bootstrap(1, () => 0)).toThrow('bootstrap: count is 1; wanted 2 or more sequences to draw from');
  expect(() => bootstrap(9, () => 0, { level: 95 })).toThrow(
    'bootstrap: level is 95, but must be a number between 0 and 1',
  );
  expect(() => bootstrap(9, () => 0, { draws: 3 })).toThrow('must be a whole number of at least 40');
  expect(() => bootstrap(9, () => 0, { blocks: 3 } as never)).toThrow('there is no option "blocks"');
});
