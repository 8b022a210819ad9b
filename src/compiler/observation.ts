import type { Cell } from '../cells/cell.ts';
import type { Edge } from '../expression/node.ts';
import type { Value } from './lower.ts';
import type { Unrolled } from './unroll.ts';

/** An expression to put out: an entry for each of its indices, or for each synapse of an edge, whose target and source its axes are. */
export interface Observed extends Value {
  readonly edge?: Edge;
}

/** What a program puts out after each sample in the place of a model's output, made from its equation. */
export type Observation = (of: Unrolled, cell: Cell) => Observed;

/** The slope of a state's flow; by default of the cell's first state that has one: what else is remembered flows too, and says nothing of the cell. */
export const slope =
  (state?: string): Observation =>
  ({ states, splits }, cell) => {
    const name = [...splits.keys()].find((name) => (state ? name === state : Object.hasOwn(cell.states, name)));
    if (name === undefined)
      throw new Error(`slope: this cell has no flow of the form d${state ?? 'x'}/dt = slope*${state ?? 'x'} + rest`);
    return { node: splits.get(name)!.slope, axes: states[name]! };
  };
