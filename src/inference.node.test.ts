import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { load } from './inference.ts';

test('a compiled file of version 1 gives the answers it gave', () => {
  const { program, notes } = load(readFileSync(new URL('../test/saved/compiled-version-1.wasm', import.meta.url)));
  const { outputs } = program.forward({
    batch: 2,
    steps: 3,
    x: Array.from({ length: 12 }, (_, k) => Math.sin(k)),
    dt: [1, 0.4, 2, 0.7, 1, 0],
  });
  // Its kernels are in the file, and the library drives them: not a bit may change.
  expect(Array.from(outputs)).toEqual(JSON.parse(notes.outputs!));
});
