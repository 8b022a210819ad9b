import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elements } from './elements.ts';
import { type Dtype, readSafetensors, type Tensor, type Writable, writeSafetensors } from './safetensors.ts';

const seed = 20211;

/** A file of the given header text and data bytes. */
function file(header: string, data: ArrayLike<number> = [], length?: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  bytes.set(Array.from(data), 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: number[], offsets: number[]) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const one = (dtype: string, data: ArrayLike<number>, shape: number[]) =>
  readSafetensors(file(`{"a":${entry(dtype, shape, [0, data.length])}}`, data)).tensors.get('a')!.data;

/** Tensors of every type, with numbers that the type keeps. */
const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 3 }), fc.constantFrom(...(Object.keys(elements) as Dtype[])), fc.nat(1))
  .map(([shape, dtype, start]) => {
    const data = new elements[dtype].kind(shape.reduce((product, n) => product * n, 1));
    return { shape, dtype, data: data.map((_, i) => (dtype.includes('F') ? start / 4 + i : start)) };
  });
/** The 16 bits that a number is written as. */
const bits = (dtype: Dtype, value: number): number => {
  const bytes = writeSafetensors(new Map([['n', { dtype, shape: [1], data: Float64Array.of(value) }]]));
  return bytes.at(-2)! + 256 * bytes.at(-1)!;
};

const contents = fc.record({
  tensors: fc
    .array(fc.tuple(fc.oneof(fc.string(), fc.nat(20).map(String)), tensor), { maxLength: 5 })
    .map((pairs) => new Map(pairs)),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
});

