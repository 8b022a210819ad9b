/** An index variable bound to an axis. Two of the same axis differ by rank: `x[i]` and `x[j]` are different expressions. */
export interface Index {
  readonly axis: string;
  readonly rank: number;
}

/** The synapses that a sum runs over: the edges `source → target` of a named relation such as `state->state`. */
export interface Edge {
  readonly relation: string;
  readonly source: Index;
  readonly target: Index;
}

export type Unary =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'phi'
  | 'dphi'
  | 'sin'
  | 'cos'
  | 'erf'
  | 'relu'
  | 'abs'
  | 'sign'
  | 'step';
export type Binary = 'add' | 'mul' | 'div' | 'min' | 'max' | 'equal';
export type Reduction = 'sum' | 'maximum';
/** Elementwise operations: what a kernel computes for one element. */
export type Elementwise = Unary | Binary | 'select';
/** `const` is a number, `ref` an entry of a named array, `select(c, a, b)` is a where c ≠ 0, else b. */
export type Op = 'const' | 'ref' | Elementwise | Reduction;

/** One expression: an operation, its operands, and the index variables that it depends on. Equal expressions are the same object. */
export interface Node {
  readonly id: number;
  readonly op: Op;
  readonly of: readonly Node[];
  /** Free index variables, sorted. */
  readonly indices: readonly Index[];
  /** Of `const`. */
  readonly value?: number;
  /** Of `ref`: the array, and the index of each of its axes in order. */
  readonly name?: string;
  readonly at?: readonly Index[];
  /** Of a reduction: the bound index, and the synapses it runs over when they are wired. */
  readonly over?: Index;
  readonly edge?: Edge;
}

let interned = new Map<string, Node>();
let nodes = 0;
const indexes = new Map<string, Index>();

/** Run a compilation with its own table of expressions, so that they are forgotten when it is done. */
export function interning<T>(compilation: () => T): T {
  const outer = interned;
  interned = new Map();
  try {
    return compilation();
  } finally {
    interned = outer;
  }
}

/** The index variable number `rank` of an axis. */
export function index(axis: string, rank = 0): Index {
  const key = `${axis}#${rank}`;
  let found = indexes.get(key);
  if (!found) {
    found = { axis, rank };
    indexes.set(key, found);
  }
  return found;
}

/** The index variables of an array with these axes, each as low as it can be: what an array's own definition uses. */
export function canonical(axes: readonly string[]): Index[] {
  return axes.map((axis, k) => index(axis, axes.slice(0, k).filter((other) => other === axis).length));
}

const keyOf = (i: Index) => `${i.axis}#${i.rank}`;
const byKey = (a: Index, b: Index) => (a.axis === b.axis ? a.rank - b.rank : a.axis < b.axis ? -1 : 1);

function union(nodes: readonly Node[]): readonly Index[] {
  const first = nodes[0]?.indices ?? [];
  if (nodes.every((n) => n.indices === first)) return first;
  return [...new Set(nodes.flatMap((n) => n.indices))].sort(byKey);
}

function intern(node: Omit<Node, 'id'>): Node {
  const edge = node.edge ? `${node.edge.relation}${keyOf(node.edge.source)}${keyOf(node.edge.target)}` : '';
  const value = Object.is(node.value, -0) ? '-0' : (node.value ?? '');
  const key = `${node.op}|${node.of.map((o) => o.id)}|${value}|${node.name ?? ''}|${(node.at ?? []).map(keyOf)}|${node.over ? keyOf(node.over) : ''}|${edge}`;
  let found = interned.get(key);
  if (!found) {
    found = { id: nodes++, ...node };
    interned.set(key, found);
  }
  return found;
}

/** A number. */
export const num = (value: number): Node =>
  intern({ op: 'const', of: [], indices: [], value: value === 0 ? 0 : value });

/** An entry of a named array, one index per axis. */
export const ref = (name: string, at: readonly Index[]): Node =>
  intern({ op: 'ref', of: [], indices: [...new Set(at)].sort(byKey), name, at });

const isConst = (n: Node, value: number) => n.op === 'const' && n.value === value;
const elementwise = (op: Elementwise, of: readonly Node[]): Node => intern({ op, of, indices: union(of) });
const sorted = (a: Node, b: Node): readonly [Node, Node] => (a.id <= b.id ? [a, b] : [b, a]);

/** Any unary operation but `neg`. */
export const unary = (op: Unary, a: Node): Node => (op === 'neg' ? neg(a) : elementwise(op, [a]));

export function neg(a: Node): Node {
  if (a.op === 'const') return num(-a.value!);
  if (a.op === 'neg') return a.of[0]!;
  return elementwise('neg', [a]);
}

export function add(a: Node, b: Node): Node {
  if (a.op === 'const' && b.op === 'const') return num(a.value! + b.value!);
  if (isConst(a, 0)) return b;
  if (isConst(b, 0)) return a;
  if (neg(a) === b) return num(0);
  if (a.op === 'neg' && b.op === 'neg') return neg(add(a.of[0]!, b.of[0]!));
  return elementwise('add', sorted(a, b));
}

export const sub = (a: Node, b: Node): Node => add(a, neg(b));

export function mul(a: Node, b: Node): Node {
  if (a.op === 'const' && b.op === 'const') return num(a.value! * b.value!);
  if (isConst(a, 0) || isConst(b, 0)) return num(0);
  if (isConst(a, 1)) return b;
  if (isConst(b, 1)) return a;
  if (isConst(a, -1)) return neg(b);
  if (isConst(b, -1)) return neg(a);
  if (a.op === 'neg') return neg(mul(a.of[0]!, b));
  if (b.op === 'neg') return neg(mul(a, b.of[0]!));
  return elementwise('mul', sorted(a, b));
}

