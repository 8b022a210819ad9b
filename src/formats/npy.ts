/** An array of a NumPy `.npy` file, row-major whatever the order in the file; 64-bit integers become Float64Array, booleans 0 and 1. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data:
    | Float64Array
    | Float32Array
    | Int32Array
    | Int16Array
    | Int8Array
    | Uint32Array
    | Uint16Array
    | Uint8Array;
}

type Kind = {
  readonly bytes: number;
  make(length: number): NpyArray['data'];
  at(view: DataView, offset: number, little: boolean): number;
};

const kinds: Readonly<Record<string, Kind>> = {
  f4: { bytes: 4, make: (n) => new Float32Array(n), at: (view, offset, little) => view.getFloat32(offset, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), at: (view, offset, little) => view.getFloat64(offset, little) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), at: (view, offset) => view.getInt8(offset) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), at: (view, offset, little) => view.getInt16(offset, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), at: (view, offset, little) => view.getInt32(offset, little) },
  i8: { bytes: 8, make: (n) => new Float64Array(n), at: exactInteger },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), at: (view, offset) => view.getUint8(offset) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), at: (view, offset, little) => view.getUint16(offset, little) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), at: (view, offset, little) => view.getUint32(offset, little) },
  b1: { bytes: 1, make: (n) => new Uint8Array(n), at: (view, offset) => (view.getUint8(offset) ? 1 : 0) },
};

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
  const kind = /^[<>|=]/.test(type) ? kinds[type.slice(1)] : undefined;
  if (!kind) return fail(`type '${type}', known are ${Object.keys(kinds).join(', ')} after <, > or |`);
  const order = field(header, 'fortran_order', /(True|False)/)?.[1] ?? fail("no 'fortran_order' in the header");
  const listed = field(header, 'shape', /\(([\d, ]*)\)/)?.[1] ?? fail(`no 'shape' in the header ${header.trim()}`);
  const shape = listed.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const count = shape.reduce((product, size) => product * size, 1);
  const have = bytes.length - start - length;
  if (!(count * kind.bytes === have)) {
    fail(`shape (${shape.join(', ')}) of '${type}' takes ${count * kind.bytes} bytes, the file has ${have}`);
  }

  const data = kind.make(count);
  const little = type[0] !== '>';
  const source = order === 'True' ? columnMajor(shape) : (i: number) => i;
  try {
    for (let i = 0; i < count; i++) data[i] = kind.at(view, start + length + source(i) * kind.bytes, little);
  } catch (error) {
    fail((error as Error).message);
  }
  return { shape, data };
}

/** Write a `.npy` file, version 1, little-endian, row-major, `f8` or `f4` after the type of the data. */
export function writeNpy(shape: readonly number[], data: Float64Array | Float32Array): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) throw new Error(`npy: ${data.length} numbers, the shape [${shape}] wants ${count}`);
  const type = data instanceof Float64Array ? '<f8' : '<f4';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The data begin at a multiple of 64 bytes, as NumPy writes them; the header ends with a line feed.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + data.byteLength);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
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

function exactInteger(view: DataView, offset: number, little: boolean): number {
  const value = view.getBigInt64(offset, little);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond the integers a number keeps exactly`);
  return number;
}
