import { LANES, POINTER, POINTERS } from '../regions.ts';
import type { Engine } from './driver.ts';

/**
 * The field of a block of sequences at the states of some stages, each with memory of its own, so that all of them can be pulled back.
 * Element k of a lane's state stands at `k * LANES + lane` from where a vector starts.
 */
export interface Field {
  /** Scalars of a vector: elements of all states, times lanes. */
  readonly size: number;
  /** Where the elements that flow stand in a vector; the others stand still in a flow. */
  readonly flows: Int32Array;
  /** Those among them that a caller sees, by which an error is measured. */
  readonly seen: Int32Array;
  /** Where its memory ends. */
  readonly end: number;
  /** Where the vectors of each stage start: its state, the rate there, and the cotangent of the state. */
  readonly state: readonly number[];
  readonly rate: readonly number[];
  readonly cotangent: readonly number[];
  /** Where the cotangent of a rate, which `pullback` reads, starts. */
  readonly seed: number;
  /** Where an array of the sample, a frame or the scratch starts in its region. */
  place(array: string): number;
  /** Copy the states that a kernel is pointed to into every stage, and read and write all else where its pointers say. */
  enter(pointers: Int32Array): void;
  /** Compute the rate of a stage from its state. */
  evaluate(stage: number): void;
  /**
   * Compute the cotangent of a stage's state from the seed, its rate being as `evaluate` left it. Cotangents of what else the field
   * reads are added where the pointers say, or dropped.
   */
  pullback(stage: number, others: 'add' | 'drop'): void;
}

/** The field of a compiled model whose kernel `step` is its flow, with this many stages, in memory from `free` on. */
export function field({ compiled, machine, free, gradientWidth }: Engine, stages: number): Field {
  const { places, states, flowing, regions, visible } = compiled;
  const size = states.reduce((total, state) => total + state.size, 0) * LANES;
  const elements = states.flatMap(({ name, offset, size: own }) =>
    flowing.has(name) ? Array.from({ length: own }, (_, k) => (offset + k) * LANES) : [],
  );
  const frame = regions.frame * LANES;
  const starts = (from: number) => Array.from({ length: stages }, (_, stage) => from + stage * (frame + 2 * size));
  const [state, rate, cotangent] = [starts(free), starts(free + frame), starts(free + frame + size)];
  const seed = free + stages * (frame + 2 * size);
  const sampleSize = regions.sample * LANES;
  const dropped = {
    sample: seed + size,
    scratch: seed + size + sampleSize,
    gradient: seed + size + sampleSize + regions.scratch * LANES,
  };
  const place = (array: string) => places.get(array)!.offset * LANES;
  const active = place('event.active');
  const own = new Int32Array(POINTERS);
  const given = new Int32Array(POINTERS);
  const run = (kernel: string, stage: number) => {
    own[POINTER.frame] = state[stage]!;
    own[POINTER.next] = rate[stage]!;
    own[POINTER.cotangent] = cotangent[stage]!;
    own[POINTER.cotangentNext] = seed;
    machine.run(kernel, own);
  };
  return {
    size,
    flows: Int32Array.from(elements),
    seen: Int32Array.from(elements.filter((at) => at < visible * LANES)),
    end: Math.ceil((dropped.gradient + regions.gradient * gradientWidth) / 16) * 16,
    state,
    rate,
    cotangent,
    seed,
    place,
    enter(pointers) {
      given.set(pointers);
      own.set(pointers);
      const from = pointers[POINTER.frame]!;
      for (const to of state) {
        machine.scalars.copyWithin(to, from, from + size);
        // A lane that takes no part is given no time and no cotangent.
        machine.scalars.fill(1, to + active, to + active + LANES);
      }
      const sample = pointers[POINTER.sample]!;
      machine.scalars.copyWithin(dropped.sample, sample, sample + sampleSize);
    },
    evaluate: (stage) => run('step', stage),
    pullback(stage, others) {
      const adding = ['sample', 'scratch', 'gradient'] as const;
      for (const region of adding) own[POINTER[region]] = others === 'drop' ? dropped[region] : given[POINTER[region]]!;
      machine.scalars.fill(0, cotangent[stage]!, cotangent[stage]! + size);
      run('step~', stage);
      for (const region of adding) own[POINTER[region]] = given[POINTER[region]]!;
    },
  };
}
