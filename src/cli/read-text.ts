import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { foreign } from './foreign.ts';

/** Told how many bytes of a file are read. */
export type Reading = (bytes: number) => void;

/** The bytes of a file piece by piece, unpacked where they are gzip. Throws an Error that names the file when gzip is damaged. */
export async function* readBytes(path: string, name: string, reading: Reading): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  const pieces: AsyncIterator<Uint8Array> = file[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  const rest = (async function* () {
    yield first.value;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      reading(file.bytesRead);
      yield next.value;
    }
  })();
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* rest;
    return;
  }
  try {
    // The callback is there for the errors, which the last stream throws too.
    for await (const piece of pipeline(Readable.from(rest), createGunzip(), () => {})) yield piece as Uint8Array;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    throw new Error(`${name}: the gzip data are damaged or cut short (${message}); fetch or pack the file again`);
  }
}

/** The text of a file piece by piece. Throws an Error that names the file, and the line, where it is no text in UTF-8. */
export async function* readText(path: string, name: string, reading: Reading): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let isFirst = true;
  for await (const bytes of readBytes(path, name, reading)) {
    if (isFirst && isUtf16(bytes))
      throw new Error(`${name}: the file is text in UTF-16, wanted UTF-8; save it again as "CSV UTF-8"`);
    const other = isFirst ? foreign(bytes) : undefined;
    if (other !== undefined) throw new Error(`${name}: the file is ${other}`);
    isFirst = false;
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch {
      const before = new TextDecoder().decode(bytes.subarray(bytes.findIndex((byte) => byte < 0x80 || byte > 0xbf)));
      line += before.slice(0, before.indexOf('\uFFFD')).split('\n').length - 1;
      throw new Error(`${name}:${line}: the file is not text in UTF-8; save it again as "CSV UTF-8"`);
    }
    line += text.split('\n').length - 1;
    yield text;
  }
  try {
    decoder.decode();
  } catch {
    throw new Error(`${name}:${line}: the text ends inside a letter of UTF-8; the file is cut short`);
  }
}

/** A byte order mark, or every other one of the first bytes zero. */
function isUtf16(bytes: Uint8Array): boolean {
  const [one, two] = bytes;
  if ((one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff)) return true;
  const head = bytes.subarray(0, 64);
  return head.length > 3 && [0, 1].some((odd) => head.every((byte, i) => (i % 2 === odd ? byte === 0 : byte !== 0)));
}
