const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const FILE = 0x04034b50;
/** A 32-bit field that says: look in the 64-bit one. */
const ELSEWHERE = 2 ** 32 - 1;

type Fail = (what: string) => never;

/**
 * Unpack the files of a ZIP archive, by name: stored or deflated, ZIP64 or not (APPNOTE 6.3). Calls `fail` with what is wrong: bytes that
 * are cut short, contradict themselves, or do not have the checksum they state.
 */
export async function readZip(bytes: Uint8Array, fail: Fail): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for (const { name, packed, size, checksum, deflated } of entries(bytes, fail)) {
    if (files.has(name)) fail(`"${name}" is there twice`);
    // Entries that share bytes are how a small archive unpacks to a huge one.
    total += packed.length;
    if (total > bytes.length) fail(`"${name}" shares its bytes with another file`);
    const refuse: Fail = (what) => fail(`"${name}" ${what}`);
    const data = deflated ? await inflate(packed, size, refuse) : packed.slice();
    if (data.length !== size) refuse(`unpacks to ${data.length} bytes, but ${size} are stated`);
    if (crc32(data) !== checksum) refuse('is damaged: its bytes do not have the checksum stated');
    files.set(name, data);
  }
  return files;
}

/** Pack files into a ZIP archive without dates, so that equal contents give equal bytes; with `compress`, deflated. */
export async function writeZip(files: ReadonlyMap<string, Uint8Array>, { compress = false } = {}): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const text = new TextEncoder().encode(name);
    const packed = compress ? await collect(through(data, new CompressionStream('deflate-raw'))) : data;
    // Version 2.0, names in UTF-8, the method, and the first day that a ZIP date can say.
    const shared = [
      [2, 20, 0x800, compress ? 8 : 0, 0, 0x21],
      [4, crc32(data), packed.length, data.length],
      [2, text.length, 0],
    ] as const;
    parts.push(fields([4, FILE], ...shared), text, packed);
    directory.push(fields([4, ENTRY], [2, 20], ...shared, [2, 0, 0, 0], [4, 0, at]), text);
    at += 30 + text.length + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  if (at + size >= ELSEWHERE || files.size >= 2 ** 16 - 1)
    throw new Error(`zip: ${files.size} files of ${at + size} bytes; one archive holds less than 65535 and 4 GiB`);
  const end = fields([4, END], [2, 0, 0, files.size, files.size], [4, size, at], [2, 0]);
  return joined([...parts, ...directory, end]);
}

/** What the central directory says of each file. */
function* entries(bytes: Uint8Array, fail: Fail) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number) => view.getUint16(at, true);
  const u32 = (at: number) => view.getUint32(at, true);
  const u64 = (at: number) => u32(at) + u32(at + 4) * 2 ** 32;
  /** Refuse what does not lie within the archive, or does not begin as it should. */
  const within = (at: number, length: number, what: string, signature?: number) => {
    if (!(at + length <= bytes.length)) fail(`cut short: ${what} ends at byte ${at + length} of ${bytes.length}`);
    if (signature !== undefined && u32(at) !== signature)
      fail(`there is no ${what} at byte ${at}, where one should be`);
  };

  let end = bytes.length - 22;
  while (end >= 0 && !(u32(end) === END && end + 22 + u16(end + 20) === bytes.length)) end--;
  if (end < 0) fail('no ZIP archive, or one cut short: it has no end of a directory');
  let [count, at] = [u16(end + 10), u32(end + 16)];
  if (count === 2 ** 16 - 1 || at === ELSEWHERE) {
    if (end < 20 || u32(end - 20) !== LOCATOR64) fail('its 64-bit directory is not to be found');
    const wide = u64(end - 12);
    within(wide, 56, '64-bit end of the directory', END64);
    [count, at] = [u64(wide + 32), u64(wide + 48)];
  }

  for (let k = 0; k < count; k++) {
    within(at, 46, 'directory entry', ENTRY);
    const [flags, method, checksum] = [u16(at + 8), u16(at + 10), u32(at + 16)];
    const [named, extra, comment] = [u16(at + 28), u16(at + 30), u16(at + 32)];
    within(at, 46 + named + extra + comment, 'directory entry');
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + named));
    let field = at + 46 + named;
    const last = field + extra;
    while (field + 4 <= last && u16(field) !== 1) field += 4 + u16(field + 2);
    field += 4;
    const [size, length, start] = [u32(at + 24), u32(at + 20), u32(at + 42)].map((value) => {
      if (value !== ELSEWHERE) return value;
      if (field + 8 > last) fail(`"${name}" lacks the 64-bit sizes it refers to`);
      field += 8;
      return u64(field - 8);
    }) as [number, number, number];
    if (flags & 1) fail(`"${name}" is encrypted`);
    if (method !== 0 && method !== 8)
      fail(`"${name}" is packed by method ${method}, known are 0 (stored) and 8 (deflated)`);
    within(start, 30, `head of "${name}"`, FILE);
    const data = start + 30 + u16(start + 26) + u16(start + 28);
    within(data, length, `"${name}"`);
    yield { name, size, checksum, deflated: method === 8, packed: bytes.subarray(data, data + length) };
    at += 46 + named + extra + comment;
  }
}

/** Unpack deflated bytes, `size` of them at most. */
async function inflate(packed: Uint8Array, size: number, refuse: Fail): Promise<Uint8Array> {
  try {
    return await collect(through(packed, new DecompressionStream('deflate-raw')), size);
  } catch (error) {
    return refuse(`cannot be unpacked: ${(error as Error).message}`);
  }
}

const through = (bytes: Uint8Array, change: CompressionStream | DecompressionStream) =>
  new Blob([bytes.slice()]).stream().pipeThrough(change);

/** The bytes of a stream, which is left as soon as there are more than `most`. */
async function collect(stream: ReadableStream<Uint8Array>, most = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    size += next.value.length;
    if (size <= most) continue;
    await reader.cancel();
    throw new Error(`more than the ${most} bytes stated`);
  }
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Little-endian whole numbers: each list begins with the bytes that each of its others takes. */
function fields(...lists: readonly (readonly [2 | 4, ...number[]])[]): Uint8Array {
  return joined(
    lists.map(([width, ...values]) => new Uint8Array((width === 2 ? Uint16Array : Uint32Array).from(values).buffer)),
  );
}

/** The checksum of ZIP (ISO 3309, reflected). */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
