import type { Compiled } from '../../compiler/compile.ts';
import { LANES, POINTER, POINTERS } from '../../compiler/kernel.ts';
import { type Backend, type Precision, type Way, walks } from '../backend.ts';
import type { Assembler } from './assembler.ts';
import { type Addresses, emitNest } from './emit-nest.ts';
import { emitWalks } from './emit-walk.ts';
import { emitZeros } from './emit-zeros.ts';
import { CONSTANTS, moduleBuilder } from './encoder.ts';
import { hasRelaxedSimd, hasSimd } from './features.ts';
import { sampler } from './sampler.ts';

const PAGE = 65536;
const MAX_PAGES = 65536;
const bytesOf = (precision: Precision) => (precision === 'float32' ? 4 : 8);

/** WebAssembly with 128-bit SIMD: kernels are compiled to machine code, a block of sequences in the lanes. */
export const wasm: Backend = {
  name: 'wasm',
  isAvailable: hasSimd,
  hasFma: hasRelaxedSimd,
  gradientWidth: (precision) => 16 / bytesOf(precision),
  sampler,
  build(compiled, { precision, fma }) {
    const bytes = bytesOf(precision);
    const { addresses, tables, end } = addressesOf(compiled);
    const builder = moduleBuilder({ memory: { min: 1 } });
    const functions = new Map<string, Assembler>();
    for (const kernel of Object.values(compiled.kernels)) {
      const f = builder.fn({ name: kernel.name, params: new Array<'i32'>(POINTERS).fill('i32') });
      const { clear } = kernel;
      emitZeros(f, POINTER.scratch, clear.offset * LANES * bytes, clear.size * LANES * bytes);
      for (const nest of kernel.nests) emitNest(f, nest, compiled, addresses, { precision, fma }, kernel.scalar);
      functions.set(kernel.name, f);
    }
    emitWalks(builder, functions, compiled, precision);
    const start = end / bytes;
    const free = Math.ceil((start + compiled.regions.static) / 16) * 16;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((free * bytes) / PAGE) });
    for (const [address, table] of tables) new Int32Array(memory.buffer, address, table.length).set(table);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), { env: { memory } });
    const kernels = instance.exports as Record<string, (...pointers: number[]) => void>;
    const view = () => (precision === 'float32' ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer));
    let scalars = view();
    return {
      get scalars() {
        return scalars;
      },
      start,
      free,
      threads: 1,
      reserve(wanted) {
        const pages = Math.ceil((wanted * bytes) / PAGE);
        const have = memory.buffer.byteLength / PAGE;
        if (pages <= have) return;
        if (pages > MAX_PAGES)
          throw new Error(
            `wasm: this batch needs ${pages / 16} MiB, but WebAssembly memory ends at ${MAX_PAGES / 16} MiB; use a smaller batch or shorter sequences`,
          );
        memory.grow(pages - have);
        scalars = view();
      },
      run(kernel, p) {
        kernels[kernel]!(
          p[0]! * bytes,
          p[1]! * bytes,
          p[2]! * bytes,
          p[3]! * bytes,
          p[4]! * bytes,
          p[5]! * bytes,
          p[6]! * bytes,
        );
      },
      walk(direction, shards, { scratch, gradient }) {
        const names: readonly (keyof Way<typeof direction>)[] = walks[direction];
        for (const shard of shards)
          for (const way of shard)
            kernels[direction]!(...names.map((name) => way[name]), scratch * bytes, gradient * bytes);
      },
    };
  },
};

/** Tables of the wired synapses first, then the static region. */
function addressesOf(compiled: Compiled) {
  const tables = new Map<number, Int32Array>();
  const start: Record<string, number> = {};
  const source: Record<string, number> = {};
  let end: number = CONSTANTS.end;
  const put = (table: Int32Array) => {
    const at = end;
    tables.set(at, table);
    end += table.byteLength;
    return at;
  };
  for (const [name, relation] of Object.entries(compiled.relations)) {
    if (relation.full) continue;
    start[name] = put(relation.start);
    source[name] = put(relation.source);
  }
  end = Math.ceil(end / 64) * 64;
  const addresses: Addresses = { start, source, static: end };
  return { addresses, tables, end };
}
