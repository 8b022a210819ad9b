import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conformWirings } from './conform-wirings.ts';

test.for([
  { file: 'wirings.json', count: 5 },
  { file: 'wirings-more.json', count: 11 },
])('every wiring of $file is that of ncps, entry for entry', ({ file, count }) => {
  const json = readFileSync(new URL(`../../test/golden/${file}`, import.meta.url), 'utf8');
  const result = conformWirings(file, json);
  if (result.kind !== 'compared') throw new Error(result.why);
  expect(result.runs).toHaveLength(count);
  for (const run of result.runs) {
    expect(run.comparisons.map(({ array, error }) => [run.name, array, error])).toEqual(
      ['adjacency', 'sensory', 'layers'].map((array) => [run.name, array, 0]),
    );
  }
});
