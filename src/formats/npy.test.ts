import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNpy, writeNpy } from './npy.ts';

const seed = 20212;

/** A `.npy` file of the given version, header text and data bytes. */
function file(version: number, header: string, data: ArrayLike<number> | { buffer: ArrayBufferLike }): Uint8Array {
  const text = new TextEncoder().encode(header);
  const size = version === 1 ? 2 : 4;
  const length = Array.from({ length: size }, (_, i) => (text.length >> (8 * i)) & 255);
  const body = 'buffer' in data ? new Uint8Array(data.buffer) : data;
  return Uint8Array.from([0x93, 78, 85, 77, 80, 89, version, 0, ...length, ...text, ...Array.from(body)]);
}

const dict = (type: string, shape: string, order = 'False') =>
  `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

const array = fc.tuple(fc.array(fc.nat(4), { maxLength: 3 }), fc.boolean(), fc.nat()).map(([shape, double, start]) => {
  const count = shape.reduce((product, n) => product * n, 1);
  return { shape, data: new (double ? Float64Array : Float32Array)(count).map((_, i) => start / 7 + i) };
});

describe('npy', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(array, ({ shape, data }) => {
        const bytes = writeNpy(shape, data);
        expect((bytes.length - data.byteLength) % 64).toBe(0);
        expect(readNpy(bytes)).toEqual({ shape, data });
      }),
      { seed },
    );
  });

  test('the header is byte for byte the one NumPy writes', () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    const expected = file(1, `${header.padEnd(117)}\n`, Float64Array.of(1, 2));
    expect(writeNpy([2], Float64Array.of(1, 2))).toEqual(expected);
  });

  test.each([
    ['<f4', Float32Array.of(1.5, -2)],
    ['<f8', Float64Array.of(1.5, -2)],
    ['|i1', Int8Array.of(1, -2)],
    ['<i2', Int16Array.of(1, -2)],
    ['<i4', Int32Array.of(1, -2)],
    ['|u1', Uint8Array.of(1, 254)],
    ['<u2', Uint16Array.of(1, 65534)],
    ['<u4', Uint32Array.of(1, 4294967294)],
  ])('%s is read in both byte orders', (type, data) => {
    expect(readNpy(file(1, dict(type, '(2,)'), data)).data).toEqual(data);
    const swapped = new Uint8Array(data.buffer.slice(0));
    for (let at = 0; at < swapped.length; at += data.BYTES_PER_ELEMENT) {
      swapped.subarray(at, at + data.BYTES_PER_ELEMENT).reverse();
    }
    expect(readNpy(file(1, dict(type.replace(/[<|]/, '>'), '(2,)'), swapped)).data).toEqual(data);
  });

  test('64-bit integers and booleans become numbers', () => {
    expect(readNpy(file(2, dict('<i8', '(2,)'), BigInt64Array.of(-3n, 5n))).data).toEqual(Float64Array.of(-3, 5));
    expect(readNpy(file(3, dict('|b1', '(2,)'), [0, 1])).data).toEqual(Uint8Array.of(0, 1));
  });

  test('column-major arrays are read row-major', () => {
    const places = Uint8Array.from({ length: 24 }, (_, i) => i);
    const { shape, data } = readNpy(file(1, dict('|u1', '(2, 3, 4)', 'True'), places));
    expect(shape).toEqual([2, 3, 4]);
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) {
        for (let k = 0; k < 4; k++) expect(data[(i * 3 + j) * 4 + k]).toBe(i + 2 * (j + 3 * k));
      }
    }
  });

  test.each([
    { wrong: Uint8Array.of(1, 2), says: 'not a .npy file' },
    { wrong: file(4, '', []), says: 'format version 4, known are 1, 2 and 3' },
    { wrong: file(2, '', []).subarray(0, 9), says: 'cut short after 9 bytes, inside the header' },
    {
      wrong: file(1, dict('<f8', '(2,)'), []).subarray(0, 30),
      says: 'cut short: the header claims 58 bytes, 20 follow',
    },
    { wrong: file(1, dict('<f8', '(2,)'), [0]), says: "shape (2) of '<f8' takes 16 bytes, the file has 1" },
    { wrong: file(1, dict('<c16', '(2,)'), []), says: "type '<c16', known are f4, f8" },
    { wrong: file(1, "{'fortran_order': False}", []), says: "no type ('descr') in the header" },
    { wrong: file(1, "{'descr': '<f8'}", []), says: "no 'fortran_order' in the header" },
    { wrong: file(1, "{'descr': '<f8', 'fortran_order': False}", []), says: "no 'shape' in the header" },
    {
      wrong: file(1, dict('<i8', '(1,)'), BigInt64Array.of(2n ** 60n)),
      says: '1152921504606846976 is beyond the integers a number keeps exactly',
    },
  ])('a wrong file is refused: $says', ({ wrong, says }) => {
    expect(() => readNpy(wrong, 'trace.npy')).toThrow(`trace.npy: ${says}`);
  });

  test('writing refuses a shape that does not fit', () => {
    expect(() => writeNpy([2, 2], new Float32Array(3))).toThrow('npy: 3 numbers, the shape [2,2] wants 4');
  });

  test('any bytes give an array or an error of this reader', () => {
    const acceptable = (bytes: Uint8Array) => {
      try {
        readNpy(bytes);
      } catch (error) {
        expect((error as Error).message).toMatch(/^npy: /);
      }
    };
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(fc.uint8Array(), acceptable), { seed });
    fc.assert(
      fc.property(array, changes, fc.nat(200), ({ shape, data }, mutations, cut) => {
        const bytes = writeNpy(shape, data);
        for (const [at, value] of mutations) bytes[at % bytes.length] = value;
        acceptable(bytes);
        acceptable(bytes.subarray(0, Math.max(0, bytes.length - cut)));
      }),
      { seed, numRuns: 1000 },
    );
  });
});
