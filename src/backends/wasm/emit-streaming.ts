import type { Nest, Place, Sink } from '../../compiler/kernel.ts';
import { schedule } from '../../compiler/schedule.ts';
import type { Index, Node } from '../../expression/node.ts';
import type { Assembler } from './assembler.ts';
import { addTo, emitNode, type Fusion, fuse } from './emit-node.ts';
import { type LaneGroups, laneGroups } from './lane-groups.ts';
import { type LaneOptions, type Lanes, lanes, type Term } from './lanes.ts';
import { packStatic } from './pack-static.ts';
import { slotTables } from './slot-tables.ts';
import { type StreamMemory, VECTOR } from './stream-memory.ts';

/** An address that moves with loops. */
interface Walker {
  readonly local: number;
  /** Bytes that each turn of a loop adds, at so many vectors side by side. */
  readonly step: (over: Index, count: number) => number;
  /** Of what is read through in one go while the loop over lanes runs: its bytes. */
  readonly whole?: number;
}

/** What is being written now: so many vectors side by side, and what is known of each expression. */
interface Context {
  readonly m: Lanes;
  /** One vector, for what is the same in all lanes. */
  readonly one: Lanes;
  readonly count: number;
  readonly values: Map<Node, Term>;
  /** In slots where some lanes have no source: which have one. */
  readonly mask?: Term;
}

/** Emit a nest of loops for one sequence, with the lanes along the last index of what it writes. */
export function emitStreaming(f: Assembler, nest: Nest, memory: StreamMemory, options: LaneOptions): void {
  const byLane = new Map<Index | undefined, Sink[]>();
  for (const sink of nest.sinks) {
    const lane = nest.edge?.target ?? sink.at.at(-1);
    byLane.set(lane, [...(byLane.get(lane) ?? []), sink]);
  }
  for (const [lane, sinks] of byLane) emitLanes(f, { ...nest, sinks }, lane, memory, options);
}

