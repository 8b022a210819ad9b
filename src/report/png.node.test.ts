import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pngAddress } from './png.ts';
import { viridis } from './viridis.ts';

test('a picture unpacks to the very pixels it was given, also beyond one stored block', () => {
  const [width, height] = [700, 100];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * 7) % 3);
  const address = pngAddress(width, height, pixels, [viridis(0), viridis(0.5), viridis(1)]);
  const bytes = Buffer.from(address.slice('data:image/png;base64,'.length), 'base64');
  const at = bytes.indexOf('IDAT');
  const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  expect(rows.length).toBe(height * (width + 1));
  expect(rows.subarray(1, 1 + width)).toEqual(Buffer.from(pixels.subarray(0, width)));
  expect(bytes.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082'); // the checksum of an empty IEND is known
});

test('a picture whose pixels do not fill it is refused', () => {
  expect(() => pngAddress(2, 2, [0, 0, 0], [])).toThrow('3 indices do not fill 2 × 2 pixels');
});
