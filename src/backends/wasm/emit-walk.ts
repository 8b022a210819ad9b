import type { Compiled } from '../../compiler/compile.ts';
import { LANES, POINTER, POINTERS } from '../../compiler/kernel.ts';
import { type Direction, type Precision, walks } from '../backend.ts';
import type { Assembler } from './assembler.ts';
import { emitZeros } from './emit-zeros.ts';
import type { ModuleBuilder } from './encoder.ts';

/** Bytes of a vector. */
const VECTOR = 16;

/** Locals that hold the addresses a kernel is given; those of regions it does not touch may be missing. */
type Pointers = Partial<Record<keyof typeof POINTER, number>>;

/**
 * Emit `forward`, and `backward` where there are reverse kernels: they take a block through its samples and sub-steps, calling its kernels,
 * which are functions of the same module. Their parameters are the addresses of a thread's scratch and gradient, then those of `walks`.
 */
export function emitWalks(
  builder: ModuleBuilder,
  kernels: ReadonlyMap<string, Assembler>,
  compiled: Compiled,
  precision: Precision,
): void {
  emitForward(begin(builder, 'forward', kernels, compiled, precision), compiled);
  if (kernels.has('output~')) emitBackward(begin(builder, 'backward', kernels, compiled, precision), compiled);
}

type Walking = ReturnType<typeof begin>;

/** Begin a walk: its parameters by name, positions made addresses, and what both directions are written in. */
function begin(
  builder: ModuleBuilder,
  name: Direction,
  kernels: ReadonlyMap<string, Assembler>,
  { places, regions }: Compiled,
  precision: Precision,
) {
  const bytes = precision === 'float32' ? 4 : 8;
  const real = precision === 'float32' ? ('f32x4' as const) : ('f64x2' as const);
  const names: readonly string[] = ['scratch', 'gradient', ...walks[name]];
  const f = builder.fn({ name, params: names.map(() => 'i32') });
  const parameter = (called: string) => names.indexOf(called);
  const numbers = ['steps', 'tape', 'fresh', 'scratch', 'gradient'];
  for (const called of names) {
    if (numbers.includes(called)) continue;
    f.get(parameter(called));
    f.i32(Math.log2(bytes));
    f.op('i32.shl');
    f.set(parameter(called));
  }
  const [scratch, gradient, sample, swap] = [
    parameter('scratch'),
    parameter('gradient'),
    f.local('i32'),
    f.local('i32'),
  ];
  f.get(parameter('samples'));
  f.set(sample);
  return {
    f,
    bytes,
    parameter,
    scratch,
    gradient,
    sample,
    frameBytes: regions.frame * LANES * bytes,
    sampleBytes: regions.sample * LANES * bytes,
    /** Bytes from the start of its region to an array's. */
    offset: (array: string) => places.get(array)!.offset * LANES * bytes,
    /** Call a kernel. */
    run(kernel: string, pointers: Pointers) {
      const given: Pointers = { sample, scratch, gradient, ...pointers };
      const locals = new Array<number | undefined>(POINTERS);
      for (const region of Object.keys(given) as (keyof typeof POINTER)[]) locals[POINTER[region]] = given[region];
      for (const local of locals) {
        if (local === undefined) f.i32(0);
        else f.get(local);
      }
      f.call(kernels.get(kernel)!);
    },
    /** Two addresses change places. */
    exchange(a: number, b: number) {
      f.get(a);
      f.set(swap);
      f.get(b);
      f.set(a);
      f.get(swap);
      f.set(b);
    },
    /** As many turns as a local says, which counts down; none where it is 0. */
    repeat(left: number, body: () => void) {
      f.get(left);
      f.if(() => f.countDown(left, body));
    },
    /** Set a local to the most sub-steps of the sample. */
    countInto(local: number) {
      f.get(sample);
      f.memory(precision === 'float32' ? 'f32.load' : 'f64.load', this.offset('sample.most'));
      f.op(precision === 'float32' ? 'i32.trunc_sat_f32_s' : 'i32.trunc_sat_f64_s');
      f.set(local);
    },
    constant: (value: number) => f.constant(real, value),
    real,
  };
}

