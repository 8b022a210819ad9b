import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cells } from './index.ts';

for (const name of Object.keys(cells)) {
  test(`the file of ${name} has 40 lines at most`, () => {
    const text = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });
}
