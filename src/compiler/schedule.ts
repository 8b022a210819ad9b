import { type Index, type Node, visit } from '../expression/node.ts';
import type { Nest, Place, Sink } from './kernel.ts';

/** What a nest does inside its first `depth` loops, before and after the loops within. */
export interface Depth {
  /** Expressions whose last loop this is, operands first. */
  readonly compute: readonly Node[];
  /** Sinks that gather in a register while the inner loops run, and are written after them. */
  readonly gathered: readonly Sink[];
}

/** A nest in the order of its work; `depths[k]` stands inside k loops, the last one does the sinks' work. */
export interface Schedule {
  readonly depths: readonly Depth[];
  /** Sinks written in the innermost loop. */
  readonly inner: readonly Sink[];
}

/** Order the work of a nest: every expression in the outermost loop that knows its indices, every sum in a register where one can hold it. */
export function schedule(nest: Nest): Schedule {
  const { loops } = nest;
  const depthOf = (indices: readonly Index[]) => Math.max(0, ...indices.map((i) => loops.indexOf(i) + 1));
  const isPrefix = (at: readonly Index[]) => loops.slice(0, new Set(at).size).every((i) => at.includes(i));
  const compute: Node[][] = Array.from({ length: loops.length + 1 }, () => []);
  const gathered: Sink[][] = Array.from({ length: loops.length + 1 }, () => []);
  const inner: Sink[] = [];
  visit(
    nest.sinks.map((sink) => sink.value),
    (node) => {
      if (node.op !== 'const') compute[depthOf(node.indices)]!.push(node);
    },
  );
  for (const sink of nest.sinks) {
    if (sink.reduction && isPrefix(sink.at)) gathered[new Set(sink.at).size]!.push(sink);
    else inner.push(sink);
  }
  return { depths: compute.map((nodes, k) => ({ compute: nodes, gathered: gathered[k]! })), inner };
}

/** Elements between neighbours along each axis of an array, in the order of its axes. */
export function strides(place: Place, sizes: Readonly<Record<string, number>>): number[] {
  return place.axes.map((_, k) => place.axes.slice(k + 1).reduce((total, axis) => total * sizes[axis]!, 1));
}
