import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exportNcps, importNcps } from './ncps.ts';
import { readSafetensors } from './safetensors.ts';

const golden = new URL('../../test/golden/', import.meta.url);
const dicts = readdirSync(golden).filter((name) => /^ncps-.*-state-dict\.safetensors$/.test(name));

test('there are state dicts with and without a wiring, a memory and a projection', () => {
  expect(dicts).toHaveLength(8);
});

test.for(dicts)('%s comes back bit for bit, save what a mask hides', (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(name, golden)));
  const before = readSafetensors(bytes).tensors;
  const after = readSafetensors(exportNcps(importNcps(bytes))).tensors;
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [array, { shape, data, dtype }] of before) {
    const cell = array.slice(0, array.lastIndexOf('.') + 1);
    // An LTC masks its four matrices of each kind; a wired CfC its heads, whose arrays stand one deeper.
    const masked =
      /(sensory_)?(sigma|mu|w|erev)$/.exec(array.slice(cell.length))?.[0] === array.slice(cell.length)
        ? `${cell}${array.includes('sensory_') ? 'sensory_' : ''}sparsity_mask`
        : array.replace(/ff[12]\.weight$/, 'sparsity_mask');
    const mask = masked === array ? undefined : before.get(masked)?.data;
    const found = after.get(array)!;
    expect([found.dtype, ...found.shape], array).toEqual([dtype, ...shape]);
    expect(Array.from(found.data), array).toEqual(Array.from(data, (value, k) => (mask?.[k] === 0 ? 0 : value)));
  }
});
