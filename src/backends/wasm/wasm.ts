import type { Compiled } from '../../compiler/compile.ts';
import { LANES, POINTER, POINTERS } from '../../compiler/kernel.ts';
import { type Backend, LISTED, type Precision, type Way, walks } from '../backend.ts';
import type { Assembler } from './assembler.ts';
import { crew } from './crew.ts';
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
  build(compiled, { precision, fma, threads = 1 }) {
    const bytes = bytesOf(precision);
    const { addresses, tables, end } = addressesOf(compiled, bytes);
    const start = end / bytes;
    const free = Math.ceil((start + compiled.regions.static) / 16) * 16;
    const initial = Math.ceil((free * bytes) / PAGE);
    const shared = threads > 1 ? sharedMemory(initial) : undefined;
    const memory = shared ?? new WebAssembly.Memory({ initial });
    const builder = moduleBuilder({ memory: shared ? { min: 1, max: MAX_PAGES, shared: true } : { min: 1 } });
    const functions = new Map<string, Assembler>();
    for (const kernel of Object.values(compiled.kernels)) {
      const f = builder.fn({ name: kernel.name, params: new Array<'i32'>(POINTERS).fill('i32') });
      const { clear } = kernel;
      emitZeros(f, POINTER.scratch, clear.offset * LANES * bytes, clear.size * LANES * bytes);
      for (const nest of kernel.nests) emitNest(f, nest, compiled, addresses, { precision, fma }, kernel.scalar);
      functions.set(kernel.name, f);
    }
    emitWalks(builder, functions, compiled, precision);
    for (const [address, table] of tables) new Int32Array(memory.buffer, address, table.length).set(table);
    const module = new WebAssembly.Module(builder.encode());
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
      string,
      (...pointers: number[]) => void
    >;
    const view = () => (precision === 'float32' ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer));
    let scalars = view();
    const hands = shared && crew(module, shared, threads);
    return {
      get scalars() {
        return scalars;
      },
      start,
      free,
      get threads() {
        return hands?.threads ?? 1;
      },
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
      walk(direction, shards, at) {
        const names: readonly (keyof Way<typeof direction>)[] = walks[direction];
        const [scratch, gradient] = [at.scratch * bytes, at.gradient * bytes];
        const compute = (shard: number) => {
          for (const way of shards[shard]!) kernels[direction]!(scratch, gradient, ...names.map((name) => way[name]));
        };
        if (!hands || hands.threads === 1 || shards.length === 1) {
          for (let shard = 0; shard < shards.length; shard++) compute(shard);
          return;
        }
        const words = new Int32Array(memory.buffer);
        const table = (at.table * bytes) / 4;
        let row = 0;
        shards.forEach((shard, number) => {
          words[table + number] = row;
          for (const way of shard) {
            const from = table + shards.length + 1 + row++ * LISTED;
            for (const [k, name] of names.entries()) words[from + k] = way[name];
          }
        });
        words[table + shards.length] = row;
        hands.share(direction, shards.length, { table, scratch, gradient, stride: at.threadSize * bytes }, compute);
      },
    };
  },
};

/** Memory that threads share, or undefined where this engine, or this page, has none. */
function sharedMemory(initial: number): WebAssembly.Memory | undefined {
  if (typeof SharedArrayBuffer === 'undefined') return undefined;
  try {
    return new WebAssembly.Memory({ initial, maximum: MAX_PAGES, shared: true });
  } catch {
    return undefined;
  }
}

/** Tables of the wired synapses first, then the static region. */
function addressesOf(compiled: Compiled, bytes: number) {
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
    start[name] = put(relation.start.map((synapse) => 4 * synapse));
    source[name] = put(relation.source.map((entry) => entry * LANES * bytes));
  }
  end = Math.ceil(end / 64) * 64;
  const addresses: Addresses = { start, source, static: end };
  return { addresses, tables, end };
}
