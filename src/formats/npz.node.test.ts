import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readNpz } from './npz.ts';

const golden = (name: string) =>
  readNpz(new Uint8Array(readFileSync(new URL(`../../test/golden/${name}`, import.meta.url))));

test('what numpy.savez_compressed wrote is read: every type, both byte orders and both orders of axes', async () => {
  const arrays = await golden('numpy-deflated.npz');
  const types = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'];
  for (const [name, { type, shape, data }] of arrays) {
    const own = name.replace('big ', '');
    if (!types.includes(own)) continue;
    expect([type, shape]).toEqual([own, [2, 3]]);
    const factor = own[0] === 'f' ? -1 / 4 : own[0] === 'i' ? -1 : 1;
    expect(Array.from(data, Number), name).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => (own === 'b1' ? n % 2 : n * factor + 0)),
    );
  }
  expect([...arrays.keys()].filter((name) => types.includes(name.replace('big ', '')))).toHaveLength(12 + 9);
  expect(arrays.get('columns')).toEqual({ type: 'f4', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
  expect(arrays.get('scalar')).toEqual({ type: 'f8', shape: [], data: Float64Array.of(2.5) });
  expect(arrays.get('empty')).toEqual({ type: 'f8', shape: [0, 3], data: new Float64Array(0) });
  expect(arrays.get('été')!.data).toEqual(Float64Array.from({ length: 200 }, (_, i) => i));
});

test('an archive whose sizes are in 64-bit fields is read', async () => {
  const arrays = await golden('numpy-zip64.npz');
  expect(arrays.get('a')).toEqual({ type: 'f8', shape: [3], data: Float64Array.of(0, 1, 2) });
  expect(arrays.get('b')).toEqual({ type: 'i8', shape: [2], data: Float64Array.of(1, -2) });
});