export function div(a: Node, b: Node): Node {
  if (isConst(a, 0) && !isConst(b, 0)) return num(0);
  if (b.op === 'const') return mul(a, num(1 / b.value!));
  if (a.op === 'neg') return neg(div(a.of[0]!, b));
  if (b.op === 'neg') return neg(div(a, b.of[0]!));
  return elementwise('div', [a, b]);
}

/** min, max, and `equal`: 1 where both are the same, else 0. */
export function binary(op: Binary, a: Node, b: Node): Node {
  if (op === 'add') return add(a, b);
  if (op === 'mul') return mul(a, b);
  if (op === 'div') return div(a, b);
  return elementwise(op, sorted(a, b));
}

export function select(condition: Node, a: Node, b: Node): Node {
  return a === b ? a : elementwise('select', [condition, a, b]);
}

/** The least rank of an axis that is not among some index variables. */
function fresh(axis: string, taken: readonly Index[]): Index {
  let rank = 0;
  while (taken.includes(index(axis, rank))) rank++;
  return index(axis, rank);
}

/**
 * Reduce over an index, or over the synapses of `edge`. The bound index is renamed to the least one that is free, so that equal
 * reductions are the same object; factors that do not depend on it are taken out of a sum.
 */
export function reduce(op: Reduction, over: Index, body: Node, edge?: Edge): Node {
  const free = body.indices.filter((i) => i !== over);
  const bound = fresh(over.axis, edge ? [...free, ...[edge.source, edge.target].filter((i) => i !== over)] : free);
  if (bound !== over) {
    const to = (i: Index) => (i === over ? bound : i);
    const moved = edge && { relation: edge.relation, source: to(edge.source), target: to(edge.target) };
    return reduce(op, bound, rename(body, new Map([[over, bound]])), moved);
  }
  if (op === 'sum') {
    if (isConst(body, 0)) return body;
    if (body.op === 'neg') return neg(reduce(op, over, body.of[0]!, edge));
    const factors = factorsOf(body);
    const outside = factors.filter((f) => !f.indices.includes(over));
    if (outside.length > 0 && factors.length > outside.length) {
      const inside = factors.filter((f) => f.indices.includes(over));
      return outside.reduce(mul, reduce(op, over, inside.reduce(mul), edge));
    }
  }
  const targets = edge ? [edge.source, edge.target].filter((i) => i !== over) : [];
  const indices = [...new Set([...free, ...targets])].sort(byKey);
  return intern({ op, of: [body], indices, over, ...(edge ? { edge } : {}) });
}

/** The factors of a product, signs aside for anything that is not one. */
export function factorsOf(node: Node): Node[] {
  return node.op === 'mul' ? node.of.flatMap(factorsOf) : [node];
}

/** The terms of a sum. */
export function termsOf(node: Node): Node[] {
  if (node.op === 'add') return node.of.flatMap(termsOf);
  if (node.op === 'neg' && node.of[0]!.op === 'add') return termsOf(node.of[0]!).map(neg);
  return [node];
}

/** The same operation on other operands, simplified. */
export function rebuild(node: Node, of: readonly Node[]): Node {
  if (node.op === 'const' || node.op === 'ref') return node;
  if (of.every((o, k) => o === node.of[k])) return node;
  if (node.op === 'sum' || node.op === 'maximum') return reduce(node.op, node.over!, of[0]!, node.edge);
  if (node.op === 'select') return select(of[0]!, of[1]!, of[2]!);
  return of.length === 1 ? unary(node.op as Unary, of[0]!) : binary(node.op as Binary, of[0]!, of[1]!);
}

/** Replace index variables everywhere in an expression; bound ones step aside. */
export function rename(node: Node, to: ReadonlyMap<Index, Index>): Node {
  const seen = new Map<Node, Node>();
  const walk = (n: Node): Node => {
    if (!n.indices.some((i) => to.has(i))) return n;
    let result = seen.get(n);
    if (result) return result;
    if (n.op === 'ref')
      result = ref(
        n.name!,
        n.at!.map((i) => to.get(i) ?? i),
      );
    else if (n.over) {
      const inner = new Map([...to].filter(([from]) => from !== n.over));
      const move = (i: Index) => inner.get(i) ?? i;
      const taken = [n.over, ...n.indices, ...n.indices.map(move), ...inner.keys(), ...inner.values()];
      const aside = fresh(n.over.axis, taken);
      inner.set(n.over, aside);
      const edge = n.edge && { relation: n.edge.relation, source: move(n.edge.source), target: move(n.edge.target) };
      result = reduce(n.op as Reduction, aside, rename(n.of[0]!, inner), edge);
    } else result = rebuild(n, n.of.map(walk));
    seen.set(n, result);
    return result;
  };
  return walk(node);
}

/** Replace entries of arrays: `by` returns the expression that stands for a `ref`, or undefined to keep it. */
export function replace(node: Node, by: (entry: Node) => Node | undefined): Node {
  const seen = new Map<Node, Node>();
  const walk = (n: Node): Node => {
    let result = seen.get(n);
    if (result) return result;
    if (n.op === 'ref') result = by(n) ?? n;
    else result = rebuild(n, n.of.map(walk));
    seen.set(n, result);
    return result;
  };
  return walk(node);
}

/** Visit every expression inside one, operands first, each once. */
export function visit(roots: readonly Node[], each: (node: Node) => void): void {
  const seen = new Set<Node>();
  const walk = (n: Node) => {
    if (seen.has(n)) return;
    seen.add(n);
    n.of.forEach(walk);
    each(n);
  };
  roots.forEach(walk);
}
