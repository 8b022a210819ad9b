import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cells } from './index.ts';

/** Cells whose text is made from options that change its lines. */
const generated = ['cfc', 'wired-cfc', 'synaptic'];

for (const name of Object.keys(cells)) {
  const most = generated.includes(name) ? 70 : 40;
  test(`the file of ${name} has ${most} lines at most`, () => {
    const text = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(most);
  });
}
