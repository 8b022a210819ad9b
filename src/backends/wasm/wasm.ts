import type { Compiled } from '../../compiler/compile.ts';
import { LANES, POINTER, POINTERS } from '../../compiler/kernel.ts';
import type { Backend } from '../backend.ts';
import type { Assembler } from './assembler.ts';
import { type Addresses, emitNest } from './emit-nest.ts';
import { emitWalks } from './emit-walk.ts';
import { emitZeros } from './emit-zeros.ts';
import { CONSTANTS, moduleBuilder, type Segment } from './encoder.ts';
import { hasRelaxedSimd, hasSimd } from './features.ts';
import type { LaneOptions } from './lanes.ts';
import { bytesOf, MAX_PAGES, type Room, wasmMachine } from './machine.ts';
import { sharedMemory, threaded } from './threaded.ts';

/** WebAssembly with 128-bit SIMD: kernels are compiled to machine code, a block of sequences in the lanes. */
export const wasm: Backend = {
  name: 'wasm',
  isAvailable: hasSimd,
  hasFma: hasRelaxedSimd,
  gradientWidth: (precision) => 16 / bytesOf(precision),
  build(compiled, { precision, fma, threads = 1 }) {
    const shared = threads > 1 ? sharedMemory() : undefined;
    const { code, room } = assemble(compiled, { precision, fma, shared: shared !== undefined });
    const module = new WebAssembly.Module(code);
    const machine = wasmMachine(module, precision, room, shared);
    return shared ? threaded(machine, module, shared, threads) : machine;
  },
};

/** The module of a compiled model's kernels, which fills its memory when it is instantiated, and where the static region is in it. */
export function assemble(
  compiled: Compiled,
  { precision, fma, shared = false }: LaneOptions & { readonly shared?: boolean },
  statics: (room: Room) => readonly Segment[] = () => [],
): { readonly code: Uint8Array<ArrayBuffer>; readonly room: Room } {
  const bytes = bytesOf(precision);
  const { addresses, tables, end } = addressesOf(compiled, bytes);
  const builder = moduleBuilder({ memory: shared ? { min: 1, max: MAX_PAGES, shared } : { min: 1 } });
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
  const room = { start, free };
  for (const { address, bytes } of [...tables, ...statics(room)]) builder.data(address, bytes);
  return { code: builder.encode(), room };
}

/** Tables of the wired synapses first, then the static region. */
function addressesOf(compiled: Compiled, bytes: number) {
  const tables: Segment[] = [];
  const start: Record<string, number> = {};
  const source: Record<string, number> = {};
  let end: number = CONSTANTS.end;
  const put = (table: Int32Array) => {
    const at = end;
    tables.push({ address: at, bytes: new Uint8Array(table.buffer, table.byteOffset, table.byteLength) });
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
