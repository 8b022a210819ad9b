import type { Assembler } from './assembler.ts';
import { moduleBuilder } from './encoder.ts';

/** Whether such code can be compiled here. Where a content security policy forbids it, it is valid all the same: only compiling tells. */
function compiles(write: (f: Assembler) => void): boolean {
  const builder = moduleBuilder();
  write(builder.fn({ name: 'probe', results: ['v128'] }));
  try {
    return new WebAssembly.Module(builder.encode()) !== undefined;
  } catch {
    return false;
  }
}

/** Whether WebAssembly with 128-bit SIMD runs here. */
export const hasSimd = (): boolean => compiles((f) => f.f32x4(0));

/** Whether it runs with relaxed SIMD: the fused multiply-add. */
export const hasRelaxedSimd = (): boolean =>
  compiles((f) => {
    for (let i = 0; i < 3; i++) f.f32x4(0);
    f.op('f32x4.relaxed_madd');
  });
