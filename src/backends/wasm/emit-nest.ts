import type { Compiled } from '../../compiler/compile.ts';
import { LANES, type Nest, type Place, POINTER, type Region, type Sink } from '../../compiler/kernel.ts';
import { schedule, strides } from '../../compiler/schedule.ts';
import type { Index, Node } from '../../expression/node.ts';
import type { Assembler } from './assembler.ts';
import { addTo, emitNode, fuse } from './emit-node.ts';
import { type LaneOptions, lanes, type Term } from './lanes.ts';

/** Where the tables and the static region stand in memory, in bytes. */
export interface Addresses {
  readonly start: Readonly<Record<string, number>>;
  readonly source: Readonly<Record<string, number>>;
  readonly static: number;
}

/** Bytes of a vector. */
const VECTOR = 16;

/** A walking address: a local that holds base + Σ index·stride, and how far each loop moves it. */
interface Walker {
  readonly local: number;
  readonly pointer: number | undefined;
  readonly moves: ReadonlyMap<Index, number>;
  /** Bytes per synapse, for arrays with an entry per synapse. */
  readonly perSynapse: number;
}

/**
 * Emit a nest of loops into a function whose parameters are the regions' addresses: a block of sequences at once, or (`scalar`) one
 * scalar an element.
 */
export function emitNest(
  f: Assembler,
  nest: Nest,
  compiled: Compiled,
  addresses: Addresses,
  options: LaneOptions,
  scalar: boolean,
): void {
  const { places, relations, sizes } = compiled;
  const { loops } = nest;
  const bytes = options.precision === 'float32' ? 4 : 8;
  /** Vectors of a block of sequences. */
  const width = scalar ? 1 : (LANES * bytes) / VECTOR;
  const { depths, inner } = schedule(nest);
  const relation = nest.edge && relations[nest.edge.relation]!;
  const elementOf = (region: Region) => (region === 'static' ? bytes : region === 'gradient' ? VECTOR : LANES * bytes);
  const isSparse = relation !== undefined && !relation.full;
  const last = loops.length;

  const walkers = new Map<string, Walker>();
  const walkerOf = (place: Place, at: readonly Index[]): Walker => {
    const pointer = place.region === 'static' ? undefined : POINTER[place.region];
    const moves = new Map<Index, number>();
    const scale = elementOf(place.region);
    if (!place.edge) {
      const steps = strides(place, sizes);
      for (const [k, i] of at.entries()) moves.set(i, (moves.get(i) ?? 0) + steps[k]! * scale);
    }
    const perSynapse = place.edge ? scale : 0;
    const key = `${pointer}|${perSynapse}|${[...moves].map(([i, by]) => `${loops.indexOf(i)}:${by}`).sort()}`;
    let walker = walkers.get(key);
    if (!walker) {
      const stands = moves.size === 0 && perSynapse === 0;
      walker = { local: stands ? (pointer ?? zero) : f.local('i32'), pointer, moves, perSynapse };
      walkers.set(key, walker);
    }
    return walker;
  };
  const zero = f.local('i32');
  f.i32(0);
  f.set(zero);
  const offsetOf = (place: Place, k: number) =>
    place.offset * elementOf(place.region) + (place.region === 'static' ? addresses.static : k * VECTOR);

  // What does not depend on the sequence is computed once.
  const ofLanes = new Map<Node, boolean>();
  const hasLanes = (node: Node): boolean => {
    let found = ofLanes.get(node);
    if (found === undefined) {
      found = node.op === 'ref' ? places.get(node.name!)!.region !== 'static' : node.of.some(hasLanes);
      ofLanes.set(node, found);
    }
    return found;
  };
  const each = lanes(f, options, width);
  const one = lanes(f, options, width, () => 0);
  const arithmetic = (node: Node) => (hasLanes(node) ? each : one);

  const load = (node: Node): Term => {
    const place = places.get(node.name!)!;
    const walker = walkerOf(place, node.at!);
    const splat = options.precision === 'float32' ? 'v128.load32_splat' : 'v128.load64_splat';
    return (k) => {
      f.get(walker.local);
      f.memory(place.region === 'static' ? splat : 'v128.load', offsetOf(place, k));
    };
  };

  const gathering = depths.flatMap((depth) => depth.gathered);
  const summed = new Set([
    ...gathering.filter((sink) => sink.reduction === 'sum').map((sink) => sink.value),
    ...inner.filter((sink) => sink.accumulate).map((sink) => sink.value),
  ]);
  const roots = nest.sinks.map((sink) => sink.value);
  const fusions = depths.map((depth, k) => fuse(depth.compute, roots, k === last ? summed : new Set()));
  const values = new Map<Node, Term>();
  const term = (node: Node): Term => (node.op === 'const' ? arithmetic(node).constant(node.value!) : values.get(node)!);
  const compute = (depth: number) => {
    for (const node of depths[depth]!.compute) {
      if (fusions[depth]!.absorbed.has(node)) continue;
      const own = arithmetic(node);
      values.set(node, own.hold(node.op === 'ref' ? load(node) : emitNode(own, node, term, fusions[depth]!)));
    }
  };
  /** A sum and one more value. */
  const plus = (value: Node, sum: Term): Term => addTo(each, value, term, fusions[last]!, sum);

  /** Writes what `next` makes of what stands there; of a gradient, the lanes of a block are partly added. */
  const write = (sink: Sink, next: (old: Term) => Term) => {
    const place = places.get(sink.array)!;
    const { local: address } = walkerOf(place, sink.at);
    const isStatic = place.region === 'static';
    const [load, store] = !isStatic
      ? (['v128.load', 'v128.store'] as const)
      : options.precision === 'float32'
        ? (['v128.load32_splat', 'v128.store32_lane'] as const)
        : (['v128.load64_splat', 'v128.store64_lane'] as const);
    const old: Term = (k) => {
      f.get(address);
      f.memory(load, offsetOf(place, k));
    };
    const folded = (k: number): Term => (k < 0 ? () => old(0) : () => next(folded(k - 1))(k));
    const vectors = place.region === 'gradient' ? [folded(width - 1)] : Array.from({ length: width }, () => next(old));
    // All are read before the first is written, so that engines can take two vectors as one.
    const locals = vectors.map((vector, k) => {
      const local = f.local('v128');
      vector(k);
      f.set(local);
      return local;
    });
    locals.forEach((local, k) => {
      f.get(address, local);
      if (isStatic) f.memory(store, offsetOf(place, k), 0);
      else f.memory(store, offsetOf(place, k));
    });
    f.free(...locals);
  };

  // Sums that gather in locals while inner loops run.
  const locals = new Map<Sink, number[]>();
  const start = (depth: number) => {
    for (const sink of depths[depth]!.gathered) {
      const own = Array.from({ length: width }, () => f.local('v128'));
      locals.set(sink, own);
      for (const local of own) {
        one.constant(sink.reduction === 'maximum' ? Number.NEGATIVE_INFINITY : 0)(0);
        f.set(local);
      }
    }
  };
  const gather = () => {
    for (const sink of gathering) {
      locals.get(sink)!.forEach((local, k) => {
        const sum: Term = () => f.get(local);
        (sink.reduction === 'maximum' ? each.max(sum, term(sink.value)) : plus(sink.value, sum))(k);
        f.set(local);
      });
    }
  };
  const finish = (depth: number) => {
    for (const sink of depths[depth]!.gathered) {
      const own = locals.get(sink)!;
      const sum: Term = (k) => f.get(own[k]!);
      write(sink, (old) => (sink.accumulate ? each.add(old, sum) : sum));
      f.free(...own);
    }
  };

  // Every address must be known before the loops are written, so the accesses are listed first.
  for (const node of depths.flatMap((depth) => depth.compute))
    if (node.op === 'ref') walkerOf(places.get(node.name!)!, node.at!);
  for (const sink of nest.sinks) walkerOf(places.get(sink.array)!, sink.at);
  const walking = [...walkers.values()].filter((walker) => walker.moves.size > 0 || walker.perSynapse > 0);
  for (const { local, pointer } of walking) {
    if (pointer === undefined) f.i32(0);
    else f.get(pointer);
    f.set(local);
  }
  const move = (local: number, by: number) => {
    if (by === 0) return;
    f.get(local);
    f.i32(by);
    f.op('i32.add');
    f.set(local);
  };
  const synapses = (turns: number) => {
    for (const walker of walking) if (walker.perSynapse > 0) move(walker.local, turns * walker.perSynapse);
  };

  const inside = (depth: number) => {
    compute(depth);
    start(depth);
    if (depth === last) {
      gather();
      for (const sink of inner) write(sink, (old) => (sink.accumulate ? plus(sink.value, old) : term(sink.value)));
    } else if (isSparse && depth === last - 1) sources(depth);
    else counted(depth, sizes[loops[depth]!.axis]!);
    finish(depth);
  };

  /** A loop of a fixed number of turns. */
  const counted = (depth: number, turns: number) => {
    const over = loops[depth]!;
    const moved = walking.filter((walker) => walker.moves.has(over));
    const left = f.local('i32');
    f.i32(turns);
    f.set(left);
    f.loop(() => {
      inside(depth + 1);
      for (const walker of moved) move(walker.local, walker.moves.get(over)!);
      if (relation && depth === last - 1) synapses(1);
      f.get(left);
      f.i32(1);
      f.op('i32.sub');
      f.tee(left);
      f.brIf(0);
    });
    for (const walker of moved) move(walker.local, -turns * walker.moves.get(over)!);
    if (relation && over === nest.edge!.target && depth > 0) rewind();
    f.free(left);
  };

  /** Back to the first synapse, for the next turn of a loop around them all. */
  const rewind = () => {
    synapses(-relation!.count);
    if (synapse !== undefined) move(synapse, -relation!.count * 4);
  };

  /** The loop over the sources wired to a target. */
  const sources = (depth: number) => {
    const { source, relation: name } = nest.edge!;
    const moved = walking.filter((walker) => walker.moves.has(source));
    const bases = moved.map(() => f.local('i32'));
    moved.forEach((walker, k) => {
      f.get(walker.local);
      f.set(bases[k]!);
    });
    const end = f.local('i32');
    f.get(rows!);
    f.memory('i32.load', addresses.start[name]! + 4);
    f.i32(2);
    f.op('i32.shl');
    f.set(end);
    f.block(() => {
      f.loop(() => {
        f.get(synapse!, end);
        f.op('i32.ge_u');
        f.brIf(1);
        moved.forEach((walker, k) => {
          f.get(synapse!);
          f.memory('i32.load', addresses.source[name]!);
          f.i32(walker.moves.get(source)!);
          f.op('i32.mul');
          f.get(bases[k]!);
          f.op('i32.add');
          f.set(walker.local);
        });
        inside(depth + 1);
        synapses(1);
        move(synapse!, 4);
        f.br(0);
      });
    });
    moved.forEach((walker, k) => {
      f.get(bases[k]!);
      f.set(walker.local);
    });
    f.free(end, ...bases);
  };
  // For wired synapses: four times the number of the synapse, and four times the number of the target.
  const synapse = isSparse ? f.local('i32') : undefined;
  const rows = isSparse ? f.local('i32') : undefined;
  if (synapse !== undefined && rows !== undefined) {
    f.i32(0);
    f.set(synapse);
    f.i32(0);
    f.set(rows);
    walking.push({ local: rows, pointer: undefined, moves: new Map([[nest.edge!.target, 4]]), perSynapse: 0 });
  }
  inside(0);
  each.release();
  one.release();
  f.free(zero, ...walking.map((walker) => walker.local), ...(synapse === undefined ? [] : [synapse]));
}
