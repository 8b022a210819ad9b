import { crc32 } from '../formats/zip.ts';

/** An indexed-colour PNG of `width` × `height` palette indices, as a `data:` address; `palette` holds up to 256 colours `[r, g, b]`. Not compressed, so that it needs no library. */
export function pngAddress(
  width: number,
  height: number,
  indices: ArrayLike<number>,
  palette: readonly (readonly [number, number, number])[],
): string {
  if (width < 1 || height < 1 || indices.length !== width * height) {
    throw new RangeError(`pngAddress: ${indices.length} indices do not fill ${width} × ${height} pixels`);
  }
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indices[y * width + x]!;
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3, 0, 0, 0], 8);
  const bytes = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette.flat())),
    chunk('IDAT', stored(rows)),
    chunk('IEND', new Uint8Array(0)),
  ];
  let text = '';
  for (const part of bytes) for (const byte of part) text += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(text)}`;
}

function chunk(kind: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = kind.charCodeAt(i);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

/** A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4). */
function stored(data: Uint8Array): Uint8Array {
  const most = 65535;
  const blocks = Math.max(1, Math.ceil(data.length / most));
  const bytes = new Uint8Array(2 + 5 * blocks + data.length + 4);
  bytes.set([0x78, 0x01]);
  let at = 2;
  for (let b = 0; b < blocks; b++) {
    const part = data.subarray(b * most, (b + 1) * most);
    const size = part.length;
    bytes.set([b === blocks - 1 ? 1 : 0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255], at);
    bytes.set(part, at + 5);
    at += 5 + size;
  }
  new DataView(bytes.buffer).setUint32(at, adler32(data));
  return bytes;
}

function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
