import type { Compiled } from '../compiler/compile.ts';
import { type Kernel, LANES, type Nest, POINTER, POINTERS, type Region, type Sink } from '../compiler/kernel.ts';
import { schedule, strides } from '../compiler/schedule.ts';
import type { Index, Node } from '../expression/node.ts';
import type { Backend, Machine } from './backend.ts';
import { evaluate } from './elementary.ts';

/** Scalars of a gradient element: the eight lanes of a block added to two, ((0+4)+(2+6)) and ((1+5)+(3+7)). */
const FOLDED = 2;

/** Plain float64 JavaScript that interprets kernels as they are written: the oracle, and the fallback where WebAssembly is forbidden. */
export const javascript: Backend = {
  name: 'javascript',
  isAvailable: () => true,
  hasFma: () => false,
  gradientWidth: () => FOLDED,
  build(compiled) {
    const machine = { scalars: new Float64Array(compiled.regions.static) };
    const kernels = new Map(
      Object.values(compiled.kernels).map((kernel) => [kernel.name, interpret(kernel, compiled, machine)]),
    );
    return {
      get scalars() {
        return machine.scalars;
      },
      start: 0,
      threads: 1,
      free: compiled.regions.static,
      reserve(scalars) {
        if (scalars <= machine.scalars.length) return;
        const larger = new Float64Array(scalars);
        larger.set(machine.scalars);
        machine.scalars = larger;
      },
      run: (kernel, pointers) => kernels.get(kernel)!(pointers),
    } satisfies Machine;
  },
};

type Run = (pointers: Int32Array) => void;

function interpret(kernel: Kernel, compiled: Compiled, memory: { scalars: Float64Array }): Run {
  const nests = kernel.nests.map((nest) => interpretNest(nest, kernel.scalar ? 1 : LANES, compiled, memory));
  return (pointers) => {
    const from = pointers[POINTER.scratch]! + kernel.clear.offset * LANES;
    memory.scalars.fill(0, from, from + kernel.clear.size * LANES);
    for (const nest of nests) nest(pointers);
  };
}

function interpretNest(
  nest: Nest,
  width: number,
  { places, relations, sizes }: Compiled,
  memory: { scalars: Float64Array },
): Run {
  const { depths, inner } = schedule(nest);
  const relation = nest.edge && relations[nest.edge.relation]!;
  const position = new Map<Index, number>();
  let synapse = 0;
  let pointers = new Int32Array(POINTERS);

  const perElement: Record<Region, number> = {
    static: 1,
    gradient: FOLDED,
    frame: LANES,
    next: LANES,
    sample: LANES,
    scratch: LANES,
    cotangent: LANES,
    cotangentNext: LANES,
  };
  /** Where an array's element stands at the present loop positions. */
  const addresser = (array: string, at: readonly Index[]): (() => number) => {
    const place = places.get(array)!;
    const pointer = place.region === 'static' ? undefined : POINTER[place.region];
    const base = () => (pointer === undefined ? 0 : pointers[pointer]!);
    const scale = perElement[place.region];
    if (place.edge) return () => base() + (place.offset + synapse) * scale;
    const steps = strides(place, sizes);
    return () => base() + (place.offset + at.reduce((sum, i, k) => sum + position.get(i)! * steps[k]!, 0)) * scale;
  };

  const registers = new Map<Node, Float64Array>();
  const register = (node: Node): Float64Array => {
    let found = registers.get(node);
    if (!found) {
      found = new Float64Array(width);
      if (node.op === 'const') found.fill(node.value!);
      registers.set(node, found);
    }
    return found;
  };
  const computation = (node: Node): (() => void) => {
    const out = register(node);
    if (node.op === 'ref') {
      const address = addresser(node.name!, node.at!);
      const step = places.get(node.name!)!.region === 'static' ? 0 : 1;
      return () => {
        const from = address();
        for (let lane = 0; lane < width; lane++) out[lane] = memory.scalars[from + step * lane]!;
      };
    }
    const by: (a: number, b: number, c: number) => number = evaluate[node.op as keyof typeof evaluate];
    const [a, b = a, c = a] = node.of.map(register);
    return () => {
      for (let lane = 0; lane < width; lane++) out[lane] = by(a![lane]!, b![lane]!, c![lane]!);
    };
  };

  const write = (sink: Sink, value: Float64Array): (() => void) => {
    const address = addresser(sink.array, sink.at);
    if (places.get(sink.array)!.region === 'gradient') {
      return () => {
        const to = address();
        for (let k = 0; k < FOLDED; k++)
          memory.scalars[to + k]! += value[k]! + value[k + 4]! + (value[k + 2]! + value[k + 6]!);
      };
    }
    return () => {
      const to = address();
      for (let lane = 0; lane < width; lane++)
        memory.scalars[to + lane] = sink.accumulate ? memory.scalars[to + lane]! + value[lane]! : value[lane]!;
    };
  };

  const work = depths.map((depth) => ({
    compute: depth.compute.map(computation),
    gathered: depth.gathered.map((sink) => {
      const sum = new Float64Array(width);
      return { sum, value: register(sink.value), greatest: sink.reduction === 'maximum', write: write(sink, sum) };
    }),
  }));
  const gathered = work.flatMap((depth) => depth.gathered);
  const writes = inner.map((sink) => write(sink, register(sink.value)));

  const enter = (depth: number): void => {
    const { compute, gathered: own } = work[depth]!;
    for (const step of compute) step();
    for (const { sum, greatest } of own) sum.fill(greatest ? Number.NEGATIVE_INFINITY : 0);
    if (depth < nest.loops.length) loop(depth);
    else {
      for (const { sum, value, greatest } of gathered) {
        for (let lane = 0; lane < width; lane++)
          sum[lane] = greatest ? Math.max(sum[lane]!, value[lane]!) : sum[lane]! + value[lane]!;
      }
      for (const step of writes) step();
    }
    for (const sink of own) sink.write();
  };
  const loop = (depth: number): void => {
    const over = nest.loops[depth]!;
    if (relation && depth === nest.loops.length - 1) {
      const target = position.get(nest.edge!.target)!;
      for (synapse = relation.start[target]!; synapse < relation.start[target + 1]!; synapse++) {
        position.set(over, relation.source[synapse]!);
        enter(depth + 1);
      }
      return;
    }
    for (let k = 0; k < sizes[over.axis]!; k++) {
      position.set(over, k);
      enter(depth + 1);
    }
  };
  return (given) => {
    pointers = given as Int32Array<ArrayBuffer>;
    enter(0);
  };
}