function emitForward(walk: Walking, { events }: Compiled): void {
  const { f, parameter, sample, bytes, frameBytes } = walk;
  const [frame, next, tape] = [parameter('frame'), parameter('next'), parameter('tape')];
  const [left, turn] = [f.local('i32'), f.local('v128')];
  /** An event takes place in the lanes that have more sub-steps than there were turns. */
  const happen = (event: string, turns: () => void) => {
    for (let k = 0; k < (LANES * bytes) / VECTOR; k++) {
      f.get(frame);
      turns();
      f.get(sample);
      f.memory('v128.load', walk.offset('sample.steps') + k * VECTOR);
      f.op(`${walk.real}.lt`);
      walk.constant(1);
      f.op('v128.and');
      f.memory('v128.store', walk.offset('event.active') + k * VECTOR);
    }
    walk.run(event, { frame, next });
    walk.exchange(frame, next);
    // The frame that is left behind is written again, unless there is a tape.
    f.get(frame);
    f.i32(frameBytes);
    f.op('i32.add');
    f.get(next, tape);
    f.op('select');
    f.set(next);
  };
  walk.repeat(parameter('steps'), () => {
    walk.run('sample', { frame, next });
    for (const event of events) {
      if (event !== 'step') {
        happen(event, () => walk.constant(0));
        continue;
      }
      walk.countInto(left);
      walk.constant(0);
      f.set(turn);
      walk.repeat(left, () => {
        happen(event, () => f.get(turn));
        f.get(turn);
        walk.constant(1);
        f.op(`${walk.real}.add`);
        f.set(turn);
      });
    }
    walk.run('output', { frame, next });
    f.move(sample, walk.sampleBytes);
  });
}

function emitBackward(walk: Walking, compiled: Compiled): void {
  const { f, parameter, sample, scratch, gradient, bytes, frameBytes, sampleBytes } = walk;
  const { events, regions, sampleCotangents, inputCotangents } = compiled;
  const [frame, cotangent, before] = [parameter('frame'), parameter('cotangent'), parameter('before')];
  const [next, left] = [f.local('i32'), f.local('i32')];
  const lanes = LANES * bytes;
  const unhappen = (event: string) => {
    f.get(frame);
    f.set(next);
    f.move(frame, -frameBytes);
    emitZeros(f, before, 0, regions.cotangent * lanes);
    walk.run(`${event}~`, { frame, next, cotangent: before, cotangentNext: cotangent });
    walk.exchange(cotangent, before);
  };
  f.get(parameter('fresh'));
  f.if(() => emitZeros(f, gradient, 0, regions.gradient * VECTOR));
  f.get(parameter('steps'));
  f.i32(sampleBytes);
  f.op('i32.mul');
  f.get(sample);
  f.op('i32.add');
  f.set(sample);
  walk.repeat(parameter('steps'), () => {
    f.move(sample, -sampleBytes);
    emitZeros(f, scratch, sampleCotangents.offset * lanes, sampleCotangents.size * lanes);
    emitZeros(f, sample, inputCotangents.offset * lanes, inputCotangents.size * lanes);
    walk.run('output~', { frame, next, cotangent });
    for (const event of [...events].reverse()) {
      if (event !== 'step') {
        unhappen(event);
        continue;
      }
      walk.countInto(left);
      walk.repeat(left, () => unhappen(event));
    }
    walk.run('sample~', { frame, next, cotangent });
  });
  f.get(parameter('row'));
  f.if(() => emitFold(walk, regions.gradient));
}

/** Write every element of the gradient region to the row, its lanes added: (0 + 2) + (1 + 3), or 0 + 1. */
function emitFold({ f, bytes, parameter, gradient, repeat, real }: Walking, elements: number): void {
  const lanes = VECTOR / bytes;
  const row = parameter('row');
  const left = f.local('i32');
  /** Lanes of two vectors, each of the first's and then of the second's. */
  const pick = (push: readonly (() => void)[], first: readonly number[]) => {
    for (const operand of push) operand();
    const lane = (n: number) => Array.from({ length: bytes }, (_, byte) => n * bytes + byte);
    f.shuffle([...first, ...first.map((n) => n + lanes)].flatMap(lane));
  };
  const element = (k: number) => () => {
    f.get(gradient);
    f.memory('v128.load', k * VECTOR);
  };
  const halves = (a: () => void, b: () => void, low: readonly number[], high: readonly number[]) => () => {
    pick([a, b], low);
    pick([a, b], high);
    f.op(`${real}.add`);
  };
  /** The sums of the halves of as many elements as a vector has lanes. */
  const folded = () => {
    if (lanes === 2) return halves(element(0), element(1), [0], [1])();
    const pairs = [0, 2].map((k) => {
      const sums = f.local('v128');
      halves(element(k), element(k + 1), [0, 1], [2, 3])();
      f.set(sums);
      return sums;
    }) as [number, number];
    halves(
      () => f.get(pairs[0]),
      () => f.get(pairs[1]),
      [0, 2],
      [1, 3],
    )();
    f.free(...pairs);
  };
  f.i32(Math.ceil(elements / lanes));
  f.set(left);
  repeat(left, () => {
    const sum = f.local('v128');
    folded();
    f.set(sum);
    f.get(row, sum);
    f.memory('v128.store');
    f.free(sum);
    f.move(gradient, lanes * VECTOR);
    f.move(row, VECTOR);
  });
}
