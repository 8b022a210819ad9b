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
  const bytes = options.precision === 'float32' ? 4 : 8;
  const count = scalar ? 1 : (LANES * bytes) / VECTOR;
  const m = lanes(f, options, count);
  const { depths, inner } = schedule(nest);
  const relation = nest.edge && relations[nest.edge.relation]!;
  const element: Record<Region, number> = {
    static: bytes,
    gradient: VECTOR,
    frame: LANES * bytes,
    next: LANES * bytes,
    sample: LANES * bytes,
    scratch: LANES * bytes,
    cotangent: LANES * bytes,
    cotangentNext: LANES * bytes,
  };

  const walkers = new Map<string, Walker>();
  const walkerOf = (place: Place, at: readonly Index[]): Walker => {
    const pointer = place.region === 'static' ? undefined : POINTER[place.region];
    const moves = new Map<Index, number>();
    const scale = element[place.region];
    if (!place.edge) {
      const steps = strides(place, sizes);
      for (const [k, i] of at.entries()) moves.set(i, (moves.get(i) ?? 0) + steps[k]! * scale);
    }
    const perSynapse = place.edge ? scale : 0;
    const key = `${pointer}|${perSynapse}|${[...moves].map(([i, by]) => `${nest.loops.indexOf(i)}:${by}`).sort()}`;
    let walker = walkers.get(key);
    if (!walker) {
      walker = {
        local: moves.size > 0 || perSynapse > 0 ? f.local('i32') : (pointer ?? zero),
        pointer,
        moves,
        perSynapse,
      };
      walkers.set(key, walker);
    }
    return walker;
  };
  const zero = f.local('i32');
  f.i32(0);
  f.set(zero);
  const offsetOf = (place: Place) =>
    place.offset * element[place.region] + (place.region === 'static' ? addresses.static : 0);

  const load = (node: Node): Term => {
    const place = places.get(node.name!)!;
    const walker = walkerOf(place, node.at!);
    const splat = options.precision === 'float32' ? 'v128.load32_splat' : 'v128.load64_splat';
    return (k) => {
      f.get(walker.local);
      if (place.region === 'static') f.memory(splat, offsetOf(place));
      else f.memory('v128.load', offsetOf(place) + k * VECTOR);
    };
  };

  const summed = new Set(
    depths
      .flatMap((depth) => depth.gathered)
      .filter((sink) => sink.reduction === 'sum')
      .map((sink) => sink.value),
  );
  const roots = nest.sinks.map((sink) => sink.value);
  const fusions = depths.map((depth, k) => fuse(depth.compute, roots, k === nest.loops.length ? summed : new Set()));
  const values = new Map<Node, Term>();
  const term = (node: Node): Term => (node.op === 'const' ? m.constant(node.value!) : values.get(node)!);
  const compute = (depth: number) => {
    for (const node of depths[depth]!.compute) {
      if (node.op === 'ref') values.set(node, m.hold(load(node)));
      else if (!fusions[depth]!.absorbed.has(node)) values.set(node, m.hold(emitNode(m, node, term, fusions[depth]!)));
    }
  };

  /** Lanes of a block partly added: ((0+4)+(2+6)) and ((1+5)+(3+7)), or 0+4, 1+5, 2+6, 3+7. */
  const folded = (value: Term): Term => {
    const pair = (a: number, b: number): Term =>
      m.add(
        () => value(a),
        () => value(b),
      );
    return count === 2 ? pair(0, 1) : m.add(pair(0, 2), pair(1, 3));
  };
  const write = (sink: Sink, value: Term) => {
    const place = places.get(sink.array)!;
    const address = walkerOf(place, sink.at).local;
    const offset = offsetOf(place);
    if (place.region === 'static') {
      const [splat, store] =
        options.precision === 'float32'
          ? (['v128.load32_splat', 'v128.store32_lane'] as const)
          : (['v128.load64_splat', 'v128.store64_lane'] as const);
      const old: Term = () => {
        f.get(address);
        f.memory(splat, offset);
      };
      f.get(address);
      (sink.accumulate ? m.add(old, value) : value)(0);
      f.memory(store, offset, 0);
      return;
    }
    const vectors = place.region === 'gradient' ? [folded(value)] : Array.from({ length: count }, () => value);
    vectors.forEach((vector, k) => {
      const old: Term = () => {
        f.get(address);
        f.memory('v128.load', offset + k * VECTOR);
      };
      f.get(address);
      (sink.accumulate ? m.add(old, vector) : vector)(k);
      f.memory('v128.store', offset + k * VECTOR);
    });
  };

  // Sums that gather in locals while inner loops run.
  const gathered = depths.map((depth) =>
    depth.gathered.map((sink) => ({ sink, locals: Array.from({ length: count }, () => f.local('v128')) })),
  );
  const gather = () => {
    for (const { sink, locals } of gathered.flat()) {
      const sum: Term = (k) => f.get(locals[k]!);
      const next =
        sink.reduction === 'maximum'
          ? m.max(sum, term(sink.value))
          : addTo(m, sink.value, term, fusions[nest.loops.length]!, sum);
      locals.forEach((local, k) => {
        next(k);
        f.set(local);
      });
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
    f.get(local);
    f.i32(by);
    f.op('i32.add');
    f.set(local);
  };

  const inside = (depth: number) => {
    compute(depth);
    for (const { sink, locals } of gathered[depth]!) {
      for (const local of locals) {
        m.constant(sink.reduction === 'maximum' ? Number.NEGATIVE_INFINITY : 0)(0);
        f.set(local);
      }
    }
    if (depth === nest.loops.length) {
      gather();
      for (const sink of inner) write(sink, term(sink.value));
    } else if (relation && depth === nest.loops.length - 1) sources(depth);
    else counted(depth, sizes[nest.loops[depth]!.axis]!);
    for (const { sink, locals } of gathered[depth]!) write(sink, (k) => f.get(locals[k]!));
  };

  /** A loop of a fixed number of turns. */
  const counted = (depth: number, turns: number) => {
    const over = nest.loops[depth]!;
    const moved = walking.filter((walker) => walker.moves.has(over));
    const left = f.local('i32');
    f.i32(turns);
    f.set(left);
    f.loop(() => {
      inside(depth + 1);
      for (const walker of moved) move(walker.local, walker.moves.get(over)!);
      if (relation && depth === nest.loops.length - 1)
        for (const walker of walking) if (walker.perSynapse > 0) move(walker.local, walker.perSynapse);
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
    for (const walker of walking) if (walker.perSynapse > 0) move(walker.local, -relation!.count * walker.perSynapse);
    if (synapse !== undefined) move(synapse, -relation!.count * 4);
  };

  /** The loop over the sources wired to a target. */
  const sources = (depth: number) => {
    const { source, relation: name } = nest.edge!;
    if (relation!.full) return counted(depth, sizes[source.axis]!);
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
        for (const walker of walking) if (walker.perSynapse > 0) move(walker.local, walker.perSynapse);
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
  const synapse = relation && !relation.full ? f.local('i32') : undefined;
  const rows = relation && !relation.full ? f.local('i32') : undefined;
  if (synapse !== undefined && rows !== undefined) {
    f.i32(0);
    f.set(synapse);
    f.i32(0);
    f.set(rows);
    walking.push({ local: rows, pointer: undefined, moves: new Map([[nest.edge!.target, 4]]), perSynapse: 0 });
  }
  inside(0);
  m.release();
  f.free(
    zero,
    ...walking.map((walker) => walker.local),
    ...gathered.flat().flatMap(({ locals }) => locals),
    ...(synapse === undefined ? [] : [synapse]),
  );
}
