import type { Edge, Index, Node } from '../expression/node.ts';
import type { Region } from '../regions.ts';

export { LANES, POINTER, POINTERS, type Region } from '../regions.ts';

/** A named array: its axes, the synapses it has one entry for (instead of an entry per index pair), and where it lives, in elements. */
export interface Place {
  readonly name: string;
  readonly axes: readonly string[];
  readonly edge?: { readonly relation: string; readonly source: 0 | 1 };
  readonly region: Region;
  readonly offset: number;
  readonly size: number;
}

/**
 * What a nest writes: the value summed (or its greatest) over the loops that `at` lacks, stored, or added to what is there.
 */
export interface Sink {
  readonly array: string;
  readonly at: readonly Index[];
  readonly value: Node;
  readonly reduction?: 'sum' | 'maximum';
  readonly accumulate: boolean;
}

/** A nest of loops, outermost first. With `edge`, the last two loops run over targets and the sources wired to each. */
export interface Nest {
  readonly loops: readonly Index[];
  readonly edge?: Edge;
  readonly sinks: readonly Sink[];
}

/** A straight list of nests. `clear` are the elements of scratch that must be zero when it starts. */
export interface Kernel {
  readonly name: string;
  /** True: one scalar an element. False: a block of sequences. */
  readonly scalar: boolean;
  readonly nests: readonly Nest[];
  readonly clear: { readonly offset: number; readonly size: number };
}

/** Which synapses a relation has: for target j, entries `start[j]` to `start[j + 1]` of `source`. */
export interface Relation {
  readonly full: boolean;
  readonly count: number;
  readonly start: Int32Array;
  readonly source: Int32Array;
}
