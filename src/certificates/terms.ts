import { add, div, type Edge, factorsOf, type Index, mul, type Node, num, visit } from '../expression/node.ts';
import type { Split } from '../expression/split.ts';

/** A sum that a term stands in, over an index or the synapses of an edge. */
export interface Sum {
  readonly over: Index;
  readonly edge: Edge | undefined;
}

/**
 * A part g·(a + b·z) of rest + slope·z: g is what varies in common, and b depends on parameters alone. Where `sums` are given, it
 * stands for all its instances: one of each synapse.
 */
export interface Term {
  readonly sums: readonly Sum[];
  readonly g: Node;
  readonly a: Node;
  readonly b: Node;
}

/** A product: what depends on parameters alone, and the factors that vary, in the order of their numbers. */
interface Product {
  readonly sums: readonly Sum[];
  readonly coefficient: Node;
  readonly factors: readonly Node[];
}

/** Whether an expression depends on parameters alone. */
export function isFixed(node: Node, varies: (name: string) => boolean): boolean {
  let fixed = true;
  visit([node], (n) => {
    if (n.op === 'ref' && varies(n.name!)) fixed = false;
  });
  return fixed;
}

/**
 * Write rest + slope·z as a sum of terms g·(a + b·z), in which what varies and stands in both, such as the conductance of a synapse that
 * pulls towards its reversal potential, stands once. `varies` says which arrays are not parameters.
 */
export function terms({ slope, rest }: Split, varies: (name: string) => boolean): Term[] {
  const one = num(1);
  const fixedNodes = new Map<Node, boolean>();
  const fixed = (node: Node): boolean => {
    let is = fixedNodes.get(node);
    if (is === undefined) {
      is = isFixed(node, varies);
      fixedNodes.set(node, is);
    }
    return is;
  };
  const scaled = (by: Node, of: Product): Product => ({ ...of, coefficient: mul(by, of.coefficient) });
  /** May factors that depend on `outer` be taken inside these sums? */
  const isFree = (outer: Node, sums: readonly Sum[]) => sums.every(({ over }) => !outer.indices.includes(over));

  /** A node as one product, without looking into the sums that are its factors. */
  const whole = (node: Node): Product => {
    if (fixed(node)) return { sums: [], coefficient: node, factors: [] };
    if (node.op === 'neg') return scaled(num(-1), whole(node.of[0]!));
    if (node.op === 'div' && fixed(node.of[1]!)) return scaled(div(one, node.of[1]!), whole(node.of[0]!));
    const all = factorsOf(node);
    const coefficient = all.filter(fixed).reduce(mul, one);
    const factors = all.filter((factor) => !fixed(factor)).sort((a, b) => a.id - b.id);
    return factors.length === 1 && factors[0] !== node && coefficient !== one
      ? scaled(coefficient, whole(factors[0]!))
      : { sums: [], coefficient, factors };
  };
  /** The parts of a product of one factor that is a sum, or undefined where it has none. */
  const parts = ({ sums, coefficient, factors }: Product): readonly Product[] | undefined => {
    const [factor, ...others] = factors;
    if (!factor || others.length > 0) return undefined;
    const inside = (of: Product) => ({ ...scaled(coefficient, of), sums });
    if (factor.op === 'add') return factor.of.map((term) => inside(whole(term)));
    const sum = { over: factor.over!, edge: factor.edge };
    if (factor.op !== 'sum' || !isFree(coefficient, [sum]) || sums.some(({ over }) => over === sum.over))
      return undefined;
    return [{ ...inside(whole(factor.of[0]!)), sums: [...sums, sum] }];
  };
  const expand = (product: Product): readonly Product[] => parts(product)?.flatMap(expand) ?? [product];

  const left = [...expand(whole(rest))];
  const found: Term[] = [];
  /** The other factors of each product that has these, which are taken from what is left; where these are none, of those that have none. */
  const take = ({ sums, factors }: Product): Node[] => {
    const taken: Node[] = [];
    for (let k = left.length - 1; k >= 0; k--) {
      const own = left[k]!;
      const others = [...own.factors];
      const holds = factors.every((factor) => {
        const at = others.indexOf(factor);
        if (at >= 0) others.splice(at, 1);
        return at >= 0;
      });
      const isPlain = factors.length === 0 && others.length > 0;
      if (!holds || isPlain || !areSame(sums, own.sums)) continue;
      taken.push(others.reduce(mul, own.coefficient));
      left.splice(k, 1);
    }
    return taken;
  };
  const put = (product: Product, b: Node, a: readonly Node[]) =>
    found.push({ sums: product.sums, g: product.factors.reduce(mul, one), a: a.reduce(add, num(0)), b });
  /** A part of the slope goes together with what is pulled by it; where nothing is, its own parts may. */
  const match = (product: Product): void => {
    const taken = take(product);
    const smaller = taken.length === 0 ? parts(product) : undefined;
    if (smaller) for (const part of smaller) match(part);
    else put(product, product.coefficient, taken);
  };
  match(whole(slope));
  while (left.length > 0) {
    const product = left.at(-1)!;
    put(product, num(0), take(product));
  }
  return together(found);
}

const areSame = (a: readonly Sum[], b: readonly Sum[]): boolean =>
  a.length === b.length &&
  a.every(({ over, edge }, k) => {
    const other = b[k]!;
    return (
      over === other.over &&
      edge?.relation === other.edge?.relation &&
      edge?.source === other.edge?.source &&
      edge?.target === other.edge?.target
    );
  });

/** One term for each thing that varies. */
function together(of: readonly Term[]): Term[] {
  const merged: Term[] = [];
  for (const term of of) {
    if (term.b.op === 'const' && term.b.value === 0 && term.a.op === 'const' && term.a.value === 0) continue;
    const at = merged.findIndex(({ g, sums }) => g === term.g && areSame(sums, term.sums));
    if (at < 0) merged.push(term);
    else merged[at] = { ...term, a: add(merged[at]!.a, term.a), b: add(merged[at]!.b, term.b) };
  }
  return merged;
}
