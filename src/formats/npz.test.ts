import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NpyType } from './npy.ts';
import { type NpzWritable, readNpz, writeNpz } from './npz.ts';

const seed = 20213;

const array: fc.Arbitrary<NpzWritable> = fc
  .tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.constantFrom<NpyType>('f2', 'f8', 'i8', 'u1'), fc.nat(100))
  .map(([shape, type, start]) => {
    const length = shape.reduce((product, n) => product * n, 1);
    return { shape, type, data: Float64Array.from({ length }, (_, i) => start + i) };
  });
const arrays = fc.dictionary(fc.string(), array, { maxKeys: 4 }).map((all) => new Map(Object.entries(all)));

/** Two arrays, the second of them long enough to be worth packing. */
const two = new Map<string, NpzWritable>([
  ['a', { shape: [2], data: Float64Array.of(1, 2) }],
  ['b', { shape: [40, 10], type: 'i4', data: new Float64Array(400) }],
]);

/** Bytes with some of them replaced by others. */
const changed = (bytes: Uint8Array, at: number, ...values: number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, at < 0 ? bytes.length + at : at);
  return copy;
};
/** The place of the n-th directory entry, or file. */
const place = (bytes: Uint8Array, kind: 'entry' | 'file', n = 0): number => {
  const [c, d] = kind === 'entry' ? [1, 2] : [3, 4];
  const found = [...bytes.keys()].filter(
    (i) => bytes[i] === 80 && bytes[i + 1] === 75 && bytes[i + 2] === c && bytes[i + 3] === d,
  );
  return found[n]!;
};

test.each([false, true])('what is written is read back, also packed (%s)', async (compress) => {
  await fc.assert(
    fc.asyncProperty(arrays, async (all) => {
      const back = await readNpz(await writeNpz(all, { compress }));
      expect([...back.keys()]).toEqual([...all.keys()]);
      for (const [name, { shape, type, data }] of all) {
        const found = back.get(name)!;
        expect({ ...found, data: Float64Array.from(found.data) }).toEqual({ shape, type, data });
      }
    }),
    { seed, numRuns: 50 },
  );
});

test('equal contents give equal bytes, and packing makes them fewer', async () => {
  expect(await writeNpz(two)).toEqual(await writeNpz(new Map(two)));
  expect((await writeNpz(two, { compress: true })).length).toBeLessThan((await writeNpz(two)).length / 3);
});

test('a file with 64-bit places is read', async () => {
  const bytes = await writeNpz(two);
  const end = bytes.length - 22;
  const wide = new Uint8Array(56 + 20);
  const view = new DataView(wide.buffer);
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(32, 2n, true);
  view.setBigUint64(48, BigInt(place(bytes, 'entry')), true);
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, BigInt(end), true);
  const last = changed(bytes.subarray(end), 10, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255);
  const joined = Uint8Array.from([...bytes.subarray(0, end), ...wide, ...last]);
  expect(await readNpz(joined)).toEqual(await readNpz(bytes));
  await expect(readNpz(changed(joined, end, 0))).rejects.toThrow('there is no 64-bit end of the directory at byte');
  await expect(readNpz(changed(joined, end + 56, 0))).rejects.toThrow('its 64-bit directory is not to be found');
});

test('an archive that something else precedes or a comment follows is read, or refused with the place that is wrong', async () => {
  const bytes = await writeNpz(two);
  const commented = Uint8Array.from([...changed(bytes, -2, 3), 65, 66, 67]);
  expect(await readNpz(commented)).toEqual(await readNpz(bytes));
  await expect(readNpz(Uint8Array.from([0, ...bytes]))).rejects.toThrow('there is no directory entry at byte');
});

const stored = await writeNpz(two);
const packed = await writeNpz(two, { compress: true });
const entry = place(stored, 'entry', 1);
const packedEntry = place(packed, 'entry', 1);

test.each([
  { wrong: Uint8Array.of(1, 2), says: 'no ZIP archive, or one cut short: it has no end of a directory' },
  { wrong: stored.subarray(0, -1), says: 'no ZIP archive, or one cut short' },
  { wrong: stored.subarray(10), says: 'there is no directory entry at byte' },
  { wrong: changed(stored, entry + 8, 1), says: '"b.npy" is encrypted' },
  {
    wrong: changed(stored, entry + 10, 12),
    says: '"b.npy" is packed by method 12, known are 0 (stored) and 8 (deflated)',
  },
  { wrong: changed(stored, entry + 42, 1), says: 'there is no head of "b.npy" at byte 1, where one should be' },
  { wrong: changed(stored, entry + 45, 200), says: 'cut short: head of "b.npy" ends at byte' },
  { wrong: changed(stored, entry + 22, 200), says: 'cut short: "b.npy" ends at byte' },
  { wrong: changed(stored, entry + 24, 0), says: '"b.npy" unpacks to 1728 bytes, but' },
  { wrong: changed(stored, entry + 42, 0, 0), says: '"b.npy" is damaged: its bytes do not have the checksum stated' },
  { wrong: changed(stored, entry + 24, 255, 255, 255, 255), says: '"b.npy" lacks the 64-bit sizes it refers to' },
  { wrong: changed(stored, place(stored, 'file', 1) + 200, 1), says: '"b.npy" is damaged: its bytes do not have the' },
  { wrong: changed(stored, entry + 46, 97), says: '"a.npy" is there twice' },
  { wrong: changed(packed, packedEntry + 24, 9, 0), says: '"b.npy" cannot be unpacked: more than the 9 bytes stated' },
  { wrong: changed(packed, packedEntry + 25, 99), says: '"b.npy" unpacks to 1728 bytes, but 25536 are stated' },
  { wrong: changed(packed, packedEntry - 1, 0x62), says: '"a.npb" is no array: its name does not end in .npy' },
])('a wrong file is refused: $says', async ({ wrong, says }) => {
  await expect(readNpz(wrong, 'recording.npz')).rejects.toThrow(`recording.npz: ${says}`);
});

test('what is wrong with an array is said with its name', async () => {
  const start = place(stored, 'file') + 30 + 5;
  const broken = changed(stored, start, 0);
  const crc = await readNpz(broken).catch((error: Error) => error.message);
  expect(crc).toBe('npz: "a.npy" is damaged: its bytes do not have the checksum stated');
  await expect(writeNpz(new Map([['a', { shape: [2], data: Float64Array.of(1) }]]))).rejects.toThrow(
    'npy: 1 numbers, the shape [2] wants 2',
  );
});

test('any bytes give arrays or an error of this reader', async () => {
  const acceptable = async (bytes: Uint8Array) => {
    try {
      await readNpz(bytes);
    } catch (error) {
      expect((error as Error).message).toMatch(/^npz: /);
    }
  };
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(stored, packed), changes, fc.boolean(), async (bytes, mutations, late) => {
      const wrong = bytes.slice();
      // Directories are at the end.
      for (const [at, value] of mutations) wrong[late ? wrong.length - 1 - (at % 150) : at % wrong.length] = value;
      await acceptable(wrong);
    }),
    { seed, numRuns: 1000 },
  );
});
