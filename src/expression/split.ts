import { add, div, mul, type Node, neg, num, reduce } from './node.ts';
import { show } from './show.ts';

/** A flow written as `slope·x + rest` in its own state x. */
export interface Split {
  readonly slope: Node;
  readonly rest: Node;
}

/** The part of a flow that keeps it from being affine in its own state. */
export class NotAffine extends Error {}

/** Does the state occur outside every function call? Inside one (`sigmoid(x[j])`) it belongs to the nonlinearity. */
function occurs(node: Node, own: Node): boolean {
  if (node === own) return true;
  if (!node.indices.some((i) => own.indices.includes(i)) && own.indices.length > 0) return false;
  const opaque = node.op !== 'add' && node.op !== 'neg' && node.op !== 'mul' && node.op !== 'div' && node.op !== 'sum';
  return !opaque && node.of.some((n) => occurs(n, own));
}

/**
 * Write a flow as `slope·own + rest`: coefficient and remainder of the own state's occurrences outside function calls.
 * Throws {@link NotAffine} naming the term when the own state stands in a product with itself or in a denominator.
 */
export function split(flow: Node, own: Node): Split {
  const seen = new Map<Node, Split>();
  const walk = (n: Node): Split => {
    let result = seen.get(n);
    if (!result) {
      result = part(n);
      seen.set(n, result);
    }
    return result;
  };
  const part = (n: Node): Split => {
    if (n === own) return { slope: num(1), rest: num(0) };
    if (!occurs(n, own)) return { slope: num(0), rest: n };
    const [a, b] = n.of as [Node, Node];
    if (n.op === 'neg') return scale(walk(a), neg);
    if (n.op === 'add') {
      const [left, right] = [walk(a), walk(b)];
      return { slope: add(left.slope, right.slope), rest: add(left.rest, right.rest) };
    }
    if (n.op === 'mul') {
      if (!occurs(b, own)) return scale(walk(a), (side) => mul(side, b));
      if (!occurs(a, own)) return scale(walk(b), (side) => mul(a, side));
    }
    if (n.op === 'div' && !occurs(b, own)) return scale(walk(a), (side) => div(side, b));
    if (n.op === 'sum') return scale(walk(a), (side) => reduce('sum', n.over!, side, n.edge));
    throw new NotAffine(`${show(n)} is not affine in ${show(own)}`);
  };
  return walk(flow);
}

const scale = (s: Split, by: (side: Node) => Node): Split => ({ slope: by(s.slope), rest: by(s.rest) });
