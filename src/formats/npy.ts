import { type Dtype, elements, entriesOf, type Numbers, readElements, typeOf, writeElements } from './elements.ts';

/** NumPy's names of element types, without the byte order. */
const types = {
  f2: 'F16',
  f4: 'F32',
  f8: 'F64',
  i1: 'I8',
  i2: 'I16',
  i4: 'I32',
  i8: 'I64',
  u1: 'U8',
  u2: 'U16',
  u4: 'U32',
  u8: 'U64',
  b1: 'BOOL',
} satisfies Record<string, Dtype>;

/** The element type of a `.npy` file, as NumPy names it. */
export type NpyType = keyof typeof types;

/** An array of a NumPy `.npy` file, row-major whatever the order in the file. f2 is Float32Array, i8 and u8 Float64Array, b1 is 0 and 1 in Uint8Array. */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: Numbers;
}

const MAGIC = [0x93, ...new TextEncoder().encode('NUMPY')];

/** Read a `.npy` file (NumPy format versions 1 to 3); throws an Error that begins with `name` and says what is wrong. */
export function readNpy(bytes: Uint8Array, name = 'npy'): NpyArray {
  const fail = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) fail('not a .npy file: it does not begin with \\x93NUMPY');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3) fail(`format version ${version}, known are 1, 2 and 3`);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) fail(`cut short after ${bytes.length} bytes, inside the header`);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) {
    fail(`cut short: the header claims ${length} bytes, ${bytes.length - start} follow`);
  }
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));

  const type = field(header, 'descr', /'([^']*)'/)?.[1] ?? fail(`no type ('descr') in the header ${header.trim()}`);
  const known = Object.keys(types) as NpyType[];
  const code = known.find((each) => /^[<>|=]/.test(type) && each === type.slice(1));
  if (!code)
    return fail(
      `type '${type}', known are ${known.join(', ')} after <, > or |${/[US]/.test(type) ? '; write numbers in the place of text' : ''}`,
    );
  const order = field(header, 'fortran_order', /(True|False)/)?.[1] ?? fail("no 'fortran_order' in the header");
  const listed = field(header, 'shape', /\(([\d, ]*)\)/)?.[1] ?? fail(`no 'shape' in the header ${header.trim()}`);
  const shape = listed.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const body = bytes.subarray(start + length);
  const wanted = entriesOf(shape) * elements[types[code]].raw.BYTES_PER_ELEMENT;
  if (wanted !== body.length)
    fail(`shape (${shape.join(', ')}) of '${type}' takes ${wanted} bytes, the file has ${body.length}`);
  const places = order === 'True' ? columnMajor(shape) : undefined;
  const data = readElements(types[code], body, (what) => fail(`the array holds ${what}`), type[0] !== '>', places);
  return { type: code, shape, data };
}

/**
 * Write a `.npy` file, version 1, little-endian, row-major, as the type of the data or as `type`. Throws when the shape does not fit, or
 * an integer is none of the type's.
 */
export function writeNpy(shape: readonly number[], data: Numbers, type?: NpyType): Uint8Array {
  const fail = (what: string): never => {
    throw new Error(`npy: ${what}`);
  };
  const dtype = type === undefined ? typeOf(data) : types[type];
  const code = (Object.keys(types) as NpyType[]).find((each) => types[each] === dtype);
  if (!dtype || !code)
    return fail(`a ${data[Symbol.toStringTag]} to be written as ${type}, known are ${Object.keys(types).join(', ')}`);
  const count = entriesOf(shape);
  if (count !== data.length) fail(`${data.length} numbers, the shape [${shape}] wants ${count}`);
  const body = writeElements(dtype, data, (what) => fail(`the array holds ${what}`));
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = code.endsWith('1') ? '|' : '<';
  const header = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The data begin at a multiple of 64 bytes, as NumPy writes them; the header ends with a line feed.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + body.length);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  bytes.set(body, 10 + length);
  return bytes;
}

/** The value of a key in the header, which is a Python dictionary as text. */
function field(header: string, key: string, value: RegExp): RegExpExecArray | null {
  return new RegExp(`'${key}'\\s*:\\s*${value.source}`).exec(header);
}

/** From the row-major number of an entry to its place in a column-major array. */
function columnMajor(shape: readonly number[]): (i: number) => number {
  return (i) => {
    let rest = i;
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      place = place * size + (rest % size);
      rest = Math.floor(rest / size);
    }
    return place;
  };
}
