/** Numbers as read from a file: half precision widened to Float32Array, 64-bit integers as Float64Array, booleans as 0 and 1. */
export type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** How numbers lie in a file, the array they are kept in, and the bits of the fraction and the bias of the exponent of 16-bit floats. */
interface Element {
  readonly raw: Raw;
  readonly kind: new (length: number) => Numbers;
  readonly half?: Half;
}
type Raw = { readonly name: string; readonly BYTES_PER_ELEMENT: number };
type Half = readonly [fraction: number, bias: number];

const element = (raw: Raw, kind: unknown = raw, half?: Half) => ({ raw, kind, half }) as Element;

/** Every element type by its safetensors name, in the order in which the reference implementation ranks them. */
export const elements = {
  BOOL: element(Uint8Array),
  U8: element(Uint8Array),
  I8: element(Int8Array),
  I16: element(Int16Array),
  U16: element(Uint16Array),
  F16: element(Uint16Array, Float32Array, [10, 15]),
  BF16: element(Uint16Array, Float32Array, [7, 127]),
  I32: element(Int32Array),
  U32: element(Uint32Array),
  F32: element(Float32Array),
  F64: element(Float64Array),
  I64: element(BigInt64Array, Float64Array),
  U64: element(BigUint64Array, Float64Array),
};

/** What DataView calls the numbers of a typed array, whose name no minifier changes. */
type Word =
  | 'Uint8'
  | 'Int8'
  | 'Uint16'
  | 'Int16'
  | 'Uint32'
  | 'Int32'
  | 'Float32'
  | 'Float64'
  | 'BigInt64'
  | 'BigUint64';
const wordOf = ({ name }: Raw) => name.slice(0, -5) as Word;

/** The name of an element type. */
export type Dtype = keyof typeof elements;

/** Called with what is wrong with a number. */
export type Fail = (what: string) => never;

/** The number of entries of a shape; NaN where the product of its sizes, from the first on, leaves the integers that a number keeps. */
export const entriesOf = (shape: readonly number[]): number =>
  shape.reduce((product, n) => (Number.isSafeInteger(product * n) && n >= 0 ? product * n : Number.NaN), 1);

/** The numbers in some bytes, entry i of the answer from entry `order(i)` of the bytes. */
export function readElements(
  type: Dtype,
  bytes: Uint8Array,
  fail: Fail,
  little = true,
  order: (i: number) => number = (i) => i,
): Numbers {
  const { raw, kind, half } = elements[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new kind(bytes.length / raw.BYTES_PER_ELEMENT);
  const word = wordOf(raw);
  for (let i = 0; i < data.length; i++) {
    const value = view[`get${word}`](order(i) * raw.BYTES_PER_ELEMENT, little);
    data[i] = half ? widened(Number(value), half) : Number(value);
    if (typeof value === 'bigint' && !Number.isSafeInteger(data[i]))
      fail(`${value}, beyond the integers a number keeps exactly`);
    if (type === 'BOOL' && data[i]! > 1) fail(`${value} as a BOOL, wanted 0 or 1`);
  }
  return data;
}

/** The little-endian bytes of some numbers: fractions rounded to nearest, ties to even; integers must fit. */
export function writeElements(type: Dtype, data: Numbers, fail: Fail): Uint8Array {
  const { raw, half } = elements[type];
  const view = new DataView(new ArrayBuffer(data.length * raw.BYTES_PER_ELEMENT));
  const word = wordOf(raw);
  const isFloat = type.includes('F');
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    const at = i * raw.BYTES_PER_ELEMENT;
    if (word === 'BigInt64' || word === 'BigUint64')
      view[`set${word}`](at, BigInt(Number.isSafeInteger(value) ? value : 0), true);
    else view[`set${word}`](at, half ? narrowed(value, half) : value, true);
    if (!isFloat && (Number(view[`get${word}`](at, true)) !== value || (type === 'BOOL' && value > 1)))
      fail(`${value}, which is no ${type}`);
  }
  return new Uint8Array(view.buffer);
}

/** The type that keeps an array of numbers as it is, if there is one. */
export const typeOf = (data: Numbers): Dtype | undefined =>
  (Object.keys(elements) as Dtype[]).find(
    (type) => type !== 'BOOL' && elements[type].raw.name === data[Symbol.toStringTag],
  );

/** The number that 16 bits of sign, exponent and fraction stand for (IEEE 754 binary16, or bfloat16). */
function widened(bits: number, [fraction, bias]: readonly [number, number]): number {
  const one = 2 ** fraction;
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits & 0x7fff) >> fraction;
  const rest = bits & (one - 1);
  if (exponent > 2 * bias) return rest ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? one + rest : rest) * 2 ** (Math.max(1, exponent) - bias - fraction);
}

/** The 16 bits of the nearest such number, ties to even; beyond the largest, infinity. */
function narrowed(value: number, [fraction, bias]: readonly [number, number]): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const infinity = (2 * bias + 1) << fraction;
  if (Number.isNaN(value)) return infinity | (1 << (fraction - 1));
  const size = Math.min(Math.abs(value), 2 ** 200);
  const exponent = Math.max(1 - bias, Math.floor(Math.log2(size)));
  // A number from 2^52 has no fraction: adding 2^52 rounds as the machine does. A carry into the exponent is right.
  const digits = size * 2 ** (fraction - exponent) + 2 ** 52 - 2 ** 52;
  return sign | Math.min(infinity, digits + (exponent + bias - 1) * 2 ** fraction);
}
