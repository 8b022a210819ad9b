import fc from 'fast-check';
import { evaluate } from '../src/backends/elementary.ts';
import {
  add,
  binary,
  div,
  type Edge,
  type Index,
  index,
  mul,
  type Node,
  neg,
  num,
  reduce,
  ref,
  select,
  sub,
  unary,
} from '../src/expression/node.ts';

/** An expression as it was drawn, before any constructor has simplified it; indices are ranks of the one axis `n`. */
export type Draft =
  | { readonly op: 'number'; readonly value: number }
  | { readonly op: 'entry'; readonly name: string; readonly at: readonly number[] }
  | { readonly op: Elementwise; readonly of: readonly Draft[] }
  | { readonly op: 'sum' | 'maximum'; readonly over: number; readonly target?: number; readonly of: readonly [Draft] };

type Elementwise =
  | 'neg'
  | 'tanh'
  | 'sigmoid'
  | 'sin'
  | 'abs'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'select';

/** Entries along the axis, and the synapses source → target of the relation `n->n`; neuron 2 has none. */
export const SIZE = 3;
export const synapses: readonly (readonly [source: number, target: number])[] = [
  [0, 0],
  [2, 0],
  [0, 1],
  [1, 1],
  [2, 1],
];

/** Arrays by name and position; `p` is positive, `c` is 0 or 1. */
export const arrays: Readonly<Record<string, (...at: number[]) => number>> = {
  a: () => 0.7,
  p: () => 1.3,
  x: (i) => [0.4, -1.1, 0.9][i!]!,
  y: (i) => [-0.3, 0.8, 1.7][i!]!,
  c: (i) => i! % 2,
  w: (i, j) => Math.sin(3 * i! + 5 * j! + 1),
  v: (i, j) => Math.cos(2 * i! - 7 * j!),
};
const ranks = (arity: number) => (name: string) => ({ name, arity });
const entries = [...['a', 'p'].map(ranks(0)), ...['x', 'y', 'c'].map(ranks(1)), ...['w', 'v'].map(ranks(2))];

/** Random expressions over these arrays whose free indices have rank 0 to 2. */
export const drafts = (depth = 5): fc.Arbitrary<Draft> => {
  const rank = fc.nat(2);
  const leaf: fc.Arbitrary<Draft> = fc.oneof(
    fc.constantFrom(-1, 0, 1, 2, 0.5).map((value) => ({ op: 'number' as const, value })),
    fc
      .constantFrom(...entries)
      .chain(({ name, arity }) =>
        fc.tuple(...Array.from({ length: arity }, () => rank)).map((at) => ({ op: 'entry' as const, name, at })),
      ),
  );
  if (depth === 0) return leaf;
  const inner = drafts(depth - 1);
  const positive: fc.Arbitrary<Draft> = inner.map((of) => ({
    op: 'add',
    of: [
      { op: 'number', value: 1 },
      { op: 'abs', of: [of] },
    ],
  }));
  return fc.oneof(
    { withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom('neg', 'tanh', 'sigmoid', 'sin', 'abs'), inner).map(([op, a]): Draft => ({ op, of: [a] })),
    fc
      .tuple(fc.constantFrom('add', 'sub', 'mul', 'add', 'sub', 'mul', 'min', 'max'), inner, inner)
      .map(([op, a, b]): Draft => ({ op, of: [a, b] })),
    fc.tuple(inner, positive).map(([a, b]): Draft => ({ op: 'div', of: [a, b] })),
    fc
      .tuple(rank, inner, inner)
      .map(([at, a, b]): Draft => ({ op: 'select', of: [{ op: 'entry', name: 'c', at: [at] }, a, b] })),
    fc.tuple(fc.constantFrom('sum', 'maximum'), rank, inner).map(([op, over, a]): Draft => ({ op, over, of: [a] })),
    fc
      .tuple(rank, fc.integer({ min: 1, max: 2 }), inner)
      .map(([over, step, a]): Draft => ({ op: 'sum', over, target: (over + step) % 3, of: [a] })),
  );
};

const at = (rank: number): Index => index('n', rank);

