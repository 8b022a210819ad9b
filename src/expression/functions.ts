import { add, binary, mul, type Node, num, type Unary, unary } from './node.ts';

const one = (op: Unary) => (x: Node) => unary(op, x);

/** What each function of the equation language means as an expression. */
export const functions: Readonly<Record<string, (...args: Node[]) => Node>> = {
  exp: one('exp'),
  log: one('log'),
  sqrt: one('sqrt'),
  tanh: one('tanh'),
  sigmoid: one('sigmoid'),
  softplus: one('softplus'),
  relu: one('relu'),
  abs: one('abs'),
  sin: one('sin'),
  cos: one('cos'),
  erf: one('erf'),
  phi: one('phi'),
  min: (a: Node, b: Node) => binary('min', a, b),
  max: (a: Node, b: Node) => binary('max', a, b),
  hardtanh: (x: Node) => binary('max', num(-1), binary('min', num(1), x)),
  silu: (x: Node) => mul(x, unary('sigmoid', x)),
  gelu: (x: Node) => mul(mul(num(0.5), x), add(num(1), unary('erf', mul(x, num(Math.SQRT1_2))))),
  dropout: (x: Node) => x,
  lecun_tanh: (x: Node) => mul(num(1.7159), unary('tanh', mul(num(0.666), x))),
};
