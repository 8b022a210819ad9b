import { add, div, factorsOf, mul, type Node, num, rebuild, termsOf } from '../expression/node.ts';

/** What an expression depends on: 1 parameters (computed once per call), 2 the sample's inputs and dt, 3 the state. */
export type Level = 1 | 2 | 3;

/** The level of an expression, from the level of the arrays it reads. */
export function levels(levelOfArray: (name: string) => Level): (node: Node) => Level {
  const known = new Map<Node, Level>();
  const level = (node: Node): Level => {
    let found = known.get(node);
    if (!found) {
      found = node.op === 'ref' ? levelOfArray(node.name!) : (Math.max(1, ...node.of.map(level)) as Level);
      known.set(node, found);
    }
    return found;
  };
  return level;
}

/**
 * Put what can be computed early together: factors and terms are multiplied and added in the order of their levels, a divisor that is
 * known earlier becomes a factor, and a synapse's `sigma*(x - mu)` becomes `sigma*x - sigma*mu`, whose second part is known early.
 */
export function simplify(root: Node, level: (node: Node) => Level): Node {
  const seen = new Map<Node, Node>();
  const order = (a: Node, b: Node) => level(a) - level(b) || a.indices.length - b.indices.length || a.id - b.id;

  const product = (node: Node): Node => {
    const factors = factorsOf(node).sort(order);
    const early = factors.filter((f) => level(f) === 1).reduce(mul, num(1));
    const late = factors.filter((f) => level(f) > 1);
    const [only] = late;
    if (late.length === 1 && only!.op === 'add' && early.indices.length > 1) {
      const terms = termsOf(only!);
      const known = terms.filter((t) => level(t) === 1).reduce(add, num(0));
      const unknown = terms.filter((t) => level(t) > 1).reduce(add, num(0));
      return add(mul(early, known), mul(early, unknown));
    }
    return late.reduce(mul, early);
  };
  const total = (node: Node): Node => termsOf(node).sort(order).reduce(add);

  const walk = (node: Node): Node => {
    let result = seen.get(node);
    if (result) return result;
    result = rebuild(node, node.of.map(walk));
    if (result.op === 'div' && level(result.of[1]!) < level(result))
      result = mul(result.of[0]!, div(num(1), result.of[1]!));
    if (result.op === 'mul') result = product(result);
    else if (result.op === 'neg' && result.of[0]!.op === 'mul') result = rebuild(result, [product(result.of[0]!)]);
    else if (result.op === 'add' || (result.op === 'neg' && result.of[0]!.op === 'add')) result = total(result);
    seen.set(node, result);
    return result;
  };
  return walk(root);
}
