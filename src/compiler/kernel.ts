import type { Edge, Index, Node } from '../expression/node.ts';

/**
 * Where an array lives. `static`: one scalar an element, at a fixed address (parameters, what is computed from them, their cotangents).
 * All others hold {@link LANES} sequences an element: `frame` and `next` the states before and after an event, `sample` what belongs to
 * one sample, `scratch` what is forgotten, `cotangent` and `cotangentNext` the states' cotangents before and after an event.
 * `gradient` holds one vector an element: cotangents of static arrays, with the lanes of a block partly added.
 */
export type Region = 'static' | 'frame' | 'next' | 'sample' | 'scratch' | 'gradient' | 'cotangent' | 'cotangentNext';

/** Sequences in a block: what a lane kernel computes at once, whatever the precision (specification B1). */
export const LANES = 8;

/** The place of each region's address among those that a kernel is given; `static` stands at fixed addresses. */
export const POINTER = {
  frame: 0,
  next: 1,
  sample: 2,
  scratch: 3,
  gradient: 4,
  cotangent: 5,
  cotangentNext: 6,
} as const satisfies Record<Exclude<Region, 'static'>, number>;

/** Number of addresses that a kernel is given. */
export const POINTERS = Object.keys(POINTER).length;

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
