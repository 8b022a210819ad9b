import { expect, test } from 'vitest';
import { crc32c, eventFileStart, scalarRecord } from './tensorboard.ts';

/** The checksum by its definition: division of polynomials, bit by bit. */
function dividedBits(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const out = (crc ^ (byte >> bit)) & 1;
      crc = (crc >>> 1) ^ (out ? 0x82f63b78 : 0);
    }
  }
  return ~crc >>> 0;
}

/** The data of the records of a file in the format TFRecord, whose checksums must be right. */
function records(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const unmasked = (at: number) => {
    const turned = (view.getUint32(at, true) - 0xa282ead8) >>> 0;
    return ((turned >>> 17) | (turned << 15)) >>> 0;
  };
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmasked(at + 8)).toBe(dividedBits(file.subarray(at, at + 8)));
    const data = file.slice(at + 12, at + 12 + length);
    expect(data.length).toBe(length);
    expect(unmasked(at + 12 + length)).toBe(dividedBits(data));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

/** The fields of a protobuf message in their order: numbers, or bytes. */
function fieldsOf(bytes: Uint8Array): [field: number, value: number | Uint8Array][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: [number, number | Uint8Array][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [field, type] = [key >> 3, key & 7];
    if (type === 0) found.push([field, varint()]);
    else if (type === 1) {
      found.push([field, view.getFloat64(at, true)]);
      at += 8;
    } else if (type === 5) {
      found.push([field, view.getFloat32(at, true)]);
      at += 4;
    } else {
      expect(type).toBe(2);
      const length = varint();
      found.push([field, bytes.slice(at, at + length)]);
      at += length;
    }
  }
  return found;
}

const text = (bytes: number | Uint8Array) => new TextDecoder().decode(bytes as Uint8Array);

test('the checksum is CRC-32C: the examples of RFC 3720, and bits divided one by one', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  const mixed = Uint8Array.from({ length: 300 }, (_, i) => (i * i * 7) % 251);
  expect(crc32c(mixed)).toBe(dividedBits(mixed));
});

test('a reader of the record format finds the version, then every step with its tags and values', () => {
  const events = [
    { time: 1_700_000_000.25, step: 1, scalars: { 'loss/train': 0.5, 'τ (s)': 3 } },
    { time: 1_700_000_001.5, step: 300, scalars: { 'loss/train': 0.25 } },
  ];
  const parts = [eventFileStart(1_700_000_000), ...events.map(scalarRecord)];
  const file = Uint8Array.from(parts.flatMap((part) => [...part]));
  const [start, ...rest] = records(file).map(fieldsOf);
  expect(start!.map(([field]) => field)).toEqual([1, 3]);
  expect(start![0]![1]).toBe(1_700_000_000);
  expect(text(start![1]![1])).toBe('brain.Event:2');
  const read = rest.map((event) => {
    expect(event.map(([field]) => field)).toEqual([1, 2, 5]);
    const values = fieldsOf(event[2]![1] as Uint8Array).map(([field, value]) => {
      expect(field).toBe(1);
      const [[tagField, tag], [valueField, number]] = fieldsOf(value as Uint8Array) as [
        [number, Uint8Array],
        [number, number],
      ];
      expect([tagField, valueField]).toEqual([1, 2]);
      return [text(tag), number];
    });
    return { time: event[0]![1], step: event[1]![1], scalars: Object.fromEntries(values) };
  });
  expect(read).toEqual(events);
});
