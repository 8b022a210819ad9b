import type { Compiled } from '../../compiler/compile.ts';
import type { Place } from '../../compiler/kernel.ts';
import type { Sampler, Statics } from '../backend.ts';
import type { Assembler } from './assembler.ts';
import { emitStreaming } from './emit-streaming.ts';
import { CONSTANTS, moduleBuilder } from './encoder.ts';
import type { LaneOptions } from './lanes.ts';
import { PAGE } from './machine.ts';
import { type StreamMemory, streamMemory, VECTOR } from './stream-memory.ts';
import { type Span, type StreamLayout, streamSampler } from './stream-sampler.ts';

/** A module of its own for one sequence, units in the lanes: one call of it is one sample, or the time between two. */
export function sampler(compiled: Compiled, statics: Statics, options: LaneOptions): Sampler {
  const { code, layout } = assembleSampler(compiled, statics, options);
  return streamSampler(new WebAssembly.Module(code), layout);
}

/** The module of a sampler, which fills its memory when it is instantiated, and what stands where in it. */
export function assembleSampler(
  compiled: Compiled,
  statics: Statics,
  options: LaneOptions,
): { readonly code: Uint8Array<ArrayBuffer>; readonly layout: StreamLayout } {
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
      else f.countDown(0, () => happen(event, 0));
    }
    kernel('output');
  };
  define('advance', 0);
  const jumpsBesideFlow = compiled.events.length > 1;
  if (jumpsBesideFlow) define('flow', compiled.states.filter(({ offset }) => offset < compiled.visible).length);

  const { bytes } = memory;
  const span = (name: string): Span => ({ at: memory.array(place(name)).address / bytes, size: place(name).size });
  const active = span('event.active').at;
  const spans = {
    input: span('u'),
    ...(compiled.places.has('seen') ? { seen: span('seen') } : {}),
    dt: span('dt'),
    fraction: span('sample.fraction'),
    output: span('y'),
  };
  const ones = [active, ...compiled.dropouts.flatMap(({ name }) => positionsIn(span(name)))];
  const image = new Uint8Array(memory.size);
  memory.write(image.buffer);
  const scalars =
    options.precision === 'float32'
      ? new Float32Array(image.buffer, 0, image.length >> 2)
      : new Float64Array(image.buffer, 0, image.length >> 3);
  for (const at of ones) scalars[at] = 1;
  builder.data(CONSTANTS.end, image.subarray(CONSTANTS.end));
  return {
    code: builder.encode(),
    layout: {
      precision: options.precision,
      pages: Math.ceil(memory.size / PAGE),
      ...spans,
      states: { at: now[0]! / bytes, size: (end - now[0]!) / bytes },
      positions: states.flatMap((name) => elements(memory, place(name))),
      visible: compiled.visible,
      flow: jumpsBesideFlow ? 'flow' : 'advance',
    },
  };
}

const positionsIn = ({ at, size }: Span) => Array.from({ length: size }, (_, k) => at + k);

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
