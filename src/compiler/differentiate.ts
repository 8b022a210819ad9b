import {
  add,
  binary,
  div,
  mul,
  type Node,
  neg,
  num,
  type Op,
  ref,
  select,
  sub,
  unary,
  visit,
} from '../expression/node.ts';
import type { Nest, Sink } from './kernel.ts';

/** Cotangents of the operands, from the cotangent g of the result y. */
type Pullback = (g: Node, y: Node, of: readonly Node[]) => readonly (Node | undefined)[];

const square = (x: Node) => mul(x, x);
const positive = (x: Node) => unary('step', x);

/** Reverse-mode rule of every elementwise operation. Kinks have subgradient 0 (relu, abs) or follow the taken side (min, max). */
const pullback = {
  neg: (g) => [neg(g)],
  exp: (g, y) => [mul(g, y)],
  log: (g, _, [a]) => [div(g, a!)],
  sqrt: (g, y) => [div(mul(num(0.5), g), y)],
  tanh: (g, y) => [mul(g, sub(num(1), square(y)))],
  sigmoid: (g, y) => [mul(g, mul(y, sub(num(1), y)))],
  softplus: (g, _, [a]) => [mul(g, unary('sigmoid', a!))],
  phi: (g, _, [a]) => [mul(g, unary('dphi', a!))],
  dphi: () => {
    throw new Error('dphi is the derivative of phi and is not differentiated again');
  },
  sin: (g, _, [a]) => [mul(g, unary('cos', a!))],
  cos: (g, _, [a]) => [neg(mul(g, unary('sin', a!)))],
  erf: (g, _, [a]) => [mul(g, mul(num(2 / Math.sqrt(Math.PI)), unary('exp', neg(square(a!)))))],
  relu: (g, _, [a]) => [mul(g, positive(a!))],
  abs: (g, _, [a]) => [mul(g, unary('sign', a!))],
  sign: () => [undefined],
  step: () => [undefined],
  add: (g) => [g, g],
  mul: (g, _, [a, b]) => [mul(g, b!), mul(g, a!)],
  div: (g, y, [, b]) => {
    const share = div(g, b!);
    return [share, neg(mul(share, y))];
  },
  min: (g, _, [a, b]) => [mul(g, sub(num(1), positive(sub(a!, b!)))), mul(g, positive(sub(a!, b!)))],
  max: (g, _, [a, b]) => [mul(g, sub(num(1), positive(sub(b!, a!)))), mul(g, positive(sub(b!, a!)))],
  equal: () => [undefined, undefined],
  select: (g, _, [c]) => [undefined, select(c!, g, num(0)), select(c!, num(0), g)],
} satisfies Record<Exclude<Op, 'const' | 'ref' | 'sum' | 'maximum'>, Pullback>;

/** The name of an array's cotangent. */
export const cotangent = (name: string) => `${name}~`;

/**
 * The reverse of a kernel: its nests backwards, each the same loops with the cotangents of what it read as sinks. A sink sums over the
 * loops that its array lacks, so broadcasting needs no rule of its own. `wants` says which arrays have a cotangent.
 */
export function differentiate(nests: readonly Nest[], wants: (name: string) => boolean): Nest[] {
  const results: Nest[] = [];
  for (const nest of [...nests].reverse()) {
    const sinks = reverse(nest, wants);
    if (sinks.length > 0) results.push({ ...nest, sinks });
  }
  return results;
}

function reverse(nest: Nest, wants: (name: string) => boolean): Sink[] {
  const cotangents = new Map<Node, Node>();
  const give = (node: Node, g: Node | undefined) => {
    if (g && !(g.op === 'const' && g.value === 0)) cotangents.set(node, add(cotangents.get(node) ?? num(0), g));
  };
  const stored = new Map<Node, Node>();
  const bodies: Node[] = [];
  for (const { array, at, value, reduction } of nest.sinks) {
    const g = ref(cotangent(array), at);
    bodies.push(value);
    give(value, reduction === 'maximum' ? mul(g, binary('equal', value, ref(array, at))) : g);
    if (!reduction && value.of.length > 0) stored.set(value, ref(array, at));
    // A guarded state: where the guard does not take the new value its cotangent is 0, so the stored state may stand for it everywhere.
    if (!reduction && value.op === 'select') stored.set(value.of[1]!, ref(array, at));
  }
  const order: Node[] = [];
  const useful = new Set<Node>();
  visit(bodies, (node) => {
    order.push(node);
    if (node.op === 'ref' ? wants(node.name!) : node.of.some((n) => useful.has(n))) useful.add(node);
  });
  const sinks: Sink[] = [];
  for (const node of order.reverse()) {
    const g = cotangents.get(node);
    if (!g || !useful.has(node)) continue;
    if (node.op === 'ref') {
      const loose = nest.loops.some((i) => !node.at!.includes(i));
      sinks.push({
        array: cotangent(node.name!),
        at: node.at!,
        value: g,
        accumulate: true,
        ...(loose ? { reduction: 'sum' as const } : {}),
      });
    } else {
      const rule: Pullback = pullback[node.op as keyof typeof pullback];
      const shares = rule(g, stored.get(node) ?? node, node.of);
      node.of.forEach((operand, k) => {
        if (useful.has(operand)) give(operand, shares[k]);
      });
    }
  }
  return sinks;
}
