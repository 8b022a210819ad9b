import { type Dynamics, lower } from '../compiler/lower.ts';
import { constrained, read } from '../compiler/parameters.ts';
import { canonical, type Index, index, type Node, ref, rename, replace, visit } from '../expression/node.ts';
import { show } from '../expression/show.ts';
import { split } from '../expression/split.ts';
import { declarations, type Model, substitutes, synapsesOf } from '../model.ts';
import { hull, type Interval, point, reals } from './interval.ts';
import type { Pull } from './pull.ts';
import { type Domain, entry, places, present, type Ranged, type Ranges, ranges, rangesOf } from './ranges.ts';
import { isFixed, type Term, terms } from './terms.ts';

/** The range of every entry of every state. */
export type Box = ReadonlyMap<string, Ranges>;

/** What a model does with a box of states and a range of each input. */
export interface Image {
  /** Of a state that flows: the pulls on each of its entries. */
  pulls(state: string): readonly (readonly Pull[])[];
  /** What its jumps may make of a state, entry by entry; undefined where it has none. */
  jumped(state: string): Ranges | undefined;
  /** What the model may put out. */
  outputs(): Ranges;
}

/** A model as terms. */
export interface System {
  /** Entries of each state, in order. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Those that flow. */
  readonly flowing: ReadonlySet<string>;
  /** What varies in one pull on a unit: the name of the line that says it, or its text. */
  termOf(state: string, unit: number, pull: number): string;
  image(box: Box, inputs: Ranges): Image;
  /** All values of g in one pull on a unit, as a function of the box and the inputs: without what happens to all other units. */
  strengthOf(state: string, unit: number, pull: number): (box: Box, inputs: Ranges) => Interval;
}

const infinity = Number.POSITIVE_INFINITY;
/** A rank that no expression has. */
const ASIDE = 1000;

