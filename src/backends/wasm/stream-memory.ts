import type { Compiled } from '../../compiler/compile.ts';
import type { Place } from '../../compiler/kernel.ts';
import type { Precision, Statics } from '../backend.ts';
import { CONSTANTS } from './encoder.ts';
import { type LaneGroups, laneGroups } from './lane-groups.ts';

/** Bytes of a vector. */
export const VECTOR = 16;

/** Memory of one sequence while it is laid out: addresses are given at once, contents written when the memory exists. */
export interface StreamMemory {
  readonly compiled: Compiled;
  readonly bytes: number;
  /** Scalars of a vector. */
  readonly lanes: number;
  /** Bytes given so far, and what a vector that is gathered from the end of an array may read beyond it. */
  readonly size: number;
  /** The prepared values of a static array. */
  readonly statics: Statics;
  /** Where an array that is not static stands, and the bytes between neighbours along each of its axes; rows are whole vectors. */
  array(place: Place): { readonly address: number; readonly strides: readonly number[] };
  /** The address of numbers that never change. */
  reals(values: readonly number[]): number;
  integers(values: readonly number[]): number;
  /** The targets of a relation between these axes, dealt to lanes. */
  groups(relation: string, target: string, source: string): LaneGroups;
  /** Write all contents. */
  write(buffer: ArrayBuffer): void;
}

/** An empty memory for a compiled model, whose static arrays hold what `statics` gives. */
export function streamMemory(compiled: Compiled, statics: Statics, precision: Precision): StreamMemory {
  const [Reals, bytes] = precision === 'float32' ? [Float32Array, 4] : [Float64Array, 8];
  const lanes = VECTOR / bytes;
  const arrays = new Map<string, { address: number; strides: number[] }>();
  const relations = new Map<string, LaneGroups>();
  const contents: { at: number; values: Float32Array | Float64Array | Int32Array }[] = [];
  let size: number = CONSTANTS.end;
  let beyond = VECTOR;
  const give = (wanted: number) => {
    const at = size;
    size = Math.ceil((size + wanted) / VECTOR) * VECTOR;
    return at;
  };
  const content = (values: Float32Array | Float64Array | Int32Array) => {
    const at = give(values.byteLength);
    contents.push({ at, values });
    return at;
  };
  const groups: StreamMemory['groups'] = (name, target, source) => {
    const key = `${name}|${target}|${source}`;
    let found = relations.get(key);
    if (!found) {
      found = laneGroups(compiled.sizes[target]!, lanes, compiled.relations[name]!, compiled.sizes[source]!);
      relations.set(key, found);
    }
    return found;
  };
  const array = (place: Place) => {
    let found = arrays.get(place.name);
    if (!found) {
      const rows = place.axes.map((axis, k) => compiled.sizes[axis]! * (k === place.axes.length - 1 ? bytes : 1));
      const last = rows.length - 1;
      if (last >= 0) rows[last] = Math.ceil(rows[last]! / VECTOR) * VECTOR;
      const strides = rows.map((_, k) =>
        k === last ? bytes : rows.slice(k + 1).reduce((product, n) => product * n, 1),
      );
      const total = place.edge ? edgeBytes(place) : rows.reduce((product, n) => product * n, 1);
      found = { address: give(Math.max(total, VECTOR)), strides };
      arrays.set(place.name, found);
      beyond = Math.max(beyond, lanes * (strides[0] ?? 0));
    }
    return found;
  };
  const edgeBytes = ({ axes, edge }: Place) => {
    const [source, target] = [axes[edge!.source]!, axes[1 - edge!.source]!];
    return groups(edge!.relation, target, source).slots * VECTOR;
  };
  return {
    compiled,
    bytes,
    lanes,
    statics,
    get size() {
      return size + beyond;
    },
    array,
    reals: (values) => content(Reals.from(values)),
    integers: (values) => content(Int32Array.from(values)),
    groups,
    write(buffer) {
      for (const { at, values } of contents)
        new Uint8Array(buffer, at, values.byteLength).set(new Uint8Array(values.buffer));
    },
  };
}
