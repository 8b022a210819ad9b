import { expect, test } from 'vitest';
import { everyCell, looseWiring } from '../../../test/networks.ts';
import { compile } from '../../compiler/compile.ts';
import { model } from '../../model.ts';
import { moduleBuilder } from './encoder.ts';
import { listing } from './listing.ts';
import { assemble } from './wasm.ts';

test('a listing has one instruction a line, nested blocks indented', () => {
  const builder = moduleBuilder({ memory: { min: 1, max: 2, shared: true } });
  const g = builder.fn({ name: 'g', exported: false });
  const f = builder.fn({ name: 'f', params: ['i32'], results: ['f32'] });
  const v = f.local('v128');
  f.block(() => {
    f.get(0);
    f.if(
      () => f.br(1),
      () => f.op('nop'),
    );
  });
  f.call(g);
  f.i32(-129);
  f.constant('f64x2', -0.5);
  f.memory('v128.store64_lane', 300, 1);
  f.f32x4(-0, 1, Infinity, 0.5);
  f.tee(v);
  f.lane('f32x4.extract_lane', 1);
  f.f32(-0);
  f.op('f32.add');
  builder.data(4096, Uint8Array.of(0, 10, 255));
  expect(listing(builder.encode())).toBe(`(module
  (import "env" "memory" (memory 1 2 shared))
  (func $0
  )
  (func $f (export "f") (param i32) (result f32)
    (local v128 v128)
    i32.const 64
    v128.load64_splat
    local.set 2
    block
      local.get 0
      if
        br 1
      else
        nop
      end
    end
    call $0
    i32.const -129
    local.get 2
    v128.store64_lane offset=300 1
    v128.const i32x4 0x80000000 0x3f800000 0x7f800000 0x3f000000
    local.tee 1
    f32x4.extract_lane 1
    f32.const -0
    f32.add
  )
  (data (i32.const 64) "\\00\\00\\00\\00\\00\\00\\e0\\bf")
  (data (i32.const 4096) "\\00\\0a\\ff")
)
`);
});

test('the kernels of every cell can be listed to their ends', () => {
  for (const make of Object.values(everyCell)) {
    const cell = make();
    const compiled = compile(model({ cell, inputs: 2, wiring: looseWiring(cell, 2, 5, 2) }), { gradient: true });
    const { code } = assemble(compiled, { precision: 'float32', fma: true });
    const text = listing(code);
    expect(text).not.toMatch(/undefined|NaN/);
    for (const { name } of Object.values(compiled.kernels)) expect(text).toContain(`(func $${name} (export "${name}")`);
    const ends = text.match(/^\s*(block|loop|if|end)\b/gm)!.map((line) => (line.trim() === 'end' ? -1 : 1));
    expect(ends.reduce<number>((depth, by) => depth + by, 0)).toBe(0);
  }
});
