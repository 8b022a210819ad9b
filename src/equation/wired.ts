import type { Fail } from './error.ts';
import { print } from './print.ts';
import { type Axis, type Line, parts, type Tree } from './tree.ts';

/** An entry of a wired parameter that no sum over synapses has met yet; labels are indices, or positions in an un-indexed line. */
interface Entry {
  readonly name: string;
  readonly labels: readonly [string, string];
}

/** What using a line means for the wired parameters in it. */
interface Abbreviation {
  readonly entries: readonly { readonly name: string; readonly positions: readonly [number, number] }[];
  /** Whether the line is 0 wherever there is no synapse. */
  readonly isFactor: boolean;
}

/** Follows wired parameters through the lines of an equation (rules E19, E20). */
export interface Wires {
  /** Which axis of each wired parameter met so far is the source: 0 the first, 1 the last. */
  readonly sources: ReadonlyMap<string, 0 | 1>;
  /** Checks one line; `indices` holds the axes of its indices, absent where it is un-indexed. */
  follow(line: Line, indices: ReadonlyMap<string, Axis> | undefined): void;
}

/** The factors of a product. */
const factors = (tree: Tree): readonly Tree[] => {
  if (tree.kind === 'negate') return factors(tree.of);
  return tree.kind === 'binary' && tree.operator === '*' ? [...factors(tree.left), ...factors(tree.right)] : [tree];
};

/** Whether an index stands anywhere in a tree. */
const carries = (tree: Tree, index: string): boolean =>
  (tree.kind === 'name' && tree.indices?.includes(index) === true) || parts(tree).some((part) => carries(part, index));

/** Starts following the wired parameters, given with their two axes. */
export const wires = (wired: ReadonlyMap<string, readonly Axis[]>, fail: Fail): Wires => {
  const sources = new Map<string, 0 | 1>();
  const abbreviations = new Map<string, Abbreviation>();

  const follow = (line: Line, indexAxes: ReadonlyMap<string, Axis> | undefined): void => {
    const label = (indices: readonly string[] | undefined, position: number): string =>
      indices?.[position] ?? String(position);

    const named = (tree: Extract<Tree, { kind: 'name' }>): readonly Entry[] => {
      const axes = tree.primed ? undefined : wired.get(tree.name);
      if (!axes) {
        const { entries = [] } = (!tree.primed && abbreviations.get(tree.name)) || {};
        return entries.map(({ name, positions: [a, b] }) => ({
          name,
          labels: [label(tree.indices, a), label(tree.indices, b)],
        }));
      }
      tree.indices?.forEach((index, k) => {
        const axis = indexAxes!.get(index)!;
        if (axis !== axes[k])
          fail(`"${tree.name}" is wired over ${axes[k]}, but "${index}" runs over ${axis}`, tree.at);
      });
      return [{ name: tree.name, labels: [label(tree.indices, 0), label(tree.indices, 1)] }];
    };

    /** Whether a tree is 0 where the synapse behind a label does not exist. */
    const isFactor = (tree: Tree, over: string): boolean => {
      switch (tree.kind) {
        case 'name': {
          const isZero = wired.has(tree.name) || abbreviations.get(tree.name)?.isFactor === true;
          return isZero && named(tree).some(({ labels }) => labels.includes(over));
        }
        case 'negate':
          return isFactor(tree.of, over);
        case 'reduce':
          return tree.reduce === 'sum' && isFactor(tree.body, over);
        case 'binary': {
          const left = isFactor(tree.left, over);
          if (tree.operator === '*') return left || isFactor(tree.right, over);
          if (tree.operator === '/') return left;
          return (tree.operator === '+' || tree.operator === '-') && left && isFactor(tree.right, over);
        }
        default:
          return false;
      }
    };

    const join = (tree: Tree, term: Tree, entries: readonly Entry[], over: string): readonly Entry[] => {
      const met = entries.filter(({ labels }) => labels.includes(over));
      for (const { name, labels } of met) {
        const source = labels[0] === over ? 0 : 1;
        if ((sources.get(name) ?? source) !== source) {
          fail(`"${name}" is wired and summed over its first axis in one place, over its last in another`, tree.at);
        }
        sources.set(name, source);
        const target = labels[1 - source];
        const first = met[0]!;
        if (target !== first.labels[first.labels[0] === over ? 1 : 0]) {
          fail(
            `"${first.name}" and "${name}" lead to different targets: one sum runs over one kind of synapse`,
            tree.at,
          );
        }
      }
      if (met.length > 0 && !isFactor(term, over)) {
        const why = `"${met[0]!.name}" exists only where there is a synapse`;
        fail(`${why}, so each term of this sum wants a wired factor; ${print(term)} has none`, tree.at);
      }
      return entries.filter((entry) => !met.includes(entry));
    };

    const open = (tree: Tree): readonly Entry[] => {
      if (tree.kind === 'name') return named(tree);
      if (tree.kind === 'binary' && tree.operator === '@') {
        const [left, right] = [open(tree.left), open(tree.right)];
        if (left.length > 0 && right.length > 0) {
          fail('both sides of "@" are wired: one sum runs over one kind of synapse', tree.at);
        }
        join(tree, tree.left, left, '1');
        join(tree, tree.right, right, '0');
        return [];
      }
      const entries = parts(tree).flatMap(open);
      if (tree.kind === 'call' && tree.name === 'motor' && entries[0]) {
        fail(`"${entries[0].name}" is wired: it is used in sums only`, tree.at);
      }
      if (tree.kind !== 'reduce') return entries;
      if (tree.reduce !== 'sum') {
        if (entries[0]) fail(`"${entries[0].name}" is wired: it is used in sums only, not in ${tree.reduce}`, tree.at);
        return [];
      }
      // In a sum over anything else it is a factor that stands as well before that sum: inside, a term would need both kinds of loops.
      const rest = join(tree, tree.body, entries, tree.index);
      const within = rest.length > 0 ? factors(tree.body).filter((factor) => carries(factor, tree.index)) : [];
      const other = within.flatMap(open).find(({ labels }) => !labels.includes(tree.index));
      if (other) {
        const wanted = `in a sum over "${tree.index}" it may only be a factor that does not have this index`;
        fail(`"${other.name}" is wired: ${wanted}`, tree.at);
      }
      return rest;
    };

    const { left, right } = line;
    const entries = open(right);
    if (left.kind !== 'definition' || left.name === 'y') {
      if (entries[0]) fail(`"${entries[0].name}" is wired: it is used in sums only`, right.at);
      return;
    }
    const position = (text: string): number => (left.indices ? left.indices.indexOf(text) : Number(text));
    abbreviations.set(left.name, {
      entries: entries.map(({ name, labels }) => ({ name, positions: [position(labels[0]), position(labels[1])] })),
      isFactor: entries.length > 0 && entries.every(({ labels }) => labels.every((over) => isFactor(right, over))),
    });
  };

  return { sources, follow };
};
