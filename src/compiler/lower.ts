import type { Cell } from '../cells/cell.ts';
import type { Line, Tree } from '../equation/tree.ts';
import { functions } from '../expression/functions.ts';
import {
  add,
  canonical,
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
  rename,
  sub,
  unary,
  visit,
} from '../expression/node.ts';

/** A value of an un-indexed line: an expression whose free indices are the canonical ones of its axes, in order. */
export interface Value {
  readonly node: Node;
  readonly axes: readonly string[];
}

/** The right side of a jump `x' = …` or flow `dx/dt = …` over states, inputs and parameters; `x'` is the array named so. */
export interface Dynamics {
  readonly state: string;
  readonly node: Node;
}

/** An array of factors, drawn for every sample in training: 0 with the probability `rate`, else 1/(1 − rate). */
export interface Dropout {
  readonly name: string;
  readonly axes: readonly string[];
  readonly rate: number;
}

/** A cell as expressions: jumps, flows and jumps in order, and its output. */
export interface Lowered {
  readonly before: readonly Dynamics[];
  readonly flow: readonly Dynamics[];
  readonly after: readonly Dynamics[];
  readonly output: Value;
  /** The lines that are abbreviations. */
  readonly definitions: ReadonlyMap<string, Value>;
  /** Whether anything reads the running time. */
  readonly usesTime: boolean;
  readonly usesSeen: boolean;
  /** The factors that `dropout` multiplies by, where it is not left out: an array of this name and these axes. */
  readonly dropouts: readonly Dropout[];
  /** The wired parameters: the synapses each has an entry for, and which of its two axes is the source. */
  readonly wired: ReadonlyMap<string, { readonly relation: string; readonly source: 0 | 1 }>;
}

/** Whole powers to 64 are products; others are e^(n log base), of the base's size where n is whole, so that it may be negative. */
function power(base: Node, exponent: Node): Node {
  const n = exponent.op === 'const' ? exponent.value! : Number.NaN;
  if (n === 0.5) return unary('sqrt', base);
  if (!Number.isInteger(n)) return unary('exp', mul(exponent, unary('log', base)));
  if (n < 0) return div(num(1), power(base, num(-n)));
  if (n <= 64) return Array.from({ length: n }, () => base).reduce(mul, num(1));
  const size = unary('exp', mul(exponent, unary('log', unary('abs', base))));
  return n % 2 === 0 ? size : mul(unary('sign', base), size);
}

/** What each operator means entry by entry; `@` is a sum and stands in no table. */
export const operators: Readonly<Record<string, (a: Node, b: Node) => Node>> = {
  '+': add,
  '-': sub,
  '*': mul,
  '/': div,
  '^': power,
};

/** Canonical indices of `axes`, and what each of `from` must become to be them. */
const moved = (from: readonly Index[], to: readonly Index[]) => new Map(from.map((i, k) => [i, to[k]!]));

/** What {@link lower} makes of the names and functions that a model decides about. */
export interface Meaning {
  /** What the equation sees of a stored parameter. */
  parameter(name: string, at: readonly Index[]): Node;
  /** Whether `dropout` multiplies, or is the identity. */
  readonly dropout: boolean;
}

