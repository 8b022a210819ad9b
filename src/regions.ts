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
