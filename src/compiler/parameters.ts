import { add, canonical, index, mul, type Node, num, reduce, ref, rename, unary } from '../expression/node.ts';
import { declarations, type Model } from '../model.ts';
import type { Value } from './lower.ts';

/** What the equation sees of a stored parameter. */
export function constrained(model: Model, name: string, stored: Node): Node {
  const { kind, constraint } = declarations(model.cell, model.readout)[name]!;
  if (kind === 'constant' || model.constraints !== 'softplus' || constraint === 'none') return stored;
  if (constraint === 'positive') return unary('softplus', stored);
  return add(num(constraint.lo), mul(num(constraint.hi - constraint.lo), unary('sigmoid', stored)));
}

/** The readout of an output: `readout_W @ y + readout_b`. */
export function read(model: Model, output: Value): Value {
  if (!model.readout) return output;
  const [o, m] = [index('readout'), index(output.axes[0]!)];
  const y = rename(output.node, new Map([[canonical(output.axes)[0]!, m]]));
  return { node: add(reduce('sum', m, mul(ref('readout_W', [o, m]), y)), ref('readout_b', [o])), axes: ['readout'] };
}
