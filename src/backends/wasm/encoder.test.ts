import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONSTANTS, moduleBuilder } from './encoder.ts';
import { hasRelaxedSimd, hasSimd } from './features.ts';
import { writer } from './writer.ts';

type Call = (...values: number[]) => number;

function run(builder: ReturnType<typeof moduleBuilder>, memory?: WebAssembly.Memory): Record<string, Call> {
  const module = new WebAssembly.Module(builder.encode());
  return new WebAssembly.Instance(module, memory ? { env: { memory } } : {}).exports as Record<string, Call>;
}

/** Reads LEB128 as the specification defines it, in exact integers. */
function decode(bytes: Uint8Array, signed: boolean): bigint {
  const value = bytes.reduce((sum, byte, i) => sum | (BigInt(byte & 127) << BigInt(7 * i)), 0n);
  return signed ? BigInt.asIntN(7 * bytes.length, value) : value;
}

test('LEB128 integers are read back as they were written, in as few bytes as they need', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer(), (u, s) => {
      const [unsigned, signed] = [writer(1), writer(1)];
      unsigned.unsigned(u);
      signed.signed(s);
      expect(decode(unsigned.written(), false)).toBe(BigInt(u));
      expect(decode(signed.written(), true)).toBe(BigInt(s));
      expect(unsigned.written().length).toBe(Math.max(1, Math.ceil((32 - Math.clz32(u)) / 7)));
      expect(signed.written().length).toBe(Math.max(1, Math.ceil((33 - Math.clz32(s < 0 ? ~s : s)) / 7)));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('a loop sums a vector in memory, four lanes at a time', () => {
  const memory = new WebAssembly.Memory({ initial: 3, maximum: 3 });
  const base = 2 ** 17;
  const values = new Float32Array(memory.buffer, base, 64).map((_, i) => i + 0.5);
  new Float32Array(memory.buffer, base, 64).set(values);
  const builder = moduleBuilder({ memory: { min: 3, max: 3 } });
  const f = builder.fn({ name: 'sum', params: ['i32'], results: ['f32'] });
  const [at, total] = [f.local('i32'), f.local('v128')];
  f.loop(() => {
    f.get(total, at);
    f.memory('v128.load', base);
    f.op('f32x4.add');
    f.set(total);
    f.get(at);
    f.i32(16);
    f.op('i32.add');
    f.tee(at);
    f.get(0);
    f.op('i32.lt_u');
    f.brIf(0);
  });
  for (let lane = 0; lane < 4; lane++) {
    f.get(total);
    f.lane('f32x4.extract_lane', lane);
    if (lane) f.op('f32.add');
  }
  expect(run(builder, memory).sum!(256)).toBe(values.reduce((a, b) => a + b));
});

test('lane loads, lane stores, splats and shuffles reach the bytes they name', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const floats = new Float32Array(memory.buffer);
  floats.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const builder = moduleBuilder({ memory: { min: 1 } });
  const f = builder.fn({ name: 'go' });
  const v = f.local('v128');
  f.i32(64);
  f.i32(0);
  f.i32(0);
  f.memory('v128.load');
  f.memory('v128.load32_lane', 28, 2);
  f.tee(v);
  f.memory('v128.store', 0);
  f.i32(80);
  f.get(v);
  f.memory('v128.store32_lane', 4, 3);
  f.i32(96);
  f.get(v, v);
  f.shuffle([4, 5, 6, 7, 0, 1, 2, 3, 24, 25, 26, 27, 16, 17, 18, 19]);
  f.memory('v128.store');
  f.i32(112);
  f.i32(8);
  f.memory('v128.load64_splat');
  f.memory('v128.store');
  run(builder, memory).go!();
  expect([...floats.subarray(16, 32)]).toEqual([1, 2, 8, 4, 0, 4, 0, 0, 2, 1, 8, 1, 3, 4, 3, 4]);
});

test('blocks, branches, conditions, calls and bulk memory nest as written', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const builder = moduleBuilder({ memory: { min: 1 } });
  const twice = builder.fn({ name: 'twice', params: ['i32'], results: ['i32'], exported: false });
  twice.get(0, 0);
  twice.op('i32.add');
  const f = builder.fn({ name: 'choose', params: ['i32'], results: ['i32'] });
  f.block(() => {
    f.get(0);
    f.i32(-7);
    f.op('i32.ne');
    f.brIf(0);
    f.i32(-123456);
    f.op('return');
  });
  f.get(0);
  f.if(
    () => {
      f.get(0);
      f.call(twice);
    },
    () => f.i32(1000),
    'i32',
  );
  const g = builder.fn({ name: 'bytes' });
  g.i32(8);
  g.i32(0x5a);
  g.i32(4);
  g.fill();
  g.i32(16);
  g.i32(6);
  g.i32(4);
  g.copy();
  const { choose, bytes, ...rest } = run(builder, memory);
  expect([choose!(21), choose!(0), choose!(-7)]).toEqual([42, 1000, -123456]);
  bytes!();
  expect([...new Uint8Array(memory.buffer, 6, 14)]).toEqual([0, 0, 90, 90, 90, 90, 0, 0, 0, 0, 0, 0, 90, 90]);
  expect(Object.keys(rest)).toEqual([]);
});

