/** Bytes that grow as they are written. */
export interface Writer {
  byte(value: number): void;
  /** Unsigned LEB128 of an integer in [0, 2^32). */
  unsigned(value: number): void;
  /** Signed LEB128 of an integer in [-2^31, 2^31). */
  signed(value: number): void;
  bytes(values: Uint8Array): void;
  /** What has been written so far: a view, valid until the next write. */
  written(): Uint8Array<ArrayBuffer>;
}

/** A writer with room for `capacity` bytes, which doubles when it is full. */
export function writer(capacity = 256): Writer {
  let buffer = new Uint8Array(capacity);
  let end = 0;
  const reserve = (count: number) => {
    if (end + count <= buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * buffer.length, end + count));
    larger.set(buffer.subarray(0, end));
    buffer = larger;
  };
  return {
    byte(value) {
      reserve(1);
      buffer[end++] = value;
    },
    unsigned(value) {
      reserve(5);
      let rest = value >>> 0;
      while (rest > 127) {
        buffer[end++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      buffer[end++] = rest;
    },
    signed(value) {
      reserve(5);
      let rest = value | 0;
      while (rest < -64 || rest > 63) {
        buffer[end++] = (rest & 127) | 128;
        rest >>= 7;
      }
      buffer[end++] = rest & 127;
    },
    bytes(values) {
      reserve(values.length);
      buffer.set(values, end);
      end += values.length;
    },
    written: () => buffer.subarray(0, end),
  };
}
