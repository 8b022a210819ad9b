import type { Cell } from '../cells/cell.ts';
import type { Observation } from '../compiler/observation.ts';
import { type Unrolled, unroll } from '../compiler/unroll.ts';
import { add, canonical, div, type Edge, interning, mul, type Node, neg, num, ref } from '../expression/node.ts';
import { type Model, synapsesOf } from '../model.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** What the synapses of one kind do along some sequences. Synapse `k` leads from `source[k]` to the neuron `target[k]`. */
export interface SynapseCurrents {
  /** The synapses, such as `input->state`. */
  readonly relation: string;
  readonly source: Int32Array;
  readonly target: Int32Array;
  /**
   * What each synapse adds to dx/dt of its target after each sample, `(batch, steps, synapses)`, in units of the state per unit of dt: in
   * a conductance-based cell the current w·σ(·)·(E − x) over the capacity. 0 at masked steps.
   */
  readonly current: Float64Array;
  /** What each adds to the rate −slope of its target, `(batch, steps, synapses)`, per unit of dt: the conductance w·σ(·) over the capacity. */
  readonly conductance: Float64Array;
}

/**
 * The currents of synapses along sequences, in any cell whose flow adds up what single synapses do: from the sums over synapses in the
 * split dx/dt = slope·x + rest. Of a cell with several such flows over its neurons, the first is taken. Throws when there is none, or all synapses act
 * through a function of their sum.
 */
export function synapseCurrents(model: Model, sequences: Sequences): SynapseCurrents[] {
  const { cell, connections } = model;
  const relations = interning(() => {
    const unrolled = unroll(model, { parameter: ref, dropout: false });
    return [...new Set(Object.values(cell.relations))].filter((relation) => partsOf(unrolled, cell, relation).edge);
  });
  if (relations.length === 0)
    throw new Error(
      `synapseCurrents: what the synapses of cell "${cell.name}" do is not added up in a flow of its neurons, so none has a current of its own`,
    );
  const observed = (observe: Observation) =>
    program(model, { observe, precision: 'float64' }).forward(sequences).outputs as Float64Array;
  return relations.map((relation) => {
    const { source, target } = synapsesOf(connections, relation);
    const part = (which: 'current' | 'conductance') =>
      observed((of) => {
        const { edge, ...parts } = partsOf(of, cell, relation);
        return { node: parts[which], axes: [edge!.target.axis, edge!.source.axis], edge: edge! };
      });
    return { relation, source, target, current: part('current'), conductance: part('conductance') };
  });
}

/** What single synapses of a relation add to dx/dt and to −slope; no edge where they add nothing by themselves. */
function partsOf({ states, splits }: Unrolled, cell: Cell, relation: string) {
  const [name, split] =
    [...splits].find(([state]) => Object.hasOwn(cell.states, state) && states[state]!.join() === 'state') ?? [];
  if (!split) return { current: nothing.node, conductance: nothing.node };
  const [slope, rest] = [addends(split.slope, relation), addends(split.rest, relation)];
  const own = ref(name!, canonical(['state']));
  return {
    current: add(mul(slope.node, own), rest.node),
    conductance: neg(slope.node),
    edge: slope.edge ?? rest.edge,
  };
}

/** What single synapses add to an expression. */
interface Addend {
  readonly node: Node;
  readonly edge?: Edge | undefined;
}

const nothing: Addend = { node: num(0) };

/** What single synapses of a relation add to an expression: its sums over them that stand in no function, product of themselves or denominator. */
function addends(node: Node, relation: string): Addend {
  const [a, b] = node.of as [Node, Node];
  const scaled = (of: Node, by: (node: Node) => Node): Addend => {
    const { node, edge } = addends(of, relation);
    return { node: by(node), edge };
  };
  switch (node.op) {
    case 'sum':
      return node.edge?.relation === relation ? { node: a, edge: node.edge } : nothing;
    case 'neg':
      return scaled(a, neg);
    case 'add': {
      const [left, right] = [addends(a, relation), addends(b, relation)];
      return { node: add(left.node, right.node), edge: left.edge ?? right.edge };
    }
    case 'mul':
      return addends(a, relation).edge ? scaled(a, (of) => mul(of, b)) : scaled(b, (of) => mul(a, of));
    case 'div':
      return scaled(a, (of) => div(of, b));
    default:
      return nothing;
  }
}
