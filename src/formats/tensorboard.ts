/** What an event of TensorBoard tells: numbers by their tags, at a step, at a time in seconds since 1970. */
export interface ScalarEvent {
  readonly time: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** The record that an event file begins with; TensorBoard finds such files by `tfevents` in their names. */
export const eventFileStart = (time: number): Uint8Array =>
  record([...double(1, time), ...delimited(3, encoded('brain.Event:2'))]);

/** The record of an event, to be appended to an event file (messages Event and Summary of TensorFlow's event.proto and summary.proto). */
export const scalarRecord = ({ time, step, scalars }: ScalarEvent): Uint8Array => {
  const values = Object.entries(scalars).flatMap(([tag, value]) =>
    delimited(1, [...delimited(1, encoded(tag)), ...float(2, value)]),
  );
  return record([...double(1, time), 2 << 3, ...varint(step), ...delimited(5, values)]);
};

/** A record of the format TFRecord: length, its checksum, the data, their checksum; numbers with the lowest byte first. */
function record(data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(12 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(bytes.subarray(12, 12 + data.length)), true);
  return bytes;
}

/** CRC-32C turned by 15 bits and moved, so that the checksum of data with a checksum in them says something. */
function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  return remainder;
});

/** The cyclic redundancy check of 32 bits with Castagnoli's polynomial (RFC 3720, appendix B.4). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ castagnoli[(crc ^ byte) & 255]!;
  return ~crc >>> 0;
}

const encoded = (text: string): number[] => [...new TextEncoder().encode(text)];

/** A whole number in groups of seven bits, the lowest first. */
function varint(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...varint(Math.floor(value / 128))];
}

const delimited = (field: number, bytes: readonly number[]): number[] => [
  (field << 3) | 2,
  ...varint(bytes.length),
  ...bytes,
];
const double = (field: number, value: number): number[] => [
  (field << 3) | 1,
  ...new Uint8Array(new Float64Array([value]).buffer),
];
const float = (field: number, value: number): number[] => [
  (field << 3) | 5,
  ...new Uint8Array(new Float32Array([value]).buffer),
];
