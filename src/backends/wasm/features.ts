import type { Assembler } from './assembler.ts';
import { moduleBuilder } from './encoder.ts';

function validates(write: (f: Assembler) => void): boolean {
  if (typeof WebAssembly !== 'object') return false;
  const builder = moduleBuilder();
  write(builder.fn({ name: 'probe', results: ['v128'] }));
  return WebAssembly.validate(builder.encode());
}

/** Whether this engine runs 128-bit SIMD. */
export const hasSimd = (): boolean => validates((f) => f.f32x4(0));

/** Whether this engine runs relaxed SIMD: the fused multiply-add. */
export const hasRelaxedSimd = (): boolean =>
  validates((f) => {
    for (let i = 0; i < 3; i++) f.f32x4(0);
    f.op('f32x4.relaxed_madd');
  });
