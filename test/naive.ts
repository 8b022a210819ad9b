import { evaluate } from '../src/backends/elementary.ts';
import { check } from '../src/equation/check.ts';
import type { Line, Tree } from '../src/equation/tree.ts';
import { type Model, synapsesOf } from '../src/model.ts';
import type { Sequences } from '../src/sequences.ts';

/** Entries of an array by their indices. */
type Entries = (at: readonly number[]) => number;

const functions: Readonly<Record<string, (...args: number[]) => number>> = {
  ...evaluate,
  hardtanh: (z) => Math.max(-1, Math.min(1, z)),
  silu: (z) => z * evaluate.sigmoid(z),
  gelu: (z) => (z * (1 + evaluate.erf(z / Math.SQRT2))) / 2,
  lecun_tanh: (z) => 1.7159 * Math.tanh(0.666 * z),
  dropout: (z) => z,
};
const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

/**
 * The outputs `(batch, steps, outputs)` of an unmasked batch under Euler's method, read off the equation's trees entry by entry: sums
 * run over all indices, and a missing synapse counts as 0. It shares no expression, pass or kernel with the compiler.
 */
export function naive(of: Model, { batch, steps, x, dt, initial }: Sequences): number[] {
  const { cell, sizes, layout, connections, unfolds, inputs } = of;
  const { axes, indices, sources, before, flow, after, output } = check(cell);
  const offset = (own: readonly string[], at: readonly number[]) =>
    at.reduce((sum, i, k) => sum * sizes[own[k]!]! + i, 0);
  const everywhere = (own: readonly string[], value: Entries): Float64Array =>
    Float64Array.from({ length: own.reduce((size, axis) => size * sizes[axis]!, 1) }, (_, entry) => {
      const at: number[] = [];
      for (const axis of own.toReversed()) {
        at.unshift(entry % sizes[axis]!);
        entry = Math.floor(entry / sizes[axis]!);
      }
      return value(at);
    });

  const parameters = new Map<string, Float64Array>();
  for (const [name, { axes: own, constraint, value }] of Object.entries(cell.params)) {
    const slot = layout.find((each) => each.name === name);
    const seen = (k: number) => {
      const stored = of.parameters[slot!.offset + k]!;
      if (constraint === 'none') return stored;
      if (constraint === 'positive') return evaluate.softplus(stored);
      return constraint.lo + (constraint.hi - constraint.lo) * evaluate.sigmoid(stored);
    };
    const array = everywhere(own, (at) => {
      if (!slot) return typeof value === 'number' ? value : value![offset(own, at)]!;
      return slot.relation ? 0 : seen(offset(own, at));
    });
    if (slot?.relation) {
      const { source, target } = synapsesOf(connections, slot.relation)!;
      source.forEach((i, k) => {
        array[offset(own, sources[name] === 0 ? [i, target[k]!] : [target[k]!, i])] = seen(k);
      });
    }
    parameters.set(name, array);
  }

  const outputs: number[] = [];
  for (let sequence = 0; sequence < batch; sequence++) {
    let next = sequence * (initial!.length / batch);
    const states = new Map(
      Object.entries(cell.states).map(([name, own]) => [name, everywhere(own, () => initial![next++]!)]),
    );
    let t = 0;
    for (let step = sequence * steps; step < (sequence + 1) * steps; step++) {
      const elapsed = dt![step]!;
      const fresh = new Map<string, Float64Array>();

      const axesOf = (name: string): readonly string[] =>
        name === 'u' || name === 'seen'
          ? ['input']
          : (cell.states[name] ?? cell.params[name]?.axes ?? axes[name] ?? []);
      const named = ({ name, primed }: Extract<Tree, { kind: 'name' }>, at: readonly number[]): number => {
        if (name === 't') return t;
        if (name === 'dt') return elapsed;
        const given = x[step * inputs + at[0]!]!;
        if (name === 'seen') return Number.isNaN(given) ? 0 : 1;
        if (name === 'u') return Number.isNaN(given) ? 0 : given;
        const array = (primed && fresh.get(name)) || states.get(name) || parameters.get(name);
        if (array) return array[offset(axesOf(name), at)]!;
        return entry(cell.equation.lines.find(({ left }) => left.kind === 'definition' && left.name === name)!)(at);
      };
      const wholeAxes = (tree: Tree): readonly string[] => {
        if (tree.kind === 'name') return axesOf(tree.name);
        if (tree.kind === 'negate') return wholeAxes(tree.of);
        if (tree.kind === 'call' && tree.name === 'motor') return ['motor'];
        if (tree.kind === 'call') return tree.args.map(wholeAxes).find((own) => own.length > 0) ?? [];
        if (tree.kind !== 'binary') return [];
        const [left, right] = [wholeAxes(tree.left), wholeAxes(tree.right)];
        if (tree.operator === '@') return [...left.slice(0, -1), ...right.slice(1)];
        return left.length > 0 ? left : right;
      };
      const whole = (tree: Tree, at: readonly number[]): number => {
        if (tree.kind === 'name') return named(tree, axesOf(tree.name).length > 0 ? at : []);
        if (tree.kind === 'call' && tree.name === 'motor') return whole(tree.args[0]!, at);
        if (tree.kind !== 'binary' || tree.operator !== '@') return elementwise(tree, (part) => whole(part, at));
        const own = wholeAxes(tree.left);
        const free = own.length - 1;
        let sum = 0;
        for (let k = 0; k < sizes[own[free]!]!; k++)
          sum += whole(tree.left, [...at.slice(0, free), k]) * whole(tree.right, [k, ...at.slice(free)]);
        return sum;
      };
      const indexed = (tree: Tree, letters: ReadonlyMap<string, string>, at: ReadonlyMap<string, number>): number => {
        if (tree.kind === 'name')
          return named(
            tree,
            (tree.indices ?? []).map((letter) => at.get(letter)!),
          );
        if (tree.kind !== 'reduce') return elementwise(tree, (part) => indexed(part, letters, at));
        const terms = Array.from({ length: sizes[letters.get(tree.index)!]! }, (_, k) =>
          indexed(tree.body, letters, new Map([...at, [tree.index, k]])),
        );
        if (tree.reduce === 'max') return Math.max(...terms);
        const sum = (list: readonly number[]) => list.reduce((total, term) => total + term, 0);
        return tree.reduce === 'sum' ? sum(terms) : Math.exp(terms[at.get(tree.index)!]!) / sum(terms.map(Math.exp));
      };
      const elementwise = (tree: Tree, value: (part: Tree) => number): number => {
        if (tree.kind === 'number') return tree.value;
        if (tree.kind === 'negate') return -value(tree.of);
        if (tree.kind === 'call') return functions[tree.name]!(...tree.args.map(value));
        if (tree.kind === 'binary') return operators[tree.operator]!(value(tree.left), value(tree.right));
        throw new Error(`a ${tree.kind} is not elementwise`);
      };
      const entry = (line: Line): Entries => {
        const letters = indices.get(line);
        if (!letters) return (at) => whole(line.right, at);
        return (at) => indexed(line.right, letters, new Map(line.left.indices!.map((letter, k) => [letter, at[k]!])));
      };
      const right = (line: Line) => everywhere(cell.states[line.left.name]!, entry(line));
      const jump = (lines: readonly Line[]) => {
        fresh.clear();
        for (const line of lines) fresh.set(line.left.name, right(line));
        for (const [name, values] of fresh) states.set(name, values);
        fresh.clear();
      };

      jump(before);
      for (let k = 0; k < unfolds && flow.length > 0; k++) {
        const slopes = flow.map((line) => [line.left.name, right(line)] as const);
        for (const [name, slope] of slopes)
          states.set(
            name,
            states.get(name)!.map((value, i) => value + (elapsed / unfolds) * slope[i]!),
          );
        t += elapsed / unfolds;
      }
      if (flow.length === 0) t += elapsed;
      jump(after);
      outputs.push(...everywhere([cell.output], entry(output)));
    }
  }
  return outputs;
}