function emitLanes(
  f: Assembler,
  nest: Nest,
  lane: Index | undefined,
  memory: StreamMemory,
  options: LaneOptions,
): void {
  const { edge, loops, sinks } = nest;
  const { bytes, lanes: width } = memory;
  const { places, relations, sizes } = memory.compiled;
  const single = options.precision === 'float32';
  const [splat, loadZero, loadLane, storeLane] = single
    ? (['v128.load32_splat', 'v128.load32_zero', 'v128.load32_lane', 'v128.store32_lane'] as const)
    : (['v128.load64_splat', 'v128.load64_zero', 'v128.load64_lane', 'v128.store64_lane'] as const);
  const groups: LaneGroups = edge
    ? memory.groups(edge.relation, edge.target.axis, edge.source.axis)
    : laneGroups(lane ? sizes[lane.axis]! : 1, width);
  // Targets that do not stand side by side in order, in their wiring or in an array that is written, are found by tables.
  const scatters = sinks.some(({ array, at }) => at.length > 0 && at.at(-1) !== lane && !places.get(array)!.edge);
  const sparse = edge !== undefined && (!groups.uniform || scatters);
  const inTables = (i: Index) => sparse && (i === edge.target || i === edge.source);
  const varies = (node: Node) => node.indices.some((i) => i === lane || inTables(i));
  const { depths, inner } = schedule(nest);

  // Walkers, one for all accesses that move alike.
  const walkers = new Map<string, Walker>();
  const walker = (key: string, step: Walker['step'], whole?: number): Walker => {
    let found = walkers.get(key);
    if (!found) {
      found = { local: f.local('i32'), step, ...(whole === undefined ? {} : { whole }) };
      walkers.set(key, found);
    }
    return found;
  };
  /** Of arrays with an entry per synapse. */
  const synapses = () =>
    walker('synapses', (i, count) => (i === edge!.source ? count * VECTOR : 0), groups.slots * VECTOR);

  /** Pushes the address of a vector or scalar. */
  const push = (at: Walker | undefined) => (at ? f.get(at.local) : f.i32(0));
  const vectorsAt = (at: Walker | undefined, offset: number): Term => {
    return (k) => {
      push(at);
      f.memory('v128.load', offset + k * VECTOR);
    };
  };

  // Static entries, packed in the order of these loops.
  const refs = depths.flatMap((depth) => depth.compute).filter((node) => node.op === 'ref');
  const packs = new Map<string, { over: Index[]; entries: Node[] }>();
  for (const node of refs) {
    if (places.get(node.name!)!.region !== 'static') continue;
    const over = loops.filter((i) => node.at!.includes(i) || (i === lane && sparse && node.at!.includes(edge.source)));
    const key = over.map((i) => loops.indexOf(i)).join();
    const pack = packs.get(key) ?? { over, entries: [] };
    pack.entries.push(node);
    packs.set(key, pack);
  }
  const statics = new Map<Node, (count: number) => Term>();
  for (const [key, { over, entries }] of packs) {
    const address = memory.reals(packStatic({ loops: over, entries }, memory, groups, lane, edge));
    const ofLanes = lane !== undefined && over.includes(lane);
    const perSlot = edge !== undefined && over.includes(edge.target) && over.includes(edge.source);
    const vectors = perSlot ? groups.slots : groups.vectors;
    const step = (i: Index, count: number): number => {
      if (!over.includes(i) || (perSlot && i === lane)) return 0;
      const within = over.slice(over.indexOf(i) + 1);
      const all = lane !== undefined && within.includes(lane);
      const counted = within.filter((j) => j !== lane && !(perSlot && j === edge.source));
      const turns = counted.reduce((product, j) => product * sizes[j.axis]!, 1);
      return turns * entries.length * (ofLanes ? (all ? vectors : count) * VECTOR : bytes);
    };
    const whole = perSlot ? entries.length * vectors * VECTOR : undefined;
    const at = over.length === 0 ? undefined : walker(`static ${key}`, step, whole);
    entries.forEach((entry, n) => {
      statics.set(entry, (count) => {
        if (ofLanes) return vectorsAt(at, address + n * count * VECTOR);
        return () => {
          push(at);
          f.memory(splat, address + n * bytes);
        };
      });
    });
  }

  const tables = sparse ? slotTables(memory, groups, relations[edge.relation]!) : undefined;
  const headers =
    tables && walker('headers', (i, count) => (i === lane ? tables.header.step(count) : 0), tables.header.size);
  const sourceTable =
    tables &&
    walker('sources', (i, count) => (i === edge!.source ? tables.sources.step(count) : 0), tables.sources.size);
  const masks = tables && walker('masks', () => 0, tables.masks.size);

  // Arrays that change.
  const arrayAt = (place: Place, at: readonly Index[]) => {
    const { address, strides } = memory.array(place);
    const strideOf = (i: Index) => at.reduce((sum, j, k) => sum + (j === i ? strides[k]! : 0), 0);
    const moving = loops.filter((i) => at.includes(i) && !inTables(i));
    const key = moving.map((i) => `${loops.indexOf(i)}:${strideOf(i)}`).join();
    const step = (i: Index, count: number) => (moving.includes(i) ? strideOf(i) * (i === lane ? count * width : 1) : 0);
    const base = moving.length > 0 ? walker(`array ${key}`, step) : undefined;
    const tabled = [...new Set(at)].filter(inTables).map((i) => ({
      at: i === edge!.source ? sourceTable! : headers!,
      offset: i === edge!.source ? tables!.sources.address : tables!.header.address + 8,
      times: strideOf(i) / bytes,
    }));
    /** Pushes the address of one lane, and returns what stands beyond it. */
    const pushLane = (l: number): number => {
      tabled.forEach(({ at: from, offset, times }, n) => {
        f.get(from.local);
        f.memory('i32.load', offset + 4 * l);
        if (times !== 1) {
          f.i32(times);
          f.op('i32.mul');
        }
        if (n > 0) f.op('i32.add');
      });
      if (tabled.length === 0) push(base);
      else if (base) {
        push(base);
        f.op('i32.add');
      }
      return address + (lane && !inTables(lane) ? l * strideOf(lane) : 0);
    };
    return { address, base, contiguous: tabled.length === 0 && (!lane || strideOf(lane) === bytes), pushLane };
  };
  const load = (node: Node, count: number): Term => {
    const place = places.get(node.name!)!;
    if (place.region === 'static') return statics.get(node)!(count);
    if (place.edge) return vectorsAt(synapses(), memory.array(place).address);
    const { address, base, contiguous, pushLane } = arrayAt(place, node.at!);
    if (!varies(node)) {
      return () => {
        push(base);
        f.memory(splat, address);
      };
    }
    if (contiguous) return vectorsAt(base, address);
    const gather = (first: number, l: number): void => {
      const offset = pushLane(first + l);
      if (l > 0) gather(first, l - 1);
      f.memory(l > 0 ? loadLane : loadZero, offset, l > 0 ? l : undefined);
    };
    return (k) => gather(k * width, width - 1);
  };
  const write = ({ array, at }: Sink, value: Term, count: number) => {
    const place = places.get(array)!;
    const target = place.edge ? undefined : arrayAt(place, at);
    for (let k = 0; k < count; k++) {
      if (!target || target.contiguous) {
        push(target ? target.base : synapses());
        value(k);
        f.memory('v128.store', memory.array(place).address + k * VECTOR);
        continue;
      }
      const vector = f.local('v128');
      value(k);
      f.set(vector);
      // Lanes beyond the last target repeat it, save what they read from arrays with an entry per synapse: its own lane writes last.
      for (let l = width - 1; l >= 0; l--) {
        const offset = target.pushLane(k * width + l);
        f.get(vector);
        f.memory(storeLane, offset, l);
      }
      f.free(vector);
    }
  };

  // Multiply-adds: what is added to a running sum may be part of it, unless it must be masked first.
  const innermost = loops.length;
  const allGathered = depths.flatMap((depth) => depth.gathered);
  const summed = new Set(allGathered.filter((sink) => sink.reduction === 'sum').map((sink) => sink.value));
  const none: ReadonlySet<Node> = new Set();
  const fusions = depths.map((depth, k) => fuse(depth.compute, sinks, k === innermost ? summed : none));
  const masking = fuse(depths[innermost]!.compute, sinks, none);
  const fusionOf = (depth: number, { mask }: Context): Fusion =>
    depth === innermost && mask ? masking : fusions[depth]!;
  const termIn =
    ({ m, values }: Context) =>
    (node: Node): Term =>
      node.op === 'const' ? m.constant(node.value!) : values.get(node)!;

  const sums = new Map<Sink, number[]>();
  const compute = (depth: number, context: Context) => {
    const fusion = fusionOf(depth, context);
    for (const node of depths[depth]!.compute) {
      if (fusion.absorbed.has(node)) continue;
      const by = varies(node) ? context.m : context.one;
      const term = node.op === 'ref' ? load(node, context.count) : emitNode(by, node, termIn(context), fusion);
      const held = by.hold(term);
      context.values.set(node, varies(node) ? held : () => held(0));
    }
  };
  const gather = (context: Context) => {
    const { m, mask, count } = context;
    for (const sink of allGathered) {
      const locals = sums.get(sink)!;
      const sum: Term = (k) => f.get(locals[k]!);
      const value = termIn(context);
      let next: Term;
      if (sink.reduction === 'maximum') next = m.max(sum, value(sink.value));
      else if (mask) next = m.add(sum, m.and(mask, value(sink.value)));
      else next = addTo(m, sink.value, value, fusions[innermost]!, sum);
      for (let k = 0; k < count; k++) {
        next(k);
        f.set(locals[k]!);
      }
    }
  };

  const inside = (depth: number, context: Context): void => {
    compute(depth, context);
    const own = depths[depth]!.gathered;
    for (const sink of own) {
      const locals = Array.from({ length: context.count }, () => f.local('v128'));
      sums.set(sink, locals);
      for (const local of locals) {
        context.m.constant(sink.reduction === 'maximum' ? Number.NEGATIVE_INFINITY : 0)(0);
        f.set(local);
      }
    }
    if (depth === innermost) {
      gather(context);
      for (const sink of inner) write(sink, termIn(context)(sink.value), context.count);
    } else if (loops[depth] === lane) overLanes(depth, context);
    else if (sparse && loops[depth] === edge.source) overSlots(depth, context);
    else turn(sizes[loops[depth]!.axis]!, depth, context);
    for (const sink of own) {
      const locals = sums.get(sink)!;
      write(sink, (k) => f.get(locals[k]!), context.count);
      f.free(...locals);
    }
  };

  /** Repeat a body; `turns` is a number, or pushes one that may be 0. */
  const repeat = (turns: number | (() => void), body: () => void) => {
    if (turns === 0) return;
    if (turns === 1) return body();
    const left = f.local('i32');
    const rounds = () => f.countDown(left, body);
    if (typeof turns === 'number') {
      f.i32(turns);
      f.set(left);
      rounds();
    } else {
      turns();
      f.tee(left);
      f.if(rounds);
    }
    f.free(left);
  };
  /** Write the inside of a loop for so many vectors side by side. */
  const body = (depth: number, outer: Context, count: number, mask?: Term) => {
    const [m, one] = [lanes(f, options, count), lanes(f, options, 1)];
    const context: Context = { m, one, count, values: new Map(outer.values), ...(mask ? { mask: m.hold(mask) } : {}) };
    inside(depth + 1, context);
    m.release();
    one.release();
    const over = loops[depth]!;
    for (const { local, step } of walkers.values()) f.move(local, step(over, count));
  };
  /** Set walkers back after a loop; nothing is read after the outermost. */
  const back = (depth: number, moved: (step: Walker['step']) => number) => {
    if (depth === 0) return;
    for (const { local, step, whole } of walkers.values()) {
      if (whole === undefined || !(edge && loops[depth] === edge.source))
        f.move(local, -(loops[depth] === lane ? (whole ?? moved(step)) : moved(step)));
    }
  };
  const turn = (turns: number, depth: number, context: Context) => {
    repeat(turns, () => body(depth, context, context.count));
    back(depth, (step) => turns * step(loops[depth]!, context.count));
  };
  const overLanes = (depth: number, context: Context) => {
    for (const { count, turns } of groups.runs) repeat(turns, () => body(depth, context, count));
    back(depth, (step) => groups.runs.reduce((sum, { count, turns }) => sum + turns * step(lane!, count), 0));
  };
  const overSlots = (depth: number, context: Context) => {
    const run = groups.runs.find(({ count }) => count === context.count)!;
    const own = groups.batches.slice(run.first, run.first + run.turns);
    const turns = (word: number, numbers: readonly number[]) => {
      if (numbers.every((n) => n === numbers[0])) return numbers[0]!;
      return () => {
        f.get(headers!.local);
        f.memory('i32.load', tables!.header.address + 4 * word);
      };
    };
    repeat(
      turns(
        0,
        own.map((batch) => batch.common),
      ),
      () => body(depth, context, context.count),
    );
    repeat(
      turns(
        1,
        own.map((batch) => batch.masked),
      ),
      () => {
        body(depth, context, context.count, vectorsAt(masks, tables!.masks.address));
        f.move(masks!.local, tables!.masks.step(context.count));
      },
    );
  };

  // Every walker must be known before the loops are written.
  for (const node of refs) load(node, 1);
  for (const { array, at } of sinks) {
    const place = places.get(array)!;
    if (place.edge) synapses();
    else arrayAt(place, at);
  }
  for (const { local } of walkers.values()) {
    f.i32(0);
    f.set(local);
  }
  const one = lanes(f, options, 1);
  inside(0, { m: one, one, count: 1, values: new Map() });
  one.release();
  f.free(...[...walkers.values()].map((each) => each.local));
}
