import type { Compiled } from '../../compiler/compile.ts';
import { LANES, type Nest, type Place, type Region, type Sink } from '../../compiler/kernel.ts';
import { schedule } from '../../compiler/schedule.ts';
import type { Index, Node } from '../../expression/node.ts';
import type { Assembler } from './assembler.ts';
import { elementary } from './elementary.ts';
import { addTo, emitNode, fuse } from './emit-node.ts';
import { type LaneOptions, type Lanes, lanes, type Term } from './lanes.ts';
import { makeWalkers, type Walker } from './walkers.ts';

/**
 * Where the tables and the static region stand in memory, in bytes. Of a relation's target, `start` holds four times the number of its
 * first synapse; of a synapse, `source` the bytes to its source in an array of sequences.
 */
export interface Addresses {
  readonly start: Readonly<Record<string, number>>;
  readonly source: Readonly<Record<string, number>>;
  readonly static: number;
}

/** Bytes of a vector. */
const VECTOR = 16;

/**
 * Emit a nest of loops into a function whose parameters are the regions' addresses: a block of sequences at once, or (`scalar`) one
 * scalar an element. Several turns of the last loop but one may be worked on side by side (unroll and jam): what they share is read
 * once, and their chains overlap.
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
  const gathering = depths.flatMap((depth) => depth.gathered);
  const last = loops.length;
  const relation = nest.edge && relations[nest.edge.relation]!;
  const isSparse = relation !== undefined && !relation.full;
  const jammed = scalar || isSparse ? undefined : loops.at(-2);
  const elementOf = (region: Region) => (region === 'static' ? bytes : region === 'gradient' ? VECTOR : LANES * bytes);
  const walkers = makeWalkers(f, loops, sizes, elementOf);
  const { walking, synapses } = walkers;

  // Terms are numbered: vector v of turn c of the jammed loop is c·width + v.
  let copies = 1;
  const vectorOf = (k: number) => k % width;
  const turnOf = (k: number) => k - vectorOf(k);
  const hasTurns = (indices: readonly Index[]) => jammed !== undefined && indices.includes(jammed);
  const sequenced = new Map<Node, boolean>();
  const hasSequences = (node: Node): boolean => {
    let found = sequenced.get(node);
    if (found === undefined) {
      found = node.op === 'ref' ? places.get(node.name!)!.region !== 'static' : node.of.some(hasSequences);
      sequenced.set(node, found);
    }
    return found;
  };
  /** Arithmetic for what depends on both, on turns or sequences alone, or on neither, which is then computed once. */
  const arithmetics = () => {
    const of = (which: (k: number) => number) => lanes(f, options, copies * width, which);
    return { both: of((k) => k), turns: of(turnOf), sequences: of(vectorOf), neither: of(() => 0) };
  };
  let arithmetic = arithmetics();
  const release = () => {
    for (const own of Object.values(arithmetic)) own.release();
  };
  const arithmeticFor = (node: Node): Lanes => {
    if (hasTurns(node.indices)) return hasSequences(node) ? arithmetic.both : arithmetic.turns;
    return hasSequences(node) ? arithmetic.sequences : arithmetic.neither;
  };

  /** Bytes from one turn of the jammed loop to the next. */
  const apart = (walker: Walker) =>
    walker.perSynapse > 0 ? walker.perSynapse * sizes[loops.at(-1)!.axis]! : (walker.moves.get(jammed!) ?? 0);
  const offsetOf = (place: Place, walker: Walker, k: number) =>
    place.offset * elementOf(place.region) +
    (copies > 1 ? (turnOf(k) / width) * apart(walker) : 0) +
    (place.region === 'static' ? addresses.static : vectorOf(k) * VECTOR);
  const [splat, storeLane] =
    options.precision === 'float32'
      ? (['v128.load32_splat', 'v128.store32_lane'] as const)
      : (['v128.load64_splat', 'v128.store64_lane'] as const);
  const load = (place: Place, walker: Walker): Term => {
    const instruction = place.region === 'static' ? splat : 'v128.load';
    return (k) => {
      f.get(walker.local);
      f.memory(instruction, offsetOf(place, walker, k));
    };
  };

  const summed = new Set([
    ...gathering.filter((sink) => sink.reduction === 'sum').map((sink) => sink.value),
    ...inner.filter((sink) => sink.accumulate).map((sink) => sink.value),
  ]);
  const fusions = depths.map((depth, k) => fuse(depth.compute, nest.sinks, k === last ? summed : new Set()));
  const values = new Map<Node, Term>();
  const term = (node: Node): Term =>
    node.op === 'const' ? arithmetic.neither.constant(node.value!) : values.get(node)!;
  const compute = (depth: number) => {
    for (const node of depths[depth]!.compute) {
      if (fusions[depth]!.absorbed.has(node)) continue;
      const own = arithmeticFor(node);
      if (node.op === 'ref') {
        const place = places.get(node.name!)!;
        values.set(node, own.hold(load(place, walkers.of(place, node.at!))));
      } else values.set(node, own.hold(emitNode(own, node, term, fusions[depth]!)));
    }
  };
  /** A sum and one more value. */
  const plus = (value: Node, sum: Term): Term => addTo(arithmetic.both, value, term, fusions[last]!, sum);

  /**
   * Write what `next` makes of what stands there: one entry for each vector (of a gradient, whose lanes are partly added, for all) and
   * for each turn of the jammed loop that the array has.
   */
  const write = (sink: Sink, next: (old: Term) => Term) => {
    const place = places.get(sink.array)!;
    const walker = walkers.of(place, sink.at);
    const entryOf = (k: number) =>
      (hasTurns(sink.at) ? turnOf(k) : 0) + (place.region === 'gradient' ? 0 : vectorOf(k));
    const entries = new Map<number, Term>();
    for (let k = 0; k < copies * width; k++) {
      const entry = entryOf(k);
      const old = entries.get(entry) ?? (() => load(place, walker)(entry));
      entries.set(entry, () => next(old)(k));
    }
    // All are read before the first is written, so that engines can take two vectors as one.
    const locals = [...entries].map(([entry, value]) => {
      const local = f.local('v128');
      value(entry);
      f.set(local);
      return [entry, local] as const;
    });
    for (const [entry, local] of locals) {
      f.get(walker.local, local);
      if (place.region === 'static') f.memory(storeLane, offsetOf(place, walker, entry), 0);
      else f.memory('v128.store', offsetOf(place, walker, entry));
      f.free(local);
    }
  };

  // Sums that gather in locals while inner loops run.
  const sums = new Map<Sink, readonly number[]>();
  const start = (depth: number) => {
    for (const sink of depths[depth]!.gathered) {
      const own = Array.from({ length: (hasTurns(sink.at) ? copies : 1) * width }, () => f.local('v128'));
      sums.set(sink, own);
      for (const local of own) {
        arithmetic.neither.constant(sink.reduction === 'maximum' ? Number.NEGATIVE_INFINITY : 0)(0);
        f.set(local);
      }
    }
  };
  const gather = () => {
    for (const sink of gathering) {
      const own = sums.get(sink)!;
      for (let k = 0; k < copies * width; k++) {
        const local = own[k % own.length]!;
        const sum: Term = () => f.get(local);
        (sink.reduction === 'maximum' ? arithmetic.both.max(sum, term(sink.value)) : plus(sink.value, sum))(k);
        f.set(local);
      }
    }
  };
  const finish = (depth: number) => {
    for (const sink of depths[depth]!.gathered) {
      const own = sums.get(sink)!;
      const sum: Term = (k) => f.get(own[k]!);
      write(sink, (old) => (sink.accumulate ? arithmetic.both.add(old, sum) : sum));
      f.free(...own);
    }
  };

  const inside = (depth: number) => {
    compute(depth);
    start(depth);
    if (depth === last) {
      gather();
      for (const sink of inner) write(sink, (old) => (sink.accumulate ? plus(sink.value, old) : term(sink.value)));
    } else if (isSparse && depth === last - 1) wired(depth);
    else counted(depth, sizes[loops[depth]!.axis]!);
    finish(depth);
  };

  /** A loop of a fixed number of turns, those of the jammed loop several at once and then the rest. */
  const counted = (depth: number, turns: number) => {
    const over = loops[depth]!;
    if (over !== jammed) repeat(depth, turns);
    else {
      const most = Math.min(turns, sideBySide(depths[last]!.compute, gathering.length, inner.length));
      jam(most, () => repeat(depth, Math.floor(turns / most)));
      jam(turns % most, () => repeat(depth, 1));
    }
    for (const walker of walking) f.move(walker.local, -turns * (walker.moves.get(over) ?? 0));
    if (relation && over === nest.edge!.target && depth > 0) rewind();
  };
  const jam = (turns: number, emit: () => void) => {
    if (turns === 0) return;
    const outside = { arithmetic, known: new Set(values.keys()) };
    copies = turns;
    arithmetic = arithmetics();
    emit();
    release();
    copies = 1;
    arithmetic = outside.arithmetic;
    for (const node of values.keys()) if (!outside.known.has(node)) values.delete(node);
  };
  const repeat = (depth: number, turns: number) => {
    const over = loops[depth]!;
    const left = f.local('i32');
    f.i32(turns);
    f.set(left);
    f.countDown(left, () => {
      inside(depth + 1);
      for (const { local, moves } of walking) f.move(local, (over === jammed ? copies : 1) * (moves.get(over) ?? 0));
      if (relation && depth === last - 1) synapses(1);
      if (relation && over === jammed) synapses((copies - 1) * sizes[loops.at(-1)!.axis]!);
    });
    f.free(left);
  };

  // The synapse of a wired target that it is the turn of, and the one behind its last: four times their numbers.
  const [synapse, end] = [f.local('i32'), f.local('i32')];
  const row = isSparse ? walkers.counter(nest.edge!.target, 4) : undefined;
  /** Back to the first synapse, for the next turn of a loop around them all. */
  const rewind = () => {
    synapses(-relation!.count);
    if (isSparse) f.move(synapse, -relation!.count * 4);
  };

  /** The loop over the sources wired to a target. */
  const wired = (depth: number) => {
    const { source, relation: name } = nest.edge!;
    const moved = walking.filter((walker) => walker.moves.has(source));
    const bases = moved.map(() => f.local('i32'));
    moved.forEach((walker, k) => {
      f.get(walker.local);
      f.set(bases[k]!);
    });
    const along = f.local('i32');
    f.get(row!);
    f.memory('i32.load', addresses.start[name]! + 4);
    f.set(end);
    const more = () => {
      f.get(synapse, end);
      f.op('i32.lt_u');
    };
    more();
    f.if(() =>
      f.loop(() => {
        f.get(synapse);
        f.memory('i32.load', addresses.source[name]!);
        f.set(along);
        moved.forEach((walker, k) => {
          f.get(along);
          scaleBy(walker.moves.get(source)!);
          f.get(bases[k]!);
          f.op('i32.add');
          f.set(walker.local);
        });
        inside(depth + 1);
        synapses(1);
        f.move(synapse, 4);
        more();
        f.brIf(0);
      }),
    );
    moved.forEach((walker, k) => {
      f.get(bases[k]!);
      f.set(walker.local);
    });
    f.free(along, ...bases);
  };
  /** From the bytes to a source in an array of sequences to those in an array with so many bytes a source. */
  const scaleBy = (each: number) => {
    const isNarrow = each % (LANES * bytes) !== 0;
    if (isNarrow) {
      f.i32(Math.log2(LANES));
      f.op('i32.shr_u');
    }
    const factor = each / (isNarrow ? bytes : LANES * bytes);
    if (factor === 1) return;
    f.i32(factor);
    f.op('i32.mul');
  };

  // Every address must be known before the loops are written, so the accesses are listed first.
  for (const node of depths.flatMap((depth) => depth.compute))
    if (node.op === 'ref') walkers.of(places.get(node.name!)!, node.at!);
  for (const sink of nest.sinks) walkers.of(places.get(sink.array)!, sink.at);
  walkers.start();
  if (isSparse) {
    f.i32(0);
    f.set(synapse);
  }
  inside(0);
  release();
  walkers.release();
  f.free(synapse, end);
}

/**
 * Turns of the jammed loop that are worked on side by side, measured (docs/benchmarks.md): as many sums and entries as registers hold;
 * beside elementary functions, which fill them by themselves, only what writes in the innermost loop gains.
 */
function sideBySide(innermost: readonly Node[], sums: number, written: number): number {
  if (innermost.some((node) => node.op in elementary)) return written > 0 ? 2 : 1;
  if (written > 2) return 1;
  return written > 0 ? 4 : Math.max(1, Math.floor(4 / sums));
}