describe('safetensors', () => {
  test('what is written is read back, and written again to the same bytes', () => {
    fc.assert(
      fc.property(contents, ({ tensors, metadata }) => {
        const bytes = writeSafetensors(tensors, metadata);
        const back = readSafetensors(bytes);
        expect(new Set(back.tensors.keys())).toEqual(new Set(tensors.keys()));
        for (const [name, { shape, data, dtype }] of tensors) {
          expect(back.tensors.get(name)).toEqual({ shape, data, dtype });
        }
        expect(Object.entries(back.metadata)).toEqual(Object.entries(metadata));
        expect(writeSafetensors(back.tensors, back.metadata)).toEqual(bytes);
      }),
      { seed },
    );
  });

  test('the bytes written do not depend on the order in which the tensors were given', () => {
    const tensors: [string, Writable][] = [
      ['i', { shape: [1], data: Int32Array.of(3) }],
      ['b', { shape: [2], data: Float64Array.of(1, 2) }],
      ['a', { shape: [], data: Float64Array.of(4) }],
    ];
    const bytes = writeSafetensors(new Map(tensors), { by: 'test' });
    expect(writeSafetensors(new Map(tensors.reverse()), { by: 'test' })).toEqual(bytes);
    expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
    expect([...readSafetensors(bytes).tensors.keys()]).toEqual(['a', 'b', 'i']);
  });

  test('each element type is read to its numbers', () => {
    const bytes = (data: { buffer: ArrayBufferLike }) => new Uint8Array(data.buffer);
    expect(one('F16', bytes(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555)), [5])).toEqual(
      Float32Array.of(1, -2, 2 ** -24, Number.POSITIVE_INFINITY, 0.333251953125),
    );
    expect(one('F16', bytes(Uint16Array.of(0x7e00, 0x8000)), [2])).toEqual(Float32Array.of(Number.NaN, -0));
    expect(one('BF16', bytes(Uint16Array.of(0x3f80, 0xc040)), [2])).toEqual(Float32Array.of(1, -3));
    expect(one('I64', bytes(BigInt64Array.of(-5n, 2n ** 53n - 1n)), [2])).toEqual(Float64Array.of(-5, 2 ** 53 - 1));
    expect(one('U64', bytes(BigUint64Array.of(5n)), [1])).toEqual(Float64Array.of(5));
    expect(one('I32', bytes(Int32Array.of(-5)), [1])).toEqual(Int32Array.of(-5));
    expect(one('U32', bytes(Uint32Array.of(2 ** 32 - 1)), [1])).toEqual(Uint32Array.of(2 ** 32 - 1));
    expect(one('I16', bytes(Int16Array.of(-5)), [1])).toEqual(Int16Array.of(-5));
    expect(one('U16', bytes(Uint16Array.of(5)), [1])).toEqual(Uint16Array.of(5));
    expect(one('I8', [251], [1])).toEqual(Int8Array.of(-5));
    expect(one('U8', [251], [])).toEqual(Uint8Array.of(251));
    expect(one('BOOL', [0, 1], [2])).toEqual(Uint8Array.of(0, 1));
  });

  test.each([
    { dtype: 'F16', fraction: 10, largest: 65504 },
    { dtype: 'BF16', fraction: 7, largest: (2 - 2 ** -7) * 2 ** 127 },
  ] as const)('$dtype is written as the nearest of its numbers, ties to even', ({ dtype, fraction, largest }) => {
    const numbers = one(dtype, new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer), [65536]);
    const infinity = numbers.indexOf(Number.POSITIVE_INFINITY);
    expect(numbers[infinity - 1]).toBe(largest);
    for (let i = 0; i < 65536; i++) {
      // One of the many that are not a number is written; all others as they are.
      if (!Number.isNaN(numbers[i]!)) expect(bits(dtype, numbers[i]!)).toBe(i);
    }
    expect(bits(dtype, Number.NaN)).toBe(infinity + 2 ** (fraction - 1));
    fc.assert(
      fc.property(fc.nat(infinity - 1), (i) => {
        const low = numbers[i]!;
        const gap = (i + 1 < infinity ? numbers[i + 1]! : 2 * largest - numbers[i - 1]!) - low;
        expect(bits(dtype, low + gap / 2)).toBe(i + (i % 2));
        // As far from the middle as the 53 bits of a number show.
        expect(bits(dtype, (low + gap / 2) * (1 - 2 ** -52))).toBe(i);
        expect(bits(dtype, -(low + gap / 2) * (1 + 2 ** -52))).toBe(0x8000 + i + 1);
      }),
      { seed },
    );
  });

  test('a tensor may start at any byte, of the data and of the memory it lies in', () => {
    const bytes = file(`{"a":${entry('U8', [1], [0, 1])},"b":${entry('F64', [1], [1, 9])}}`, [
      7,
      ...new Uint8Array(Float64Array.of(Math.PI).buffer),
    ]);
    const memory = new Uint8Array(bytes.length + 3);
    memory.set(bytes, 3);
    expect(readSafetensors(memory.subarray(3)).tensors.get('b')!.data).toEqual(Float64Array.of(Math.PI));
  });

  test.each([
    { wrong: new Uint8Array(3), says: 'the file has 3 bytes, its header length alone takes 8' },
    { wrong: file('{}', [], 2 ** 40), says: 'the header claims 1099511627776 bytes, at most 100000000' },
    {
      wrong: Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 8, 8),
      says: 'the header claims 578712552184433500 bytes, at most 100000000 are accepted: the file is no safetensors; this is a ZIP archive, such as torch.save',
    },
    {
      wrong: Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0),
      says: 'the header claims 67324752 bytes, only 0 follow: the file is cut short or no safetensors; this is a ZIP',
    },
    { wrong: file('{}', [], 99), says: 'the header claims 99 bytes, only 2 follow' },
    { wrong: file('{"a":'), says: 'the header is not JSON' },
    { wrong: file('[]'), says: 'the header is not a JSON object: it does not begin with {' },
    { wrong: file(' {}'), says: 'the header is not a JSON object: it does not begin with {' },
    { wrong: file('\ufeff{}'), says: 'the header is not a JSON object: it does not begin with {' },
    { wrong: file('{""""}').fill(0xff, 10, 12), says: 'the header is not JSON' },
    {
      wrong: file(`{"ab":${entry('U8', [1], [0, 1])},"\\u0061b":${entry('U8', [1], [1, 2])}}`, [1, 2]),
      says: 'the header names "ab" twice',
    },
    {
      wrong: file('{"a":{"dtype":"U8","dtype":"I8","shape":[],"data_offsets":[0,1]}}', [1]),
      says: 'the header names "dtype" twice',
    },
    { wrong: file('{"__metadata__":{"k\\"":"{:","k\\"":""}}'), says: 'the header names "k\\"" twice' },
    { wrong: file(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), says: 'the header is nested deeper than' },
    { wrong: file(`{"a":[${'7,'.repeat(1e5)}7]}`), says: `"a" is [${'7,'.repeat(28)}…, wanted { dtype` },
    { wrong: file(`{"a":${entry('U8', [2 ** 40, 2 ** 40, 0], [0, 0])}}`), says: '"a" takes 0 bytes, its shape' },
    {
      wrong: file('{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,1]}}', [1]),
      says: '"a" has the shape',
    },
    { wrong: file('{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}', [1]), says: '"a" has the shape [1.5]' },
    { wrong: file('{"a":3}'), says: '"a" is 3, wanted { dtype, shape, data_offsets }' },
    { wrong: file(`{"a":${entry('F7', [1], [0, 1])}}`, [0]), says: '"a" has the type "F7", known are BOOL, U8, I8' },
    { wrong: file(`{"a":${entry('toString', [1], [0, 1])}}`, [0]), says: '"a" has the type "toString"' },
    { wrong: file(`{"a":${entry('U8', [-1], [0, 1])}}`, [0]), says: '"a" has the shape [-1]' },
    { wrong: file(`{"a":${entry('U8', [1], [1, 0])}}`, [0]), says: '"a" has the data_offsets [1,0]' },
    { wrong: file(`{"a":${entry('U8', [2], [0, 2])}}`, [0]), says: '"a" ends at byte 2 of the data, which has 1' },
    {
      wrong: file(`{"a":${entry('F32', [1], [0, 2])}}`, [0, 0]),
      says: '"a" takes 2 bytes, its shape [1] of F32 wants 4',
    },
    {
      wrong: file(`{"a":${entry('U8', [2], [0, 2])},"b":${entry('U8', [2], [1, 3])}}`, [0, 0, 0]),
      says: '"b" starts at byte 1, inside "a", which ends at 2',
    },
    {
      wrong: file(`{"a":${entry('U8', [1], [0, 1])},"b":${entry('U8', [1], [2, 3])}}`, [0, 0, 0]),
      says: '1 bytes between "a" and "b" belong to no tensor',
    },
    { wrong: file(`{"a":${entry('U8', [1], [0, 1])}}`, [0, 0]), says: '1 bytes after "a" belong to no tensor' },
    { wrong: file(`{"a":${entry('BOOL', [1], [0, 1])}}`, [2]), says: '"a" holds 2 as a BOOL, wanted 0 or 1' },
    { wrong: file('{"__metadata__":{"k":1}}'), says: '"__metadata__" has 1 for "k", wanted a text' },
    { wrong: file('{"__metadata__":null}'), says: '"__metadata__" is null, wanted an object of texts' },
  ])('a wrong file is refused: $says', ({ wrong, says }) => {
    expect(() => readSafetensors(wrong)).toThrow(`safetensors: ${says}`);
  });

  test('an integer that a number cannot keep is refused by tensor', () => {
    const bytes = new Uint8Array(BigInt64Array.of(2n ** 53n).buffer);
    expect(() => one('I64', bytes, [1])).toThrow('safetensors: "a" holds 9007199254740992, beyond the integers');
  });

  test('writing refuses a shape that does not fit and the reserved name', () => {
    const wrong = { shape: [2, 2], data: new Float32Array(3) };
    expect(() => writeSafetensors(new Map([['w', wrong]]))).toThrow('"w" has 3 numbers, its shape [2,2] wants 4');
    const reserved = { shape: [1], data: new Float32Array(1) };
    expect(() => writeSafetensors(new Map([['__metadata__', reserved]]))).toThrow('may be called "__metadata__"');
    const other = { shape: [1], data: new Uint8ClampedArray(1) as unknown as Uint8Array };
    expect(() => writeSafetensors(new Map([['w', other]]))).toThrow(
      '"w" is a Uint8ClampedArray to be written as undefined, known are BOOL',
    );
  });

  test('an integer type keeps its own integers and refuses others', () => {
    const kept: [Dtype, number[]][] = [
      ['BOOL', [0, 1]],
      ['U8', [0, 255]],
      ['I8', [-128, 127]],
      ['U16', [0, 65535]],
      ['I16', [-32768, 32767]],
      ['U32', [0, 2 ** 32 - 1]],
      ['I32', [-(2 ** 31), 2 ** 31 - 1]],
      ['U64', [0, Number.MAX_SAFE_INTEGER]],
      ['I64', [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
    ];
    const written = (dtype: Dtype, value: number) =>
      readSafetensors(writeSafetensors(new Map([['n', { dtype, shape: [1], data: Float64Array.of(value) }]])));
    for (const [dtype, ends] of kept) {
      for (const value of ends) expect(Array.from(written(dtype, value).tensors.get('n')!.data)).toEqual([value]);
      for (const value of [ends[0]! - 1, ends[1]! + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
        expect(() => written(dtype, value)).toThrow(`safetensors: "n" holds ${value}, which is no ${dtype}`);
    }
  });

  test('any bytes give tensors or an error of this reader', () => {
    const acceptable = (bytes: Uint8Array) => {
      try {
        readSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect((error as Error).message).toMatch(/^safetensors: /);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), acceptable), { seed });
    fc.assert(
      fc.property(fc.json(), fc.uint8Array(), (json, data) => acceptable(file(json, data))),
      { seed },
    );
    const mutations = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(contents, mutations, fc.nat(40), ({ tensors, metadata }, changes, cut) => {
        const bytes = writeSafetensors(tensors, metadata);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        acceptable(bytes);
        acceptable(bytes.subarray(0, Math.max(0, bytes.length - cut)));
      }),
      { seed, numRuns: 1000 },
    );
  });
});

test('a view into a larger buffer whose slice shares memory is read like any other', () => {
  class Sharing extends Uint8Array {
    override slice(start?: number, end?: number) {
      return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
    }
  }
  const written = writeSafetensors(new Map([['a', { shape: [2], data: Float64Array.of(1, 2) }]]));
  const larger = new Sharing(written.length + 16);
  larger.set(written, 16);
  const { tensors } = readSafetensors(larger.subarray(16));
  expect([...tensors.get('a')!.data]).toEqual([1, 2]);
});