/** The expression that the library's constructors make of a draft. */
export function build(draft: Draft): Node {
  if (draft.op === 'number') return num(draft.value);
  if (draft.op === 'entry') return ref(draft.name, draft.at.map(at));
  if (draft.op === 'sum' || draft.op === 'maximum') {
    const edge: Edge | undefined =
      draft.target === undefined ? undefined : { relation: 'n->n', source: at(draft.over), target: at(draft.target) };
    return reduce(draft.op, at(draft.over), build(draft.of[0]), edge);
  }
  const [a, b, c] = draft.of.map(build) as [Node, Node, Node];
  if (draft.op === 'add') return add(a, b);
  if (draft.op === 'sub') return sub(a, b);
  if (draft.op === 'mul') return mul(a, b);
  if (draft.op === 'div') return div(a, b);
  if (draft.op === 'min' || draft.op === 'max') return binary(draft.op, a, b);
  if (draft.op === 'select') return select(a, b, c);
  return draft.op === 'neg' ? neg(a) : unary(draft.op, a);
}

const total = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0);
const reduced = (op: 'sum' | 'maximum', values: readonly number[]) =>
  op === 'sum' ? total(values) : Math.max(...values);

/** The value of a draft where the index of rank r is at `place[r]`, by its definition. */
export function valueOfDraft(draft: Draft, place: readonly number[]): number {
  if (draft.op === 'number') return draft.value;
  if (draft.op === 'entry') return arrays[draft.name]!(...draft.at.map((rank) => place[rank]!));
  if (draft.op === 'sum' || draft.op === 'maximum') {
    const { over, target } = draft;
    const sources =
      target === undefined
        ? Array.from({ length: SIZE }, (_, i) => i)
        : synapses.filter(([, to]) => to === place[target]).map(([from]) => from);
    return reduced(
      draft.op,
      sources.map((source) => valueOfDraft(draft.of[0], place.with(over, source))),
    );
  }
  const [a, b = 0, c = a] = draft.of.map((of) => valueOfDraft(of, place)) as [number, number, number];
  return draft.op === 'sub' ? a - b : (evaluate[draft.op] as (a: number, b: number, c: number) => number)(a, b, c);
}

/** The value of an expression, by the definition of each operation; `place` holds positions of its free indices, `entry` looks up arrays. */
export function valueOfNode(
  node: Node,
  place: ReadonlyMap<Index, number>,
  entry = (name: string, at: readonly number[]) => arrays[name]!(...at),
): number {
  if (node.op === 'const') return node.value!;
  if (node.op === 'ref')
    return entry(
      node.name!,
      node.at!.map((i) => place.get(i)!),
    );
  if (node.op === 'sum' || node.op === 'maximum')
    return valueOfReduction(node.op, node.over!, node.of[0]!, node.edge, place, entry);
  const [a, b = 0, c = a] = node.of.map((of) => valueOfNode(of, place, entry)) as [number, number, number];
  return (evaluate[node.op] as (a: number, b: number, c: number) => number)(a, b, c);
}

/** The value of a reduction of `body`. */
export function valueOfReduction(
  op: 'sum' | 'maximum',
  over: Index,
  body: Node,
  edge: Edge | undefined,
  place: ReadonlyMap<Index, number>,
  entry?: (name: string, at: readonly number[]) => number,
): number {
  const sources = edge
    ? synapses.filter(([, to]) => to === place.get(edge.target)).map(([from]) => from)
    : Array.from({ length: SIZE }, (_, i) => i);
  return reduced(
    op,
    sources.map((source) => valueOfNode(body, new Map([...place, [over, source]]), entry)),
  );
}

/** Every position of the free indices 0 to 2. */
export const everyPlace: readonly (readonly number[])[] = Array.from({ length: SIZE ** 3 }, (_, k) => [
  k % SIZE,
  Math.floor(k / SIZE) % SIZE,
  Math.floor(k / SIZE ** 2),
]);

/** A place as {@link valueOfNode} wants it. */
export const placed = (place: readonly number[]): ReadonlyMap<Index, number> =>
  new Map(place.map((v, rank) => [at(rank), v]));
