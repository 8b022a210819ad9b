import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NpyArray, type NpyType, readNpy, writeNpy } from './npy.ts';

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

/** A DataView's way to write a number of each type, and the array it is read to. */
const every = {
  f4: ['Float32', Float32Array],
  f8: ['Float64', Float64Array],
  i1: ['Int8', Int8Array],
  i2: ['Int16', Int16Array],
  i4: ['Int32', Int32Array],
  i8: ['BigInt64', Float64Array],
  u1: ['Uint8', Uint8Array],
  u2: ['Uint16', Uint16Array],
  u4: ['Uint32', Uint32Array],
  u8: ['BigUint64', Float64Array],
} as const;

/** Arrays of every type that DataView writes, with numbers that the type keeps. */
const array = fc
  .tuple(
    fc.array(fc.nat(4), { maxLength: 3 }),
    fc.constantFrom(...(Object.keys(every) as (keyof typeof every)[])),
    fc.nat(50),
  )
  .map(([shape, type, start]) => {
    const data = new every[type][1](shape.reduce((product, n) => product * n, 1));
    return { type, shape, data: data.map((_, i) => (type[0] === 'f' ? start / 4 + i : start + i)) };
  });

describe('npy', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(array, ({ type, shape, data }) => {
        const bytes = writeNpy(shape, data, type);
        expect((bytes.length - data.length * Number(type[1])) % 64).toBe(0);
        expect(readNpy(bytes)).toEqual({ type, shape, data });
      }),
      { seed },
    );
  });

  test('the header is byte for byte the one NumPy writes', () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    const expected = file(1, `${header.padEnd(117)}\n`, Float64Array.of(1, 2));
    expect(writeNpy([2], Float64Array.of(1, 2))).toEqual(expected);
  });

  test('every type is read in both byte orders', () => {
    fc.assert(
      fc.property(array, fc.boolean(), ({ type, data }, little) => {
        const view = new DataView(new ArrayBuffer(data.length * Number(type[1])));
        data.forEach((value, i) => {
          const [word] = every[type];
          if (word === 'BigInt64' || word === 'BigUint64') view[`set${word}`](i * 8, BigInt(value), little);
          else view[`set${word}`](i * Number(type[1]), value, little);
        });
        expect(readNpy(file(1, dict(`${little ? '<' : '>'}${type}`, `(${data.length},)`), view)).data).toEqual(data);
      }),
      { seed },
    );
    // Half precision: 1.5 is 0x3e00.
    expect(readNpy(file(2, dict('<f2', '(1,)'), [0, 0x3e])).data).toEqual(Float32Array.of(1.5));
    expect(readNpy(file(3, dict('>f2', '(1,)'), [0x3e, 0])).data).toEqual(Float32Array.of(1.5));
    expect(readNpy(file(3, dict('|b1', '(2,)'), [0, 1])).data).toEqual(Uint8Array.of(0, 1));
  });

  test('without a type, an array is written as the type of its data; with one, as that', () => {
    const typed = (data: NpyArray['data'], type?: NpyType) => readNpy(writeNpy([data.length], data, type));
    expect(typed(Uint16Array.of(1, 2))).toEqual({ type: 'u2', shape: [2], data: Uint16Array.of(1, 2) });
    expect(typed(Float64Array.of(1, 0.1), 'f2').data).toEqual(Float32Array.of(1, 0.0999755859375));
    expect(typed(Uint8Array.of(1, 0), 'b1')).toEqual({ type: 'b1', shape: [2], data: Uint8Array.of(1, 0) });
    expect(() => typed(Float64Array.of(1.5), 'i4')).toThrow('npy: the array holds 1.5, which is no I32');
    expect(() => typed(Float64Array.of(1.5), 'c16' as NpyType)).toThrow('written as c16, known are f2, f4');
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
    { wrong: file(1, dict('<c16', '(2,)'), []), says: "type '<c16', known are f2, f4" },
    { wrong: file(1, "{'fortran_order': False}", []), says: "no type ('descr') in the header" },
    { wrong: file(1, "{'descr': '<f8'}", []), says: "no 'fortran_order' in the header" },
    { wrong: file(1, "{'descr': '<f8', 'fortran_order': False}", []), says: "no 'shape' in the header" },
    {
      wrong: file(1, dict('<i8', '(1,)'), BigInt64Array.of(2n ** 60n)),
      says: 'the array holds 1152921504606846976, beyond the integers a number keeps exactly',
    },
  ])('a wrong file is refused: $says', ({ wrong, says }) => {
    expect(() => readNpy(wrong, 'trace.npy')).toThrow(`trace.npy: ${says}`);
  });

  test('a shape of more entries than numbers count is refused', () => {
    const huge = file(1, dict('<f8', '(9007199254740991, 9007199254740991, 0)'), []);
    expect(() => readNpy(huge)).toThrow('takes NaN bytes, the file has 0');
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
      fc.property(array, changes, fc.nat(200), ({ type, shape, data }, mutations, cut) => {
        const bytes = writeNpy(shape, data, type);
        for (const [at, value] of mutations) bytes[at % bytes.length] = value;
        acceptable(bytes);
        acceptable(bytes.subarray(0, Math.max(0, bytes.length - cut)));
      }),
      { seed, numRuns: 1000 },
    );
  });
});