/** Turn a checked cell into expressions. */
export function lower(cell: Cell, { parameter, dropout }: Meaning): Lowered {
  const { checked } = cell;
  const dropouts: Dropout[] = [];
  const lines = new Map<string, Value>();
  const wired = new Map(
    Object.entries(checked.sources).map(([name, source]) => [name, { relation: cell.relations[name]!, source }]),
  );
  const axesOf = (name: string): readonly string[] => {
    if (name === 'u' || name === 'seen') return ['input'];
    if (name === 't' || name === 'dt') return [];
    if (Object.hasOwn(cell.states, name)) return cell.states[name]!;
    return Object.hasOwn(cell.params, name) ? cell.params[name]!.axes : lines.get(name)!.axes;
  };
  const entry = ({ name, primed }: Extract<Tree, { kind: 'name' }>, at: readonly Index[]): Node => {
    if (primed) return ref(`${name}'`, at);
    const line = lines.get(name);
    if (line) return rename(line.node, moved(canonical(line.axes), at));
    return Object.hasOwn(cell.params, name) ? parameter(name, at) : ref(name, at);
  };

  /** The synapses a sum over `over` runs along: those of a wired array that has the index as its source. */
  const edgeOf = (body: Node, over: Index): Edge | undefined => {
    let edge: Edge | undefined;
    visit([body], (n) => {
      const synapses = n.op === 'ref' ? wired.get(n.name!) : undefined;
      if (synapses && n.at![synapses.source] === over)
        edge = { relation: synapses.relation, source: over, target: n.at![1 - synapses.source]! };
    });
    return edge;
  };
  const total = (over: Index, body: Node) => reduce('sum', over, body, edgeOf(body, over));

  const apply = (name: string, args: readonly Node[]): Node => {
    const rate = args[1]?.value;
    if (name !== 'dropout' || !dropout || rate === 0) return functions[name]!(...args);
    const { indices } = args[0]!;
    const factors = { name: `dropout.${dropouts.length}`, axes: indices.map((i) => i.axis), rate: rate! };
    dropouts.push(factors);
    return mul(args[0]!, ref(factors.name, indices));
  };

  /** An expression of a line without indices. */
  const whole = (tree: Tree): Value => {
    switch (tree.kind) {
      case 'number':
        return { node: num(tree.value), axes: [] };
      case 'name': {
        const axes = axesOf(tree.name);
        return { node: entry(tree, canonical(axes)), axes };
      }
      case 'negate': {
        const of = whole(tree.of);
        return { ...of, node: neg(of.node) };
      }
      case 'call': {
        const args = tree.args.map(whole);
        if (tree.name === 'motor') {
          const axes = args[0]!.axes.map((axis) => (axis === 'state' ? 'motor' : axis));
          return { node: rename(args[0]!.node, moved(canonical(args[0]!.axes), canonical(axes))), axes };
        }
        const axes = args.find((a) => a.axes.length > 0)?.axes ?? [];
        const node = apply(
          tree.name,
          args.map((a) => a.node),
        );
        return { node, axes };
      }
      case 'binary': {
        const [left, right] = [whole(tree.left), whole(tree.right)];
        if (tree.operator === '@') return contract(left, right);
        const axes = left.axes.length > 0 ? left.axes : right.axes;
        return { node: operators[tree.operator]!(left.node, right.node), axes };
      }
      case 'reduce':
        throw new Error('a reduction stands in a line without indices: check() refuses it');
    }
  };

  const contract = (left: Value, right: Value): Value => {
    const axes = [...left.axes.slice(0, -1), ...right.axes.slice(1)];
    const free = canonical(axes);
    const contracted = index(right.axes[0]!, 99);
    const leftAt = [...free.slice(0, left.axes.length - 1), contracted];
    const rightAt = [contracted, ...free.slice(left.axes.length - 1)];
    const a = rename(left.node, moved(canonical(left.axes), leftAt));
    const b = rename(right.node, moved(canonical(right.axes), rightAt));
    return { node: total(contracted, mul(a, b)), axes };
  };

  /** An expression of an indexed line; `names` says which index variable a letter is. */
  const indexed = (tree: Tree, names: ReadonlyMap<string, Index>): Node => {
    switch (tree.kind) {
      case 'number':
        return num(tree.value);
      case 'name':
        return entry(
          tree,
          (tree.indices ?? []).map((name) => names.get(name)!),
        );
      case 'negate':
        return neg(indexed(tree.of, names));
      case 'call':
        return apply(
          tree.name,
          tree.args.map((a) => indexed(a, names)),
        );
      case 'binary':
        return operators[tree.operator]!(indexed(tree.left, names), indexed(tree.right, names));
      case 'reduce': {
        const over = names.get(tree.index)!;
        const body = indexed(tree.body, names);
        if (tree.reduce === 'sum') return total(over, body);
        const greatest = reduce('maximum', over, body);
        if (tree.reduce === 'max') return greatest;
        const shifted = unary('exp', sub(body, greatest));
        return div(shifted, total(over, shifted));
      }
    }
  };

  const value = (line: Line): Value => {
    const letters = checked.indices.get(line);
    if (!letters) return whole(line.right);
    const left = line.left.indices!;
    const axes = left.map((letter) => letters.get(letter)!);
    const names = new Map(left.map((letter, k) => [letter, canonical(axes)[k]!]));
    for (const [letter, axis] of letters) if (!names.has(letter)) names.set(letter, index(axis, 100 + names.size));
    return { node: indexed(line.right, names), axes };
  };
  const dynamics = (line: Line): Dynamics => ({ state: line.left.name, node: value(line).node });

  for (const line of checked.definitions) lines.set(line.left.name, value(line));
  return {
    before: checked.before.map(dynamics),
    flow: checked.flow.map(dynamics),
    after: checked.after.map(dynamics),
    output: value(checked.output),
    definitions: lines,
    usesTime: checked.usesTime,
    usesSeen: checked.usesSeen,
    dropouts,
    wired,
  };
}
