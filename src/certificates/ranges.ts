import { type Edge, factorsOf, type Index, type Node } from '../expression/node.ts';
import { add, type Interval, intervals, mul, point, power } from './interval.ts';

/** The intervals of an array's entries, row-major. */
export interface Ranges {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/** An array that expressions may name. */
export interface Ranged extends Ranges {
  readonly axes: readonly string[];
}

/** What an expression is evaluated on. */
export interface Domain {
  readonly sizes: Readonly<Record<string, number>>;
  array(name: string): Ranged;
  /** Whether there is a synapse from each source to each target of a relation, `(source, target)`. */
  synapses(relation: string): Uint8Array;
  /** Index variables that stand for one number only; free ones, for all. */
  readonly fixed?: ReadonlyMap<Index, number>;
}

/** Where the index variables of an expression run. */
type Reach = Pick<Domain, 'sizes' | 'fixed'>;

export const rangesOf = (size: number, entry: (k: number) => Interval): Ranges => {
  const [lo, hi] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < size; k++) {
    const { lo: a, hi: b } = entry(k);
    lo[k] = a;
    hi[k] = b;
  }
  return { lo, hi };
};

export const entry = ({ lo, hi }: Ranges, k: number): Interval => ({ lo: lo[k]!, hi: hi[k]! });

const extent = (of: Index, { sizes, fixed }: Reach): number => (fixed?.has(of) ? 1 : sizes[of.axis]!);
const sizeOf = (indices: readonly Index[], reach: Reach) =>
  indices.reduce((size, each) => size * extent(each, reach), 1);

/**
 * Where the entry of an array with these indices is, for every value of the index variables `within`, row-major: of the array of an
 * expression, or of a whole one, whose `axes` are given.
 */
export function places(
  of: readonly Index[],
  within: readonly Index[],
  reach: Reach,
  axes?: readonly string[],
): Int32Array {
  const strides = within.map(() => 0);
  let [start, stride] = [0, 1];
  for (let k = of.length - 1; k >= 0; k--) {
    const at = within.indexOf(of[k]!);
    strides[at]! += stride;
    if (axes) start += (reach.fixed?.get(of[k]!) ?? 0) * stride;
    stride *= axes ? reach.sizes[axes[k]!]! : extent(of[k]!, reach);
  }
  let all = Int32Array.of(start);
  within.forEach((own, k) => {
    const size = extent(own, reach);
    const longer = new Int32Array(all.length * size);
    all.forEach((from, j) => {
      for (let i = 0; i < size; i++) longer[j * size + i] = from + i * strides[k]!;
    });
    all = longer;
  });
  return all;
}

/** For every value of the index variables `within`, whether there is the synapse of an edge; undefined where all are. */
export function present(edge: Edge | undefined, within: readonly Index[], domain: Domain): Uint8Array | undefined {
  if (!edge) return undefined;
  const all = domain.synapses(edge.relation);
  const ends = [edge.source, edge.target];
  const at = places(
    ends,
    within,
    domain,
    ends.map(({ axis }) => axis),
  );
  return Uint8Array.from(at, (k) => all[k]!);
}

/**
 * All values that an expression takes, entry by entry of its indices, rounded outwards. What occurs twice varies twice, powers apart;
 * so these are the exact values wherever each state and input occurs once. `known` keeps what has been evaluated.
 */
export function ranges(node: Node, domain: Domain, known: Map<Node, Ranges>): Ranges {
  const walk = (n: Node): Ranges => {
    let result = known.get(n);
    if (!result) {
      result = evaluated(n);
      known.set(n, result);
    }
    return result;
  };
  const evaluated = (n: Node): Ranges => {
    const size = sizeOf(n.indices, domain);
    if (n.op === 'const') return rangesOf(1, () => point(n.value!));
    if (n.op === 'ref') {
      const array = domain.array(n.name!);
      const at = places(n.at!, n.indices, domain, array.axes);
      return rangesOf(size, (k) => entry(array, at[k]!));
    }
    if (n.op === 'sum' || n.op === 'maximum') return reduced(n, size);
    const powers = n.op === 'mul' ? multiplicities(factorsOf(n)) : undefined;
    if (powers && [...powers.values()].some((times) => times > 1)) {
      const factors = [...powers].map(([factor, times]) => ({ times, ...placed(factor, n.indices) }));
      return rangesOf(size, (k) =>
        factors.reduce((product, { of, at, times }) => mul(product, power(entry(of, at[k]!), times)), point(1)),
      );
    }
    const [a, b = a, c = a] = n.of.map((o) => placed(o, n.indices));
    const operation = intervals[n.op as keyof typeof intervals];
    return rangesOf(size, (k) => operation(entry(a!.of, a!.at[k]!), entry(b!.of, b!.at[k]!), entry(c!.of, c!.at[k]!)));
  };
  const placed = (n: Node, within: readonly Index[]) => ({ of: walk(n), at: places(n.indices, within, domain) });
  const reduced = (n: Node, size: number): Ranges => {
    const within = [...n.indices, n.over!];
    const { of, at } = placed(n.of[0]!, within);
    const is = present(n.edge, within, domain);
    const length = domain.sizes[n.over!.axis]!;
    return rangesOf(size, (k) => {
      const own: Interval[] = [];
      for (let j = k * length; j < (k + 1) * length; j++) if (!is || is[j] === 1) own.push(entry(of, at[j]!));
      return n.op === 'sum' ? own.reduce(add, point(0)) : own.reduce((a, b) => intervals.max(a, b, b));
    });
  };
  return walk(node);
}

function multiplicities(nodes: readonly Node[]): Map<Node, number> {
  const found = new Map<Node, number>();
  for (const node of nodes) found.set(node, (found.get(node) ?? 0) + 1);
  return found;
}
