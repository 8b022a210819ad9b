/** The numbers of a tensor as read: F16 and BF16 widened to Float32Array, 64-bit integers to Float64Array, BOOL as 0 and 1. */
export type TensorData =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** A named array of a safetensors file, row-major. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a safetensors file holds: its tensors in the order of their bytes, and free text about them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An array to be written: its type follows from its data (F64, F32 or I32). */
export interface Writable {
  readonly shape: readonly number[];
  readonly data: Float64Array | Float32Array | Int32Array;
}

type Reader = { readonly bytes: number; read(bytes: ArrayBuffer, name: string): TensorData };

// Typed arrays use the machine's byte order; every JavaScript engine in use is little-endian, as the format is.
const dtypes = {
  F64: { bytes: 8, read: (raw) => new Float64Array(raw) },
  F32: { bytes: 4, read: (raw) => new Float32Array(raw) },
  F16: { bytes: 2, read: (raw) => Float32Array.from(new Uint16Array(raw), fromHalf) },
  BF16: { bytes: 2, read: (raw) => new Float32Array(Uint32Array.from(new Uint16Array(raw), (v) => v << 16).buffer) },
  I64: { bytes: 8, read: (raw, name) => exact(new BigInt64Array(raw), name) },
  U64: { bytes: 8, read: (raw, name) => exact(new BigUint64Array(raw), name) },
  I32: { bytes: 4, read: (raw) => new Int32Array(raw) },
  U32: { bytes: 4, read: (raw) => new Uint32Array(raw) },
  I16: { bytes: 2, read: (raw) => new Int16Array(raw) },
  U16: { bytes: 2, read: (raw) => new Uint16Array(raw) },
  I8: { bytes: 1, read: (raw) => new Int8Array(raw) },
  U8: { bytes: 1, read: (raw) => new Uint8Array(raw) },
  BOOL: { bytes: 1, read: (raw, name) => zeroOrOne(new Uint8Array(raw), name) },
} satisfies Record<string, Reader>;

/** The element types of the format. */
export type Dtype = keyof typeof dtypes;

const written = [
  ['F64', Float64Array],
  ['F32', Float32Array],
  ['I32', Int32Array],
] as const;

/** Longest header accepted, in bytes: the limit of the reference implementation. */
const LONGEST_HEADER = 100_000_000;

/** Read a safetensors file (huggingface/safetensors, format 0.x); throws an Error that names what is wrong with it. */
export function readSafetensors(file: Uint8Array): Safetensors {
  // Node's Buffer is a Uint8Array whose slice shares memory; a plain view copies.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 8) fail(`the file has ${bytes.length} bytes, its header length alone takes 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > LONGEST_HEADER) fail(`the header claims ${length} bytes, at most ${LONGEST_HEADER} are accepted`);
  if (length > bytes.length - 8) {
    fail(`the header claims ${length} bytes, only ${bytes.length - 8} follow: the file is cut short or no safetensors`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + length));
  const body = bytes.subarray(8 + length);

  const { __metadata__: metadata, ...entries } = header;
  const found = Object.entries(entries).map(([name, entry]) => ({ name, ...checkEntry(name, entry, body.length) }));
  found.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, Tensor>();
  let at = 0;
  let before = 'the header';
  for (const { name, dtype, shape, begin, end } of found) {
    if (begin < at) fail(`"${name}" starts at byte ${begin}, inside "${before}", which ends at ${at}`);
    if (begin > at) fail(`${begin - at} bytes between "${before}" and "${name}" belong to no tensor`);
    // A copy: in the file a tensor may start where no typed array of its type could.
    tensors.set(name, { dtype, shape, data: dtypes[dtype].read(body.slice(begin, end).buffer, name) });
    at = end;
    before = name;
  }
  if (at < body.length) fail(`${body.length - at} bytes after "${before}" belong to no tensor`);
  return { tensors, metadata: checkMetadata(metadata) };
}

/** Write a safetensors file: widest elements first, then by name, so that equal contents give equal bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Writable>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const ordered = [...tensors].sort(
    ([a, one], [b, other]) => other.data.BYTES_PER_ELEMENT - one.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  const lines = Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(metadata)}`] : [];
  let at = 0;
  for (const [name, { shape, data }] of ordered) {
    if (name === '__metadata__') fail('no tensor may be called "__metadata__"');
    const dtype = written.find(([, kind]) => data instanceof kind)?.[0];
    if (!dtype)
      fail(`"${name}" is a ${(data as object).constructor.name}, wanted a Float64Array, Float32Array or Int32Array`);
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length || shape.some((n) => !isCount(n))) {
      fail(`"${name}" has ${data.length} numbers, its shape [${shape}] wants ${size}`);
    }
    const entry = { dtype, shape, data_offsets: [at, at + data.byteLength] };
    lines.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    at += data.byteLength;
  }
  const header = new TextEncoder().encode(`{${lines.join(',')}}`);
  const length = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + at).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(header, 8);
  let target = 8 + length;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), target);
    target += data.byteLength;
  }
  return bytes;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    fail(`the header is not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(header)) fail('the header is not a JSON object');
  return header;
}

function checkEntry(name: string, entry: unknown, available: number) {
  if (!isRecord(entry)) fail(`"${name}" is ${JSON.stringify(entry)}, wanted { dtype, shape, data_offsets }`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype)) {
    fail(`"${name}" has the type ${JSON.stringify(dtype)}, known are ${Object.keys(dtypes).join(', ')}`);
  }
  if (!isCounts(shape)) fail(`"${name}" has the shape ${JSON.stringify(shape)}, wanted a list of sizes`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    fail(`"${name}" has the data_offsets ${JSON.stringify(offsets)}, wanted [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  if (end > available) fail(`"${name}" ends at byte ${end} of the data, which has ${available}`);
  const wanted = shape.reduce((product, n) => product * n, dtypes[dtype as Dtype].bytes);
  if (wanted !== end - begin) {
    fail(`"${name}" takes ${end - begin} bytes, its shape [${shape}] of ${dtype} wants ${wanted}`);
  }
  return { dtype: dtype as Dtype, shape, begin, end };
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) fail(`"__metadata__" is ${JSON.stringify(metadata)}, wanted an object of texts`);
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') fail(`"__metadata__" has ${JSON.stringify(value)} for "${key}", wanted a text`);
  }
  return metadata as Record<string, string>;
}

/** IEEE 754 binary16 to a number. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}

function exact(integers: BigInt64Array | BigUint64Array, name: string): Float64Array {
  return Float64Array.from(integers as Iterable<bigint>, (value) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) fail(`"${name}" holds ${value}, beyond the integers a number keeps exactly`);
    return number;
  });
}

function zeroOrOne(values: Uint8Array, name: string): Uint8Array {
  const bad = values.find((value) => value > 1);
  if (bad !== undefined) fail(`"${name}" holds ${bad} as a BOOL, wanted 0 or 1`);
  return values;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function fail(what: string): never {
  throw new Error(`safetensors: ${what}`);
}
