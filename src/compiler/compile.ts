import { canonical, interning, type Node, ref, replace } from '../expression/node.ts';
import { declarations, type Model, synapsesOf } from '../model.ts';
import type { Synapses } from '../wirings/wiring.ts';
import { cotangent, differentiate } from './differentiate.ts';
import type { Kernel, Nest, Place, Region, Relation } from './kernel.ts';
import { lines, nests, reads } from './lines.ts';
import type { Observation, Observed } from './observation.ts';
import { constrained, read } from './parameters.ts';
import { makePlaces } from './places.ts';
import { type Level, levels, simplify } from './simplify.ts';
import { unroll } from './unroll.ts';

/** What happens at a sample, in order: jumps, sub-steps of the flow, jumps. */
export type Event = 'before' | 'step' | 'after';

/** A run of elements of a region. */
export interface Span {
  readonly offset: number;
  readonly size: number;
}

/** A model compiled to kernels, and where every array lives. Kernel `name~` is the reverse of kernel `name`. */
export interface Compiled {
  readonly kernels: Readonly<Record<string, Kernel>>;
  readonly places: ReadonlyMap<string, Place>;
  /** Elements of each region. */
  readonly regions: Readonly<Record<Region, number>>;
  readonly relations: Readonly<Record<string, Relation>>;
  readonly sizes: Readonly<Record<string, number>>;
  /** The arrays of a frame that are states; the running time `t` is last where the cell reads it. */
  readonly states: readonly Place[];
  /** Names of those that the flow moves. */
  readonly flowing: ReadonlySet<string>;
  /** Elements of the cell's own states, which come first; behind them stand those that a caller does not see. */
  readonly visible: number;
  readonly events: readonly Event[];
  /** Static arrays that are given: a number for all entries, or the entries. */
  readonly constants: readonly { readonly name: string; readonly value: number | readonly number[] }[];
  /** Arrays of the sample that hold factors drawn in training. */
  readonly dropouts: readonly { readonly name: string; readonly rate: number }[];
  /** Elements of scratch that must be zero before the reverse of a sample. */
  readonly sampleCotangents: Span;
  /** Elements of the sample that must be zero then too: the cotangents of its inputs and its dt. */
  readonly inputCotangents: Span;
  /** Elements of static that must be zero before gradients are gathered into them. */
  readonly totals: Span;
  /** Which elements of the gradient region are added to which totals. */
  readonly folds: readonly { readonly from: number; readonly to: number; readonly size: number }[];
}

/** What of a compiled model is still asked for when its kernels are machine code; plain data. */
export type Anatomy = Omit<Compiled, 'kernels' | 'relations' | 'constants'>;

export interface CompileOptions {
  /** Compile the reverse kernels too. */
  readonly gradient: boolean;
  /** Whether `dropout` draws, as in training, or does nothing; default false. */
  readonly dropout?: boolean;
  /** What `y` is at the state after the sample; by default the model's output. */
  readonly observe?: Observation | undefined;
}

/** The total of an array's cotangent over all sequences and times. */
const total = (name: string) => `${cotangent(name)}total`;

/** Compile a model: unroll, simplify and cut into lines, gather into nests, differentiate, place. */
export function compile(model: Model, options: CompileOptions): Compiled {
  return interning(() => passes(model, options));
}

