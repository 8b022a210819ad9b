import type { Assembler } from './assembler.ts';

/** Bytes up to which stores are faster than the call of the engine that `memory.fill` is. */
const FEW = 1024;

/** Zero this many bytes, whole vectors, from an address in a local plus `offset` on. */
export function emitZeros(f: Assembler, address: number, offset: number, bytes: number): void {
  if (bytes <= FEW) {
    for (let k = 0; k < bytes; k += 16) {
      f.get(address);
      f.i32x4(0);
      f.memory('v128.store', offset + k);
    }
    return;
  }
  f.get(address);
  f.i32(offset);
  f.op('i32.add');
  f.i32(0);
  f.i32(bytes);
  f.fill();
}