/** Write a model's flows as terms. Throws `NotAffine` where a flow is not affine in its own state. */
export function systemOf(model: Model): System {
  const { cell, sizes, layout, connections, parameters } = model;
  const lowered = lower(cell, { parameter: (name, at) => constrained(model, name, ref(name, at)), dropout: false });
  /** Within the box, a new state is as good as a state: both are in it. */
  const plain = (node: Node) =>
    replace(node, ({ name, at }) => (name!.endsWith("'") ? ref(name!.slice(0, -1), at!) : undefined));
  const fixedArrays = new Map<string, Ranged>();
  const size = (axes: readonly string[]) => axes.reduce((product, axis) => product * sizes[axis]!, 1);
  for (const [name, { axes, kind, value }] of Object.entries(declarations(cell, model.readout))) {
    const slot = layout.find((own) => own.name === name);
    const given = (k: number) =>
      kind === 'constant' ? (typeof value === 'number' ? value : value![k]!) : parameters[slot!.offset + k]!;
    if (!slot?.relation) {
      fixedArrays.set(name, { axes, ...rangesOf(size(axes), (k) => point(given(k))) });
      continue;
    }
    const { source, target } = synapsesOf(connections, slot.relation);
    const isTransposed = lowered.wired.get(name)!.source === 1;
    const [rows, columns] = isTransposed ? [target, source] : [source, target];
    const values = new Float64Array(size(axes));
    source.forEach((_, k) => {
      values[rows[k]! * sizes[axes[1]!]! + columns[k]!] = given(k);
    });
    fixedArrays.set(name, { axes, lo: values, hi: values });
  }
  const relations = new Map<string, Uint8Array>();
  const synapses = (relation: string): Uint8Array => {
    let found = relations.get(relation);
    if (!found) {
      const { source, target } = synapsesOf(connections, relation);
      const [from, to] = relation.split('->').map((axis) => sizes[axis]!) as [number, number];
      found = new Uint8Array(from * to);
      for (let k = 0; k < source.length; k++) found[source[k]! * to + target[k]!] = 1;
      relations.set(relation, found);
    }
    return found;
  };
  const varies = (name: string) => !fixedArrays.has(name);

  const flows = new Map(
    lowered.flow.map(({ state, node }) => {
      const own = ref(state, canonical(cell.states[state]!));
      return [state, instances(state, terms(split(plain(node), own), varies))] as const;
    }),
  );
  const jumps = [...lowered.before, ...lowered.after].map(({ state, node }: Dynamics) => ({
    state,
    node: plain(node),
  }));
  const output = read(model, { ...lowered.output, node: plain(lowered.output.node) });

  /** A term's instances at each entry of a state, by where their parts stand in the arrays of g, a and b. */
  function instances(state: string, of: readonly Term[]) {
    const free = canonical(cell.states[state]!);
    const units: { term: Term; g: number; a: number; b: number }[][] = Array.from(
      { length: size(cell.states[state]!) },
      () => [],
    );
    const domain = { sizes, synapses, array: () => undefined as never };
    for (const term of of) {
      const within = [...free, ...term.sums.map(({ over }) => over)];
      const [g, a, b] = [term.g, term.a, term.b].map((node) => places(node.indices, within, domain)) as [
        Int32Array,
        Int32Array,
        Int32Array,
      ];
      const masks = term.sums.map(({ edge }) => present(edge, within, domain));
      const each = g.length / units.length;
      for (let k = 0; k < g.length; k++) {
        if (masks.every((mask) => !mask || mask[k] === 1))
          units[Math.floor(k / each)]!.push({ term, g: g[k]!, a: a[k]!, b: b[k]! });
      }
    }
    return units;
  }

  // What depends on parameters alone is evaluated once.
  const known = new Map<Node, Ranges>();
  const fixedDomain: Domain = { sizes, synapses, array: (name) => fixedArrays.get(name)! };
  const roots = [...flows.values()].flatMap((units) =>
    units.flatMap((unit) => unit.flatMap(({ term: { g, a, b } }) => [g, a, b])),
  );
  visit([...new Set(roots), ...jumps.map(({ node }) => node), output.node], (node) => {
    if (isFixed(node, varies)) ranges(node, fixedDomain, known);
  });
  const domainOf = (box: Box, inputs: Ranges): Domain => {
    const given: Readonly<Record<string, Ranged>> = {
      u: { axes: ['input'], ...inputs },
      seen: { axes: ['input'], ...rangesOf(sizes.input!, () => ({ lo: 0, hi: 1 })) },
      t: { axes: [], ...rangesOf(1, () => ({ lo: 0, hi: infinity })) },
      dt: { axes: [], ...rangesOf(1, () => ({ lo: 0, hi: infinity })) },
    };
    const states = new Map([...box].map(([name, own]) => [name, { axes: cell.states[name]!, ...own }]));
    return { sizes, synapses, array: (name) => fixedArrays.get(name) ?? states.get(name) ?? given[name]! };
  };
  return {
    sizes: new Map(Object.entries(cell.states).map(([state, axes]) => [state, size(axes)])),
    flowing: new Set(flows.keys()),
    termOf(state, unit, pull) {
      const { g } = flows.get(state)![unit]![pull]!.term;
      return [...lowered.definitions].find(([, { node }]) => plain(node) === g)?.[0] ?? show(g);
    },
    strengthOf(state, unit, pull) {
      const { term, g: place } = flows.get(state)![unit]![pull]!;
      // Its indices step aside of all that are bound within, and stand still where the pull is.
      const aside = new Map(term.g.indices.map((own) => [own, index(own.axis, ASIDE + own.rank)]));
      const fixed = new Map<Index, number>();
      let rest = place;
      for (const own of term.g.indices.toReversed()) {
        fixed.set(aside.get(own)!, rest % sizes[own.axis]!);
        rest = Math.floor(rest / sizes[own.axis]!);
      }
      const g = rename(term.g, aside);
      const own = new Map(known);
      visit([g], (node) => {
        if (isFixed(node, varies)) ranges(node, { ...fixedDomain, fixed }, own);
      });
      return (box, inputs) => entry(ranges(g, { ...domainOf(box, inputs), fixed }, new Map(own)), 0);
    },
    image(box, inputs) {
      const domain = domainOf(box, inputs);
      const memo = new Map(known);
      const of = (node: Node) => ranges(node, domain, memo);
      return {
        pulls: (state) =>
          flows.get(state)!.map((unit) =>
            unit.map(({ term, g, a, b }) => ({
              g: entry(of(term.g), g),
              a: entry(of(term.a), a),
              b: entry(of(term.b), b),
            })),
          ),
        jumped(state) {
          const own = jumps.filter((jump) => jump.state === state).map(({ node }) => of(node));
          if (own.length === 0) return undefined;
          return rangesOf(own[0]!.lo.length, (k) => own.map((each) => entry(each, k)).reduce(hull));
        },
        outputs: () => of(output.node),
      };
    },
  };
}

/** The ranges of what a cell sees as its input, of those of what the model is given. */
export function seenInputs(model: Model, given: readonly Interval[]): Ranges {
  const { missing, inputs } = model;
  if (missing === undefined && !model.cell.takesMissing) return rangesOf(inputs, (k) => given[k]!);
  const instead = substitutes(model);
  // A missing input is its substitute; held, it is also what it was, and behind the inputs stand the times since.
  return rangesOf(missing === 'hold' ? 2 * inputs : inputs, (k) =>
    k < inputs ? hull(given[k]!, point(instead[k]!)) : { lo: 0, hi: infinity },
  );
}

/** The box of all states. */
export const everywhere = ({ sizes }: System): Box =>
  new Map([...sizes].map(([state, size]) => [state, rangesOf(size, () => reals)]));