function passes(model: Model, { gradient, dropout = false, observe }: CompileOptions): Compiled {
  const relations = Object.fromEntries(
    [...new Set(Object.values(model.cell.relations))].map((name) => {
      const [source, target] = name.split('->').map((axis) => model.sizes[axis]!) as [number, number];
      return [name, rows(synapsesOf(model.connections, name), source, target)];
    }),
  );
  const { places, regions, put, alias } = makePlaces(model.sizes, relations);
  const level = new Map<string, Level>();
  const edges = new Map<string, NonNullable<Place['edge']>>();

  // What is given: parameters and constants, the sample, the states.
  const declared = declarations(model.cell, model.readout);
  const unrolled = unroll(model, { parameter: (name, at) => constrained(model, name, ref(name, at)), dropout });
  for (const [name, edge] of unrolled.wired) edges.set(name, edge);
  const parameters = model.layout.map((slot) => slot.name);
  const constants = [
    ...Object.entries(declared).flatMap(([name, { kind, axes, value }]) =>
      kind === 'constant' ? [{ name, axes, value: value! }] : [],
    ),
    ...Object.entries(unrolled.constants).map(([name, { axes, value }]) => ({ name, axes, value })),
  ];
  for (const { name, axes } of [...parameters.map((name) => ({ name, axes: declared[name]!.axes })), ...constants]) {
    put(name, axes, 'static', edges.get(name));
    level.set(name, 1);
  }
  const sample = [
    { name: 'u', axes: ['input'] },
    { name: 'dt', axes: [] },
    { name: 'sample.fraction', axes: [] },
    // Sub-steps of each sequence, and the most of a block's: what a walk needs to know.
    { name: 'sample.steps', axes: [] },
    { name: 'sample.most', axes: [] },
    ...(unrolled.usesSeen ? [{ name: 'seen', axes: ['input'] }] : []),
    ...unrolled.dropouts,
  ];
  for (const { name, axes } of sample) {
    put(name, axes, 'sample');
    level.set(name, 2);
  }
  const states = Object.entries(unrolled.states).map(([name, axes]) => put(name, axes, 'frame'));
  put('event.active', [], 'frame');
  for (const name of [...Object.keys(unrolled.states), 'event.active']) level.set(name, 3);

  // Simplify and cut into lines.
  const levelOf = levels((name) => level.get(name)!);
  const cut = lines(
    levelOf,
    (line) => {
      level.set(line.name, line.level);
      if (line.edge && !line.over)
        edges.set(line.name, { relation: line.edge.relation, source: line.indices[0] === line.edge.source ? 0 : 1 });
    },
    (name) => edges.get(name),
  );
  const events = (['before', 'step', 'after'] as const).filter((event) => unrolled[event]);
  const write = (phase: string, name: string, { node, axes, edge }: Observed) =>
    cut.root(phase, name, canonical(axes), simplify(node, levelOf), edge);
  for (const event of events) {
    for (const { name, axes } of states)
      write(event, `${name}'`, { node: unrolled[event]!.get(name) ?? ref(name, canonical(axes)), axes });
  }
  const output = observe ? observe(unrolled, model.cell) : read(model, unrolled.output);
  write('output', 'y', output);

  // Gather into nests, and differentiate them.
  const phases = [
    { name: 'prepare', lines: cut.of('', 1) },
    { name: 'sample', lines: cut.of('', 2) },
    ...events.map((event) => ({ name: event as string, lines: cut.of(event, 3) })),
    { name: 'output', lines: cut.of('output', 3) },
  ];
  const graded = new Set(['u', 'dt']);
  const ungraded = new Set([
    'event.active',
    ...sample.flatMap(({ name }) => (graded.has(name) ? [] : [name])),
    ...constants.map(({ name }) => name),
  ]);
  const forward = phases.map((phase) => nests(phase.lines));
  const reverse = gradient ? forward.map((of) => differentiate(of, (name) => !ungraded.has(name))) : [];

  // Place: what a reverse kernel reads stays where it was written, the rest of a phase is forgotten.
  const kept = new Set(reverse.flat().flatMap((nest) => nest.sinks.flatMap((sink) => [...reads(sink.value)])));
  const home: Record<string, Region> = { prepare: 'static', sample: 'sample', output: 'sample' };
  for (const phase of phases) {
    for (const line of phase.lines) {
      if (line.name.endsWith("'")) continue;
      const region = home[phase.name] ?? 'frame';
      const lasting = phase.name === 'prepare' || phase.name === 'sample' || line.name === 'y' || kept.has(line.name);
      put(line.name, line.axes, lasting ? region : 'scratch', edges.get(line.name));
    }
  }
  for (const { name } of states) alias(`${name}'`, name, 'next');
  const kernels: Record<string, Kernel> = {};
  phases.forEach(({ name }, k) => {
    kernels[name] = { name, scalar: name === 'prepare', nests: forward[k]!, clear: { offset: 0, size: 0 } };
  });

  const totals: { offset: number; size: number } = { offset: regions.static, size: 0 };
  const folds: Compiled['folds'][number][] = [];
  let sampleCotangents: Span = { offset: regions.scratch, size: 0 };
  let inputCotangents: Span = { offset: regions.sample, size: 0 };
  if (gradient) {
    for (const { name } of states) {
      alias(cotangent(name), name, 'cotangent');
      alias(cotangent(`${name}'`), name, 'cotangentNext');
    }
    put(cotangent('y'), output.axes, 'sample');
    for (const name of [...parameters, ...phases[0]!.lines.map((line) => line.name)])
      put(total(name), places.get(name)!.axes, 'static', edges.get(name));
    totals.size = regions.static - totals.offset;
    const inputs = regions.sample;
    for (const name of ['u', 'dt']) put(cotangent(name), places.get(name)!.axes, 'sample');
    inputCotangents = { offset: inputs, size: regions.sample - inputs };
    for (const { name, axes } of phases[1]!.lines) put(cotangent(name), axes, 'scratch', edges.get(name));
    sampleCotangents = { offset: sampleCotangents.offset, size: regions.scratch - sampleCotangents.offset };
    phases.forEach(({ name, lines: own }, k) => {
      const clear = { offset: regions.scratch, size: 0 };
      if (k > 1) {
        for (const line of own) {
          if (line.name !== 'y' && !line.name.endsWith("'"))
            put(cotangent(line.name), line.axes, 'scratch', edges.get(line.name));
        }
        clear.size = regions.scratch - clear.offset;
      }
      const nestsOf = k === 0 ? reverse[k]!.map((nest) => totalled(nest, new Set(level.keys()))) : reverse[k]!;
      if (k > 0) {
        for (const sink of nestsOf.flatMap((nest) => nest.sinks)) {
          const of = sink.array.slice(0, -1);
          if (level.get(of) !== 1 || places.has(sink.array)) continue;
          const { offset, size } = put(sink.array, places.get(of)!.axes, 'gradient', edges.get(of));
          folds.push({ from: offset, to: places.get(total(of))!.offset, size });
        }
      }
      kernels[cotangent(name)] = { name: cotangent(name), scalar: k === 0, nests: nestsOf, clear };
    });
  }
  regions.next = regions.frame;
  regions.cotangent = regions.cotangentNext = states.reduce((size, state) => size + state.size, 0);
  return {
    kernels,
    places,
    regions,
    relations,
    sizes: model.sizes,
    states,
    flowing: new Set(unrolled.step?.keys()),
    visible: Object.keys(model.cell.states).reduce((size, name) => size + places.get(name)!.size, 0),
    events,
    constants,
    dropouts: unrolled.dropouts,
    sampleCotangents,
    inputCotangents,
    totals,
    folds,
  };
}

/** The reverse of the kernel that runs once for all sequences: cotangents are the totals over them. */
function totalled(nest: Nest, arrays: ReadonlySet<string>): Nest {
  const rewrite = (node: Node) =>
    replace(node, (n) =>
      n.name!.endsWith('~') && arrays.has(n.name!.slice(0, -1)) ? ref(`${n.name}total`, n.at!) : undefined,
    );
  return {
    ...nest,
    sinks: nest.sinks.map((sink) => ({ ...sink, array: `${sink.array}total`, value: rewrite(sink.value) })),
  };
}

/** Synapses as rows by target. */
function rows(synapses: Synapses, sources: number, targets: number): Relation {
  const start = new Int32Array(targets + 1);
  for (const target of synapses.target) start[target + 1]!++;
  for (let j = 0; j < targets; j++) start[j + 1]! += start[j]!;
  const count = synapses.source.length;
  return { full: count === sources * targets, count, start, source: synapses.source };
}
