import type { Sink } from '../../compiler/kernel.ts';
import { type Elementwise, type Node, visit } from '../../expression/node.ts';
import { elementary } from './elementary.ts';
import type { Lanes, Term } from './lanes.ts';

/** How each elementwise operation is emitted. */
const emit = {
  ...elementary,
  neg: (m, a) => m.neg(a),
  sqrt: (m, a) => m.sqrt(a),
  abs: (m, a) => m.abs(a),
  relu: (m, a) => m.max(a, m.constant(0)),
  step: (m, a) => m.and(m.lessThan(m.constant(0), a), m.constant(1)),
  sign: (m, a) =>
    m.sub(m.and(m.lessThan(m.constant(0), a), m.constant(1)), m.and(m.lessThan(a, m.constant(0)), m.constant(1))),
  add: (m, a, b) => m.add(a, b),
  mul: (m, a, b) => m.mul(a, b),
  div: (m, a, b) => m.div(a, b),
  min: (m, a, b) => m.min(a, b),
  max: (m, a, b) => m.max(a, b),
  equal: (m, a, b) => m.and(m.equal(a, b), m.constant(1)),
  select: (m, condition, a, b) => m.select(m.equal(condition, m.constant(0)), b, a),
} satisfies Record<Elementwise, (m: Lanes, a: Term, b: Term, c: Term) => Term>;

/** Which products and signs are left to the one sum that uses them, as multiply-adds. */
export interface Fusion {
  /** Not computed by themselves. */
  readonly absorbed: ReadonlySet<Node>;
  /** Of a sum, the operand that it absorbs. */
  readonly by: ReadonlyMap<Node, Node>;
}

/**
 * Plan the multiply-adds among expressions of one loop (so that nothing moves into an inner one). `sinks` are everything that the nest
 * writes, `summed` those of their values that are added to a running sum. What a maximum is taken of has none: its reverse nest, where
 * parts of it have other uses, must find the greatest again bit for bit.
 */
export function fuse(loop: readonly Node[], sinks: readonly Sink[], summed: ReadonlySet<Node>): Fusion {
  const uses = new Map<Node, number>();
  const count = (node: Node) => uses.set(node, (uses.get(node) ?? 0) + 1);
  const roots = sinks.map((sink) => sink.value);
  const compared = sinks.flatMap((sink) => (sink.reduction === 'maximum' ? [sink.value] : []));
  roots.forEach(count);
  visit(roots, (node) => {
    node.of.forEach(count);
    if (node.op === 'equal') compared.push(node);
  });
  const exact = new Set<Node>();
  visit(compared, (node) => exact.add(node));
  const here = new Set(loop);
  const absorbed = new Set<Node>();
  const by = new Map<Node, Node>();
  const once = (node: Node) => uses.get(node) === 1 && here.has(node) && !exact.has(node);
  const isProduct = (node: Node) => once(node) && node.op === 'mul';
  const isNegative = (node: Node) => once(node) && node.op === 'neg';
  for (const node of loop) {
    if (node.op === 'mul' && summed.has(node) && once(node)) absorbed.add(node);
    if (node.op !== 'add') continue;
    const operand =
      node.of.find((n) => isNegative(n) && isProduct(n.of[0]!)) ?? node.of.find(isProduct) ?? node.of.find(isNegative);
    if (!operand) continue;
    by.set(node, operand);
    absorbed.add(operand);
    if (operand.op === 'neg' && isProduct(operand.of[0]!)) absorbed.add(operand.of[0]!);
  }
  return { absorbed, by };
}

/** The term of an expression, from the terms of its operands. */
export function emitNode(m: Lanes, node: Node, term: (node: Node) => Term, fusion: Fusion): Term {
  const operand = fusion.by.get(node);
  if (!operand) {
    const rule: (m: Lanes, a: Term, b: Term, c: Term) => Term = emit[node.op as Elementwise];
    const [a, b = a, c = a] = node.of.map(term);
    return rule(m, a!, b!, c!);
  }
  const other = term(node.of[0] === operand ? node.of[1]! : node.of[0]!);
  if (operand.op === 'mul') return addTo(m, operand, term, fusion, other);
  const inner = operand.of[0]!;
  return fusion.absorbed.has(inner)
    ? m.nmadd(term(inner.of[0]!), term(inner.of[1]!), other)
    : m.sub(other, term(inner));
}

/** A running sum and one more value. */
export function addTo(m: Lanes, value: Node, term: (node: Node) => Term, { absorbed }: Fusion, sum: Term): Term {
  return absorbed.has(value) ? m.madd(term(value.of[0]!), term(value.of[1]!), sum) : m.add(sum, term(value));
}
