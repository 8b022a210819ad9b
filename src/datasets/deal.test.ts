import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deal } from './deal.ts';

const fractions = { train: 0.7, valid: 0.15, test: 0.15 };

test('every recording is dealt once, and each group in the shares asked for to within two recordings', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 200 });
  fc.assert(
    fc.property(groups, fc.nat(), (given, seed) => {
      const dealt = deal(given, { fractions }, seed) as Record<keyof typeof fractions, number[]>;
      const all = Object.values(dealt).flat();
      expect(all.sort((a, b) => a - b)).toEqual(given.map((_, i) => i));
      for (const group of new Set(given))
        for (const [part, share] of Object.entries(fractions)) {
          const have = dealt[part as keyof typeof fractions].filter((recording) => given[recording] === group).length;
          const wanted = share * given.filter((other) => other === group).length;
          // One for the rounding before the group and one for that at its end.
          expect(Math.abs(have - wanted)).toBeLessThan(2);
        }
    }),
    { seed: 60215 },
  );
});

test('a seed always deals alike, and another one otherwise', () => {
  const groups = new Uint8Array(50);
  expect(deal(groups, { fractions }, 1)).toEqual(deal(groups, { fractions }, 1));
  expect(deal(groups, { fractions }, 1)).not.toEqual(deal(groups, { fractions }, 2));
});
