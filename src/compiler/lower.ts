import type { Cell } from '../cells/cell.ts';
import type { Tree } from '../equation/tree.ts';
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

/** A jump `x' = …` or flow `dx/dt = …` as an expression over states, inputs and parameters; `x'` is the array named so. */
export interface Dynamics {
  readonly kind: 'flow' | 'jump';
  readonly state: string;
  readonly node: Node;
}

/** A cell as expressions: its dynamics in order and its output. */
export interface Lowered {
  readonly dynamics: readonly Dynamics[];
  readonly output: Value;
  /** The wired parameters: the synapses each has an entry for, and which of its two axes is the source. */
  readonly wired: ReadonlyMap<string, { readonly relation: string; readonly source: 0 | 1 }>;
}

const power = (base: Node, exponent: Node): Node => {
  if (exponent.op === 'const' && Number.isInteger(exponent.value!) && Math.abs(exponent.value!) <= 16) {
    let product = num(1);
    for (let k = 0; k < Math.abs(exponent.value!); k++) product = mul(product, base);
    return exponent.value! < 0 ? div(num(1), product) : product;
  }
  if (exponent.op === 'const' && exponent.value === 0.5) return unary('sqrt', base);
  return unary('exp', mul(exponent, unary('log', base)));
};

const operators: Record<string, (a: Node, b: Node) => Node> = { '+': add, '-': sub, '*': mul, '/': div, '^': power };

/** Canonical indices of `axes`, and what each of `from` must become to be them. */
const moved = (from: readonly Index[], to: readonly Index[]) => new Map(from.map((i, k) => [i, to[k]!]));

/** Turn a checked cell into expressions. `parameter(name)` says what the equation sees of a stored parameter. */
export function lower(cell: Cell, parameter: (name: string, at: readonly Index[]) => Node): Lowered {
  const lines = new Map<string, Value>();
  const wired = new Map<string, { relation: string; source: 0 | 1 }>();
  const axesOf = (name: string): readonly string[] => {
    if (name === 'u') return ['input'];
    if (name === 't' || name === 'dt') return [];
    if (Object.hasOwn(cell.states, name)) return cell.states[name]!;
    return Object.hasOwn(cell.params, name) ? cell.params[name]!.axes : lines.get(name)!.axes;
  };
  const entry = (name: string, at: readonly Index[]): Node => {
    const line = lines.get(name);
    if (line) return rename(line.node, moved(canonical(line.axes), at));
    return Object.hasOwn(cell.params, name) ? parameter(name, at) : ref(name, at);
  };

  /** The synapses a reduction over `over` runs along: those of a wired factor that carries the index. */
  const edgeOf = (body: Node, over: Index): Edge | undefined => {
    let edge: Edge | undefined;
    visit([body], (n) => {
      const declaration = n.op === 'ref' ? cell.params[n.name!] : undefined;
      if (!declaration?.wired || !n.at!.includes(over)) return;
      const from = n.at!.indexOf(over) as 0 | 1;
      const relation = `${declaration.axes[from]}->${declaration.axes[1 - from]}`;
      wired.set(n.name!, { relation, source: from });
      edge = { relation, source: over, target: n.at![1 - from]! };
    });
    return edge;
  };
  const total = (over: Index, body: Node) => reduce('sum', over, body, edgeOf(body, over));

  /** An expression of a line without indices. */
  const whole = (tree: Tree): Value => {
    switch (tree.kind) {
      case 'number':
        return { node: num(tree.value), axes: [] };
      case 'name': {
        const axes = axesOf(tree.name);
        return { node: entry(tree.primed ? `${tree.name}'` : tree.name, canonical(axes)), axes };
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
        return { node: functions[tree.name]!(...args.map((a) => a.node)), axes };
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
          tree.primed ? `${tree.name}'` : tree.name,
          (tree.indices ?? []).map((name) => names.get(name)!),
        );
      case 'negate':
        return neg(indexed(tree.of, names));
      case 'call':
        return functions[tree.name]!(...tree.args.map((a) => indexed(a, names)));
      case 'binary':
        return operators[tree.operator]!(indexed(tree.left, names), indexed(tree.right, names));
      case 'reduce': {
        const over = names.get(tree.index)!;
        const body = indexed(tree.body, names);
        if (tree.reduce === 'sum') return total(over, body);
        const greatest = reduce('maximum', over, body, edgeOf(body, over));
        if (tree.reduce === 'max') return greatest;
        const shifted = unary('exp', sub(body, greatest));
        return div(shifted, total(over, shifted));
      }
    }
  };

  /** Which axis each index letter of a line runs over, by where it stands; `motor` wins over `state`. */
  const axesOfLetters = (tree: Tree, found: Map<string, string>): void => {
    if (tree.kind === 'name') {
      const axes = axesOf(tree.name);
      tree.indices?.forEach((letter, k) => {
        if (found.get(letter) !== 'motor') found.set(letter, axes[k]!);
      });
    } else if (tree.kind === 'negate') axesOfLetters(tree.of, found);
    else if (tree.kind === 'reduce') axesOfLetters(tree.body, found);
    else if (tree.kind === 'call') for (const a of tree.args) axesOfLetters(a, found);
    else if (tree.kind === 'binary') for (const a of [tree.left, tree.right]) axesOfLetters(a, found);
  };

  const dynamics: Dynamics[] = [];
  for (const { left, right } of cell.equation.lines) {
    let value: Value;
    const state = left.kind === 'definition' ? undefined : cell.states[left.name]!;
    if (left.indices) {
      const letters = new Map<string, string>();
      if (state) for (const [k, letter] of left.indices.entries()) letters.set(letter, state[k]!);
      axesOfLetters(right, letters);
      const axes = left.indices.map((letter) => letters.get(letter)!);
      const names = new Map(left.indices.map((letter, k) => [letter, canonical(axes)[k]!]));
      let rank = 100;
      for (const [letter, axis] of letters) if (!names.has(letter)) names.set(letter, index(axis, rank++));
      value = { node: indexed(right, names), axes };
    } else value = whole(right);
    if (left.kind === 'definition') lines.set(left.name, value);
    else dynamics.push({ kind: left.kind, state: left.name, node: value.node });
  }
  return { dynamics, output: lines.get('y') ?? motorOf(cell), wired };
}

/** The default output: the motor neurons' entries of the only state, or of `x`. */
function motorOf(cell: Cell): Value {
  const name = 'x' in cell.states ? 'x' : Object.keys(cell.states)[0]!;
  const axes = cell.states[name]!.map((axis) => (axis === 'state' ? 'motor' : axis));
  return { node: ref(name, canonical(axes)), axes };
}
