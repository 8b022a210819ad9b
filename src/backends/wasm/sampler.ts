import type { Compiled } from '../../compiler/compile.ts';
import type { Place } from '../../compiler/kernel.ts';
import type { Sampler, Statics } from '../backend.ts';
import type { Assembler } from './assembler.ts';
import { emitStreaming } from './emit-streaming.ts';
import { moduleBuilder } from './encoder.ts';
import type { LaneOptions } from './lanes.ts';
import { type StreamMemory, streamMemory, VECTOR } from './stream-memory.ts';

const PAGE = 65536;

/** A module of its own for one sequence, units in the lanes: one call of it is one sample, or the time between two. */
export function sampler(compiled: Compiled, statics: Statics, options: LaneOptions): Sampler {
  const memory = streamMemory(compiled, statics, options.precision);
  const place = (name: string) => compiled.places.get(name)!;
  const states = compiled.states.map(({ name }) => name);
  // States stand one after the other, and so do their next values: one copy moves on.
  const now = states.map((name) => memory.array(place(name)).address);
  const next = states.map((name) => memory.array(place(`${name}'`)).address);
  const end = next[0]!;

  const builder = moduleBuilder({ memory: { min: 1 } });
  /** A function that takes a sample in; the first `still` states move on in the flow only. */
  const define = (name: string, still: number) => {
    const f = builder.fn({ name, params: ['i32'] });
    const kernel = (name: string) => {
      for (const nest of compiled.kernels[name]!.nests) emitStreaming(f, nest, memory, options);
    };
    const happen = (event: string, first: number) => {
      if (first === states.length) return;
      kernel(event);
      copyVectors(f, next[first]!, now[first]!, (end - now[first]!) / VECTOR);
    };
    kernel('sample');
    for (const event of compiled.events) {
      if (event !== 'step') happen(event, still);
      else
        f.loop(() => {
          happen(event, 0);
          f.get(0);
          f.i32(1);
          f.op('i32.sub');
          f.tee(0);
          f.brIf(0);
        });
    }
    kernel('output');
  };
  define('advance', 0);
  const jumpsBesideFlow = compiled.events.length > 1;
  if (jumpsBesideFlow) define('flow', compiled.states.filter(({ offset }) => offset < compiled.visible).length);

  const active = memory.array(place('event.active')).address;
  const hasSeen = compiled.places.has('seen');
  for (const name of ['u', 'dt', 'sample.fraction', 'y', ...(hasSeen ? ['seen'] : [])]) memory.array(place(name));
  const pages = Math.ceil(memory.size / PAGE);
  const wasm = new WebAssembly.Memory({ initial: pages, maximum: pages });
  memory.write(wasm.buffer);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), { env: { memory: wasm } });
  const scalars = options.precision === 'float32' ? new Float32Array(wasm.buffer) : new Float64Array(wasm.buffer);
  const { bytes } = memory;
  const view = (name: string) => {
    const from = memory.array(place(name)).address / bytes;
    return scalars.subarray(from, from + place(name).size);
  };
  scalars.fill(1, active / bytes, active / bytes + 1);
  for (const { name } of compiled.dropouts) view(name).fill(1);
  const positions = states.flatMap((name) => elements(memory, place(name)));
  return {
    input: view('u'),
    ...(hasSeen ? { seen: view('seen') } : {}),
    dt: view('dt'),
    fraction: view('sample.fraction'),
    output: view('y'),
    states: scalars.subarray(now[0]! / bytes, end / bytes),
    values: () => positions.map((at) => scalars[at]!),
    visible: compiled.visible,
    restore: (values) => {
      positions.forEach((at, k) => {
        scalars[at] = values[k]!;
      });
    },
    advance: instance.exports.advance as Sampler['advance'],
    flow: instance.exports[jumpsBesideFlow ? 'flow' : 'advance'] as Sampler['flow'],
  };
}

/** Where the elements of an array stand, in scalars; its rows are whole vectors. */
function elements(memory: StreamMemory, place: Place): number[] {
  const { address, strides } = memory.array(place);
  let at = [address / memory.bytes];
  place.axes.forEach((axis, k) => {
    const turns = Array.from({ length: memory.compiled.sizes[axis]! }, (_, n) => (n * strides[k]!) / memory.bytes);
    at = at.flatMap((from) => turns.map((by) => from + by));
  });
  return at;
}

/** Copy vectors from one address to another. */
function copyVectors(f: Assembler, from: number, to: number, vectors: number): void {
  const copy = (at: () => void, offset: number) => {
    at();
    at();
    f.memory('v128.load', from + offset);
    f.memory('v128.store', to + offset);
  };
  if (vectors <= 8) {
    for (let k = 0; k < vectors; k++) copy(() => f.i32(0), k * VECTOR);
    return;
  }
  const at = f.local('i32');
  f.i32(0);
  f.set(at);
  f.loop(() => {
    copy(() => f.get(at), 0);
    f.get(at);
    f.i32(VECTOR);
    f.op('i32.add');
    f.tee(at);
    f.i32(vectors * VECTOR);
    f.op('i32.lt_u');
    f.brIf(0);
  });
  f.free(at);
}