test('scalar and vector constants keep every bit', () => {
  const builder = moduleBuilder();
  const a = builder.fn({ name: 'a', results: ['f64'] });
  a.f64(Math.PI);
  a.f32(-0.1);
  a.op('f64.promote_f32', 'f64.add');
  const b = builder.fn({ name: 'b', results: ['f64'] });
  b.f64x2(1, Math.E);
  b.lane('f64x2.extract_lane', 1);
  const c = builder.fn({ name: 'c', results: ['i32'] });
  c.i64x2(0x1234_5678_9abc_def0n);
  c.lane('i32x4.extract_lane', 3);
  const calls = run(builder);
  expect(calls.a!()).toBe(Math.PI + Math.fround(-0.1));
  expect(calls.b!()).toBe(Math.E);
  expect(calls.c!()).toBe(0x1234_5678);
});

test('constants of a module with a memory keep every bit, where they have room and where they are written in place', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = new Uint8Array(memory.buffer).fill(0xa5);
  const builder = moduleBuilder({ memory: { min: 1 } });
  const f = builder.fn({ name: 'f', params: ['i32'] });
  // More than fit, of both widths in turn, in a function that begins after another has used some of them.
  const count = CONSTANTS.end / 4;
  const write = (to: typeof f, k: number, at: number) => {
    to.get(0);
    if (k % 2 === 0) to.constant('f32x4', k + 0.1);
    else to.constant('i64x2', 0x1234_5678_0000_0000n + BigInt(k));
    to.memory('v128.store', 16 * at);
  };
  for (let k = 0; k < count; k += 5) write(f, k, k);
  const g = builder.fn({ name: 'g', params: ['i32'] });
  for (let k = 0; k < count; k++) write(g, k, k);
  const { f: first, g: second } = run(builder, memory);
  for (const [call, step] of [
    [first!, 5],
    [second!, 1],
  ] as const) {
    call(CONSTANTS.end);
    const view = new DataView(memory.buffer, CONSTANTS.end);
    for (let k = 0; k < count; k += step) {
      for (let lane = 0; k % 2 === 0 && lane < 4; lane++)
        expect(view.getFloat32(16 * k + 4 * lane, true)).toBe(Math.fround(k + 0.1));
      for (let lane = 0; k % 2 === 1 && lane < 2; lane++)
        expect(view.getBigUint64(16 * k + 8 * lane, true)).toBe(0x1234_5678_0000_0000n + BigInt(k));
    }
  }
  expect(bytes.subarray(0, CONSTANTS.start).every((byte) => byte === 0xa5)).toBe(true);
});

test('a loop counts its local down to 0, and a local moves by what it is told', () => {
  const builder = moduleBuilder();
  const f = builder.fn({ name: 'f', params: ['i32'], results: ['i32'] });
  const sum = f.local('i32');
  f.countDown(0, () => {
    f.move(sum, 7);
    f.move(sum, 0);
    f.move(sum, -3);
  });
  f.get(sum);
  f.get(0);
  f.op('i32.add');
  const call = run(builder).f!;
  expect([1, 2, 1000].map((turns) => call(turns))).toEqual([4, 8, 4000]);
});

test('freed locals are handed out again, by type', () => {
  const f = moduleBuilder().fn({ name: 'f', params: ['i32'] });
  const [a, b] = [f.local('v128'), f.local('i32')];
  f.free(a, b);
  expect([f.local('i32'), f.local('v128'), f.local('v128')]).toEqual([b, a, 3]);
});

test('shared memory is imported as shared, and needs a maximum', () => {
  const builder = moduleBuilder({ memory: { min: 1, max: 2, shared: true } });
  builder.fn({ name: 'f' });
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  expect(() => run(builder, shared)).not.toThrow();
  expect(() => run(builder, new WebAssembly.Memory({ initial: 1, maximum: 2 }))).toThrow(WebAssembly.LinkError);
  expect(() => moduleBuilder({ memory: { min: 1, shared: true } })).toThrow('max pages');
});

test('every engine this runs on has SIMD, and a feature test never throws', () => {
  expect(hasSimd()).toBe(true);
  expect([true, false]).toContain(hasRelaxedSimd());
});
