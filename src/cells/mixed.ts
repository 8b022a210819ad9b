import { print } from '../equation/print.ts';
import { substitute } from '../equation/substitute.ts';
import { type Line, parts, type Tree } from '../equation/tree.ts';
import { type Cell, cell } from './cell.ts';
import { lstm } from './lstm.ts';

/**
 * A cell with an LSTM memory in front of it (`mixed_memory` of ncps): at each sample the memory makes a new state from the input and the old
 * state, and the cell goes on from there. The memory's names are those of `lstm({ form: 'ncps' })` behind `memory_`. Where a cell has layers, one
 * memory serves them all: then names end in the state that they make, and those of matrices on the state in the one that they read as well.
 * Throws when the cell's states are not one `x`, or layers `x0`, `x1` …, of one axis each, or when a name in it begins with `memory_`.
 * Source: Lechner and Hasani 2020, Learning long-term dependencies in irregularly-sampled time series.
 */
export const mixed = (inner: Cell): Cell => {
  checkNames(inner);
  const { lines } = inner.equation;
  const flow = lines.findIndex(({ left }) => left.kind === 'flow');
  const early = lines.filter(({ left }, k) => left.kind === 'jump' && (flow < 0 || k < flow));
  const jumping = new Set(early.map(({ left }) => left.name));
  const memory = memoryOf(inner, jumping);
  return cell({
    name: `mixed-${inner.name}`,
    paper: `Lechner and Hasani 2020, Learning long-term dependencies in irregularly-sampled time series; ${inner.paper}`,
    equation: print({ source: '', lines: [...memory.lines, ...behindMemory(lines, early, memory.value)] }),
    states: { ...inner.states, ...memory.states },
    axes: inner.axes,
    params: { ...memory.params, ...inner.params },
  });
};

/** A state's name as the memory's value of it: a line's, or the state's own with a prime. */
type Value = Pick<Extract<Tree, { kind: 'name' }>, 'name' | 'primed'>;

/** The lines of the memory, laid over all states of a cell. A state in `jumping` may not jump twice (E16), so its new value is a definition. */
const memoryOf = (inner: Cell, jumping: ReadonlySet<string>) => {
  const { equation, params } = lstm({ form: 'ncps' });
  const layers = Object.entries(inner.states).map(([state, axes]) => ({ state, axis: axes[0]! }));
  const named = (name: string, ...ends: readonly string[]) =>
    ['memory', name, ...(layers.length > 1 ? ends : [])].join('_');

  /** What the memory sums over its state, it sums over all of them. */
  const over = (to: string, tree: Tree): Tree =>
    substitute(tree, (part) => {
      if (part.kind === 'name') return part.name === 'u' ? part : { ...part, name: named(part.name, to) };
      if (part.kind !== 'binary' || part.operator !== '@') return undefined;
      const { left, right } = part;
      if (left.kind !== 'name' || right.kind !== 'name' || right.name !== 'x') return undefined;
      return layers
        .map(({ state }): Tree => {
          const matrix = { ...left, name: named(left.name, to, state) };
          return { ...part, left: matrix, right: { ...right, name: state } };
        })
        .reduce((sum, term) => ({ ...part, operator: '+', left: sum, right: term }));
    });
  const value = new Map(
    layers.map(({ state }): [string, Value] => [
      state,
      jumping.has(state) ? { name: `memory_${state}`, primed: false } : { name: state, primed: true },
    ]),
  );
  const lines = layers.flatMap(({ state }) =>
    equation.lines.map((line): Line => {
      const right = over(state, line.right);
      if (line.left.name !== 'x') return { ...line, left: { ...line.left, name: named(line.left.name, state) }, right };
      const { name } = value.get(state)!;
      return { ...line, left: { ...line.left, kind: jumping.has(state) ? 'definition' : 'jump', name }, right };
    }),
  );
  return {
    lines,
    value,
    states: Object.fromEntries(layers.map(({ state, axis }) => [named('c', state), [axis]])),
    params: Object.fromEntries(
      layers.flatMap(({ state, axis }) =>
        Object.entries(params).flatMap(([name, declaration]) =>
          declaration.axes[1] === 'state'
            ? layers.map((from) => [named(name, state, from.state), { ...declaration, axes: [axis, from.axis] }])
            : [[named(name, state), { ...declaration, axes: [axis, ...declaration.axes.slice(1)] }]],
        ),
      ),
    ),
  };
};

/**
 * A cell's lines, in which the jumps before the flow read what the memory made in place of the old state. A definition that they read, and
 * others too, stands for two values: it is written for each.
 */
const behindMemory = (
  lines: readonly Line[],
  early: readonly Line[],
  value: ReadonlyMap<string, Value>,
): readonly Line[] => {
  const isDefinition = ({ left }: Line) => left.kind === 'definition' && left.name !== 'y';
  const readEarly = definitionsRead(lines, early);
  const readLate = definitionsRead(
    lines,
    lines.filter((line) => !early.includes(line) && !isDefinition(line)),
  );
  const renamed = (name: string) => (readEarly.has(name) && readLate.has(name) ? `memory_early_${name}` : name);
  const asEarly = (line: Line): Line => ({
    ...line,
    left: { ...line.left, name: renamed(line.left.name) },
    right: substitute(line.right, (part) => {
      if (part.kind !== 'name' || part.primed) return undefined;
      return { ...part, name: renamed(part.name), ...value.get(part.name) };
    }),
  });
  return lines.flatMap((line) => {
    if (early.includes(line)) return [asEarly(line)];
    const isEarly = readEarly.has(line.left.name);
    const isLate = !isDefinition(line) || readLate.has(line.left.name);
    return [...(isEarly ? [asEarly(line)] : []), ...(isLate ? [line] : [])];
  });
};

/** The definitions that some lines of an equation read, also by way of others. */
const definitionsRead = (lines: readonly Line[], by: readonly Line[]): ReadonlySet<string> => {
  const defined = new Set(lines.filter(({ left }) => left.kind === 'definition').map(({ left }) => left.name));
  const read = new Set<string>();
  const visit = (tree: Tree): void => {
    if (tree.kind === 'name' && defined.has(tree.name)) read.add(tree.name);
    parts(tree).forEach(visit);
  };
  // A definition stands above its uses, so one walk upwards meets all of them.
  for (const line of lines.toReversed()) if (by.includes(line) || read.has(line.left.name)) visit(line.right);
  return read;
};

const checkNames = ({ name: cell, states, params, equation }: Cell): void => {
  for (const [state, axes] of Object.entries(states)) {
    if (/^x\d*$/.test(state) && axes.length === 1) continue;
    throw new Error(
      `mixed: cell "${cell}" has the state ${state}[${axes.join(', ')}]; a memory goes in front of one state x, or of layers x0, x1 …, of one axis each`,
    );
  }
  for (const name of [...Object.keys(params), ...equation.lines.map(({ left }) => left.name)]) {
    if (name.startsWith('memory_'))
      throw new Error(`mixed: cell "${cell}" has the name "${name}", but what begins with "memory_" is the memory's`);
  }
};
