import { type Dtype, elements, entriesOf, type Numbers, readElements, typeOf, writeElements } from './elements.ts';
import { shown } from './shape.ts';

export type { Dtype } from './elements.ts';

/** A named array of a safetensors file, row-major. F16 and BF16 are Float32Array, I64 and U64 Float64Array, BOOL is 0 and 1 in Uint8Array. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Numbers;
}

/** What a safetensors file holds: its tensors in the order of their bytes, and free text about them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An array to be written: without `dtype`, as the type of its data. */
export interface Writable extends Omit<Tensor, 'dtype'> {
  readonly dtype?: Dtype;
}

const known = Object.keys(elements).join(', ');

/** Longest header accepted, in bytes: the limit of the reference implementation. */
const LONGEST_HEADER = 100_000_000;

/** What a file that is no safetensors seems to be, by its first bytes. */
function lookalike(view: DataView): string {
  const seems: Readonly<Record<number, string>> = {
    1347093252:
      '; this is a ZIP archive, such as torch.save and numpy.savez write: wanted a file of safetensors.torch.save_file',
    6386541: '; this is WebAssembly: a network of saveCompiled is read by load of rivulet/inference',
  };
  return seems[view.getUint32(0, false)] ?? '';
}

/** Read a safetensors file (huggingface/safetensors, format 0.x); throws an Error that names what is wrong with it. */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) fail(`the file has ${bytes.length} bytes, its header length alone takes 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > LONGEST_HEADER)
    fail(
      `the header claims ${length} bytes, at most ${LONGEST_HEADER} are accepted: the file is no safetensors${lookalike(view)}`,
    );
  if (length > bytes.length - 8) {
    fail(
      `the header claims ${length} bytes, only ${bytes.length - 8} follow: the file is cut short or no safetensors${lookalike(view)}`,
    );
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
    const data = readElements(dtype, body.subarray(begin, end), (what) => fail(`"${name}" holds ${what}`));
    tensors.set(name, { dtype, shape, data });
    at = end;
    before = name;
  }
  if (at < body.length) fail(`${body.length - at} bytes after "${before}" belong to no tensor`);
  return { tensors, metadata: checkMetadata(metadata) };
}

/**
 * Write a safetensors file, in the order and the spelling of the reference implementation (widest types first, then by name): equal
 * contents give equal bytes. Throws where an integer does not fit its type.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Writable>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const parts = [...tensors].map(([name, { shape, data, dtype = typeOf(data) }]) => {
    if (name === '__metadata__') fail('no tensor may be called "__metadata__"');
    if (!dtype || !Object.hasOwn(elements, dtype))
      fail(`"${name}" is a ${data[Symbol.toStringTag]} to be written as ${dtype}, known are ${known}`);
    if (entriesOf(shape) !== data.length)
      fail(`"${name}" has ${data.length} numbers, its shape [${shape}] wants ${entriesOf(shape)}`);
    return { name, dtype, shape, bytes: writeElements(dtype, data, (what) => fail(`"${name}" holds ${what}`)) };
  });
  const rank = Object.keys(elements);
  parts.sort((a, b) => rank.indexOf(b.dtype) - rank.indexOf(a.dtype) || (a.name < b.name ? -1 : 1));
  const lines = Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(metadata)}`] : [];
  let at = 0;
  for (const { name, dtype, shape, bytes } of parts) {
    const entry = { dtype, shape, data_offsets: [at, at + bytes.length] };
    lines.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    at += bytes.length;
  }
  const header = new TextEncoder().encode(`{${lines.join(',')}}`);
  const length = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(8 + length + at).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setUint32(0, length, true);
  file.set(header, 8);
  let target = 8 + length;
  for (const { bytes } of parts) {
    file.set(bytes, target);
    target += bytes.length;
  }
  return file;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) fail('the header is not a JSON object: it does not begin with {');
  let text: string;
  let header: Record<string, unknown>;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    fail(`the header is not JSON: ${(error as Error).message}`);
  }
  checkNames(text);
  return header;
}

/** Refuse a name that comes twice in an object of some JSON, where JSON.parse keeps the last, and depth that no header has. */
function checkNames(json: string): void {
  const open: Set<string>[] = [];
  let quote = -1;
  let text = '';
  for (const { 0: token, index } of json.matchAll(/\\.|["{}[\]:]/g)) {
    if (token === '"') {
      if (quote >= 0) text = json.slice(quote, index + 1);
      quote = quote < 0 ? index : -1;
    } else if (quote >= 0) continue;
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name: string = JSON.parse(text);
      if (open.at(-1)!.has(name)) fail(`the header names ${shown(name)} twice`);
      open.at(-1)!.add(name);
    } else if (open.push(new Set()) > 3) fail('the header is nested deeper than tensors and their shapes');
  }
}

function checkEntry(name: string, entry: unknown, available: number) {
  if (!isRecord(entry)) fail(`"${name}" is ${shown(entry)}, wanted { dtype, shape, data_offsets }`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(elements, dtype))
    fail(`"${name}" has the type ${shown(dtype)}, known are ${known}`);
  if (!isCounts(shape)) fail(`"${name}" has the shape ${shown(shape)}, wanted a list of sizes`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    fail(`"${name}" has the data_offsets ${shown(offsets)}, wanted [begin, end]`);
  const [begin, end] = offsets as [number, number];
  if (end > available) fail(`"${name}" ends at byte ${end} of the data, which has ${available}`);
  const wanted = entriesOf(shape) * elements[dtype as Dtype].raw.BYTES_PER_ELEMENT;
  if (wanted !== end - begin)
    fail(`"${name}" takes ${end - begin} bytes, its shape [${shape}] of ${dtype} wants ${wanted}`);
  return { dtype: dtype as Dtype, shape, begin, end };
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) fail(`"__metadata__" is ${shown(metadata)}, wanted an object of texts`);
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') fail(`"__metadata__" has ${shown(value)} for "${key}", wanted a text`);
  }
  return metadata as Record<string, string>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function fail(what: string): never {
  throw new Error(`safetensors: ${what}`);
}
