import { canonical, type Edge, type Index, type Node, rebuild, ref, rename, visit } from '../expression/node.ts';
import type { Nest, Sink } from './kernel.ts';
import type { Level } from './simplify.ts';

/** An array computed from others: elementwise, or by one reduction. */
export interface Line {
  readonly name: string;
  readonly level: Level;
  readonly axes: readonly string[];
  readonly indices: readonly Index[];
  readonly body: Node;
  readonly over?: Index;
  readonly reduction?: 'sum' | 'maximum';
  readonly edge?: Edge;
}

/** Arrays with one entry per synapse: the relation, and which of their two axes is the source. */
export type EdgeOf = (name: string) => { readonly relation: string; readonly source: 0 | 1 } | undefined;

/** Collects the lines of one compilation. Those of levels 1 and 2 are shared by all phases; those of level 3 belong to one phase. */
export interface Lines {
  readonly all: readonly Line[];
  /** The lines of a phase (level 3), or the shared ones of a level. */
  of(phase: string, level: Level): readonly Line[];
  /** Write `root` to an array of its own, of an entry per synapse where there is an edge, cutting it into lines; returns that line. */
  root(phase: string, name: string, indices: readonly Index[], root: Node, edge?: Edge): Line;
}

/**
 * Cut expressions into lines: every reduction is a line; so is every part that is known at an earlier level than what surrounds it
 * (hoisting out of time), and inside a reduction every part that does not depend on all of its loops (hoisting out of loops).
 */
export function lines(level: (node: Node) => Level, learn: (line: Line) => void, edgeOf: EdgeOf): Lines {
  const all: { phase: string; line: Line }[] = [];
  const known = new Map<string, Line>();

  const edgeIn = (body: Node): Edge | undefined => {
    let edge: Edge | undefined;
    visit([body], (n) => {
      const stored = n.op === 'ref' && edgeOf(n.name!);
      if (stored)
        edge = { relation: stored.relation, source: n.at![stored.source]!, target: n.at![1 - stored.source]! };
    });
    return edge;
  };

  const push = (phase: string, line: Line): Line => {
    all.push({ phase, line });
    learn(line);
    return line;
  };

  const define = (phase: string, node: Node): Node => {
    const axes = node.indices.map((i) => i.axis);
    const indices = canonical(axes);
    const normal = rename(node, new Map(node.indices.map((i, k) => [i, indices[k]!])));
    const at = level(normal);
    const scope = at === 3 ? phase : '';
    const key = `${scope}|${normal.id}`;
    let line = known.get(key);
    if (!line) {
      const reduction = normal.over ? (normal.op as 'sum' | 'maximum') : undefined;
      const inner = reduction ? normal.of[0]! : normal;
      const loops = reduction ? [...new Set([...normal.indices, ...inner.indices, normal.over!])] : normal.indices;
      const body = reduction
        ? part(phase, inner, loops, at, true)
        : rebuild(
            inner,
            inner.of.map((n) => part(phase, n, loops, at, false)),
          );
      const edge = normal.edge ?? (indices.length === 2 ? edgeIn(body) : undefined);
      const name = `${scope || (at === 1 ? 'parameters' : 'sample')}.${all.length}`;
      line = push(scope, {
        name,
        level: at,
        axes,
        indices,
        body,
        ...(reduction ? { reduction, over: normal.over! } : {}),
        ...(edge ? { edge } : {}),
      });
      known.set(key, line);
    }
    return ref(line.name, node.indices);
  };

  const part = (phase: string, node: Node, loops: readonly Index[], within: Level, reducing: boolean): Node => {
    if (node.op === 'const' || node.op === 'ref') return node;
    const early = level(node) < within;
    const loose = reducing && loops.some((i) => !node.indices.includes(i));
    // An array has an entry per synapse or one per index, so what depends on synapses and on more has no array to be put in.
    const fits = node.indices.length <= 2 || !edgeIn(node);
    if (node.over || ((early || loose) && fits)) return define(phase, node);
    return rebuild(
      node,
      node.of.map((n) => part(phase, n, loops, within, reducing)),
    );
  };

  return {
    get all() {
      return all.map((entry) => entry.line);
    },
    of: (phase, at) =>
      all.filter((entry) => entry.line.level === at && (at < 3 || entry.phase === phase)).map((entry) => entry.line),
    root(phase, name, indices, root, edge) {
      const body = part(phase, root, indices, 3, false);
      return push(phase, {
        name,
        level: 3,
        axes: indices.map((i) => i.axis),
        indices,
        body,
        ...(edge ? { edge } : {}),
      });
    },
  };
}

const sameLoops = (a: Nest, b: Omit<Nest, 'sinks'>) =>
  a.loops.length === b.loops.length &&
  a.loops.every((i, k) => i === b.loops[k]) &&
  a.edge?.relation === b.edge?.relation &&
  a.edge?.source === b.edge?.source;

/** The arrays an expression reads. */
export function reads(node: Node): Set<string> {
  const names = new Set<string>();
  visit([node], (n) => {
    if (n.op === 'ref') names.add(n.name!);
  });
  return names;
}

/** Put lines into as few nests of loops as their dependencies allow: reductions over the same synapses share one loop. */
export function nests(ordered: readonly Line[]): Nest[] {
  const result: { loops: readonly Index[]; edge?: Edge; sinks: Sink[] }[] = [];
  const home = new Map<string, number>();
  for (const line of ordered) {
    const all = line.over ? [...line.indices, line.over] : line.indices;
    const others = all.filter((i) => i !== line.edge?.target && i !== line.edge?.source);
    const loops = line.edge ? [...others, line.edge.target, line.edge.source] : all;
    const shape = { loops, ...(line.edge ? { edge: line.edge } : {}) };
    const earliest = Math.max(0, ...[...reads(line.body)].map((name) => (home.get(name) ?? -1) + 1));
    let at = result.findIndex((nest, k) => k >= earliest && sameLoops(nest, shape));
    if (at < 0) at = result.push({ ...shape, sinks: [] }) - 1;
    result[at]!.sinks.push({
      array: line.name,
      at: line.indices,
      value: line.body,
      ...(line.reduction ? { reduction: line.reduction } : {}),
      accumulate: false,
    });
    home.set(line.name, at);
  }
  return result;
}
