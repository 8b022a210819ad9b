import { expect, test } from 'vitest';
import { confusion } from './confusion.ts';

const one = (k: number) => [0, 1, 2].map((each) => (each === k ? 5 : -1));

test('rows are the true classes, columns the classes said, and what does not count is left out', () => {
  const said = [0, 0, 1, 2, 2, 1];
  const { counts, perClass } = confusion(
    said.flatMap(one),
    { batch: 2, steps: 3, x: [], target: [0, 1, 1, 2, 0, 9], mask: [1, 1, 1, 1, 1, 0] },
    { outputs: 3, when: 'every' },
  );
  expect([...counts]).toEqual([1, 0, 1, 1, 1, 0, 0, 0, 1]);
  expect(perClass[1]).toEqual({ actual: 2, said: 1, precision: 1, recall: 0.5, f1: 2 / 3 });
  expect(perClass[2]).toEqual({ actual: 1, said: 2, precision: 0.5, recall: 1, f1: 2 / 3 });
});

test('a class that is neither there nor said has no share of anything', () => {
  const { perClass } = confusion(one(0), { batch: 1, steps: 4, x: [], target: [0] }, { outputs: 3, when: 'last' });
  expect(perClass[0]).toEqual({ actual: 1, said: 1, precision: 1, recall: 1, f1: 1 });
  expect(perClass[2]).toEqual({ actual: 0, said: 0, precision: Number.NaN, recall: Number.NaN, f1: Number.NaN });
});
