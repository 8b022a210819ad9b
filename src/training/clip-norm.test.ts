import { expect, test } from 'vitest';
import { clipNorm, norm } from './clip-norm.ts';

test('a gradient longer than the limit is scaled to it and keeps its direction', () => {
  const gradients = Float64Array.of(3, 0, -4);
  clipNorm(gradients, norm(gradients), 2.5);
  expect([...gradients]).toEqual([1.5, 0, -2]);
});

test('a gradient within the limit keeps its bits', () => {
  const gradients = Float32Array.of(0.3, 0.4);
  const before = [...gradients];
  clipNorm(gradients, norm(gradients), 0.6);
  clipNorm(gradients, norm(gradients), Infinity);
  expect([...gradients]).toEqual(before);
});
