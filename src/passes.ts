import type { Machine } from './backends/backend.ts';
import { type Arena, type Block, blocks } from './blocks.ts';
import type { Compiled, Event } from './compiler/compile.ts';
import { LANES, POINTER, POINTERS } from './compiler/kernel.ts';
import { pairwiseArrays } from './pairwise-arrays.ts';
import type { Sequences } from './sequences.ts';
import type { Timing } from './timing.ts';

/** Numbers in the precision of a program. */
export type Reals = Float32Array | Float64Array;

/** A compiled model on a machine, and the sizes of what goes in and comes out. */
export interface Runner {
  readonly compiled: Compiled;
  readonly machine: Machine;
  readonly arena: Arena;
  readonly inputs: number;
  /** States that a caller sees: all but the running time. */
  readonly states: number;
  readonly outputs: number;
  /** Whether the last unmasked step alone answers. */
  readonly last: boolean;
  /** Scalars that one element of the gradient region takes. */
  readonly gradientWidth: number;
  reals(length: number): Reals;
}

/** What a forward pass leaves behind for a backward pass. */
export interface Tape {
  readonly batch: number;
  readonly steps: number;
  readonly plan: Timing;
  readonly blocks: readonly Block[];
}

/** What a forward pass gives; arrays are new and belong to the caller. */
export interface Answer {
  /** `(batch, steps, outputs)`, or `(batch, outputs)` when the readout is `last`; 0 at masked steps. */
  readonly outputs: Reals;
  /** State after the last step, `(batch, states)`. */
  readonly final: Reals;
  /** State after every step, `(batch, steps, states)`, when asked for. */
  readonly states?: Reals;
}

/** Exact gradients of Σ outputs·cotangent with respect to what went in, shaped like it. */
export interface Gradients {
  readonly x: Reals;
  readonly dt: Reals;
  readonly initial: Reals;
  /** In the order of the model's layout. */
  readonly parameters: Reals;
}

const placesOf =
  ({ places }: Compiled) =>
  (name: string) =>
    places.get(name)!.offset * LANES;

/** Run sequences, block after block; static arrays must be prepared. Returns where the memory it needed ends, and the tape if one is kept. */
export function forwardPass(
  { compiled, machine, arena: at, inputs, states, outputs, last, reals }: Runner,
  { batch, steps, x, initial }: Sequences,
  plan: Timing,
  keep: { readonly tape: boolean; readonly states: boolean },
): { readonly answer: Answer; readonly tape: Tape; readonly end: number } {
  const { blocks: all, end } = blocks(compiled, at, plan, { batch, steps }, keep.tape);
  machine.reserve(end);
  const memory = machine.scalars;
  const place = placesOf(compiled);
  const [u, dt, fraction] = [place('u'), place('dt'), place('sample.fraction')];
  const [y, active] = [place('y'), place('event.active')];
  const answer = {
    outputs: reals(last ? batch * outputs : batch * steps * outputs),
    final: reals(batch * states),
    ...(keep.states ? { states: reals(batch * steps * states) } : {}),
  };
  const pointers = new Int32Array(POINTERS);
  pointers[POINTER.scratch] = at.scratch;

  for (const { first, lanes, samples, frames, counts } of all) {
    let frame = frames;
    let other = frames + at.frameSize;
    memory.fill(0, frame, frame + at.frameSize);
    // A lane or a step without a sequence computes what one that exists would: of zeros, gradients could be infinite.
    const standIn = (lane: number) => first + (lane < lanes ? lane : 0);
    if (initial) {
      for (let lane = 0; lane < LANES; lane++) {
        for (let k = 0; k < states; k++) memory[frame + k * LANES + lane] = initial[standIn(lane) * states + k]!;
      }
    }
    const readStates = (into: Reals, row: (lane: number) => number) => {
      for (let lane = 0; lane < lanes; lane++) {
        for (let k = 0; k < states; k++) into[row(lane) * states + k] = memory[frame + k * LANES + lane]!;
      }
    };
    const advance = (event: Event, isActive: (lane: number) => boolean) => {
      for (let lane = 0; lane < LANES; lane++) memory[frame + active + lane] = lane < lanes && isActive(lane) ? 1 : 0;
      pointers[POINTER.frame] = frame;
      pointers[POINTER.next] = other;
      machine.run(event, pointers);
      [frame, other] = [other, keep.tape ? other + at.frameSize : frame];
    };
    for (let t = 0; t < steps; t++) {
      const sample = keep.tape ? samples + t * at.sampleSize : samples;
      pointers[POINTER.sample] = sample;
      for (let lane = 0; lane < LANES; lane++) {
        const step = plan.standIn[standIn(lane) * steps + t]!;
        memory[sample + dt + lane] = step < 0 ? 0 : plan.dt[step]!;
        memory[sample + fraction + lane] = step < 0 ? 1 : 1 / plan.count[step]!;
        for (let k = 0; k < inputs; k++) memory[sample + u + k * LANES + lane] = step < 0 ? 0 : x[step * inputs + k]!;
      }
      machine.run('sample', pointers);
      const kept = (lane: number) => plan.kept[(first + lane) * steps + t] === 1;
      for (const event of compiled.events) {
        if (event !== 'step') advance(event, kept);
        else for (let s = 0; s < counts[t]!; s++) advance(event, (lane) => s < plan.count[(first + lane) * steps + t]!);
      }
      pointers[POINTER.frame] = frame;
      machine.run('output', pointers);
      for (let lane = 0; lane < lanes; lane++) {
        if (!kept(lane)) continue;
        const to = last ? (first + lane) * outputs : ((first + lane) * steps + t) * outputs;
        for (let k = 0; k < outputs; k++) answer.outputs[to + k] = memory[sample + y + k * LANES + lane]!;
      }
      if (answer.states) readStates(answer.states, (lane) => (first + lane) * steps + t);
    }
    readStates(answer.final, (lane) => first + lane);
  }
  return { answer, tape: { batch, steps, plan, blocks: all }, end };
}

/**
 * Go back along a tape, block after block, each with parameter gradients of its own, which are added in a fixed tree over the blocks'
 * numbers and left in the machine's totals. Returns the other gradients.
 */
export function backwardPass(
  { compiled, machine, arena: at, inputs, states, outputs, last, gradientWidth: width, reals }: Runner,
  { batch, steps, plan, blocks: all }: Tape,
  cotangent: ArrayLike<number>,
): Omit<Gradients, 'parameters'> {
  const memory = machine.scalars;
  const place = placesOf(compiled);
  const [ugrad, dtgrad, ygrad] = [place('u~'), place('dt~'), place('y~')];
  const { events, folds, sampleCotangents, totals } = compiled;
  const gradients = { x: reals(batch * steps * inputs), dt: reals(batch * steps), initial: reals(batch * states) };
  const sums = pairwiseArrays(
    folds.reduce((size, fold) => size + fold.size, 0),
    reals,
  );
  const pointers = new Int32Array(POINTERS);
  pointers[POINTER.scratch] = at.scratch;
  pointers[POINTER.gradient] = at.gradient;
  const backwards = [...events].reverse();
  const zero = (from: number, size: number) => memory.fill(0, from, from + size);

  for (const { first, lanes, samples, frames, frameCount, counts } of all) {
    const kept = (lane: number, t: number) => plan.kept[(first + lane) * steps + t] === 1;
    const lastKept = Array.from(
      { length: lanes },
      (_, lane) => plan.kept.lastIndexOf(1, (first + lane + 1) * steps - 1) - (first + lane) * steps,
    );
    if (lastKept.every((t) => t < 0)) {
      sums.push(() => {}); // an empty block keeps its place in the tree
      continue;
    }
    let [here, before] = at.cotangents;
    zero(at.gradient, compiled.regions.gradient * width);
    zero(here, at.cotangentSize);
    let frame = frames + (frameCount - 1) * at.frameSize;
    for (let t = steps - 1; t >= 0; t--) {
      const sample = samples + t * at.sampleSize;
      pointers[POINTER.sample] = sample;
      zero(sample + ygrad, outputs * LANES);
      for (let lane = 0; lane < lanes; lane++) {
        if (!kept(lane, t) || (last && lastKept[lane] !== t)) continue;
        const from = last ? (first + lane) * outputs : ((first + lane) * steps + t) * outputs;
        for (let k = 0; k < outputs; k++) memory[sample + ygrad + k * LANES + lane] = cotangent[from + k]!;
      }
      zero(at.scratch + sampleCotangents.offset * LANES, sampleCotangents.size * LANES);
      pointers[POINTER.frame] = frame;
      pointers[POINTER.cotangent] = here;
      machine.run('output~', pointers);
      for (const event of backwards) {
        for (let s = event === 'step' ? counts[t]! : 1; s > 0; s--) {
          pointers[POINTER.next] = frame;
          frame -= at.frameSize;
          pointers[POINTER.frame] = frame;
          zero(before, at.cotangentSize);
          pointers[POINTER.cotangent] = before;
          pointers[POINTER.cotangentNext] = here;
          machine.run(`${event}~`, pointers);
          [here, before] = [before, here];
        }
      }
      machine.run('sample~', pointers);
      for (let lane = 0; lane < lanes; lane++) {
        if (!kept(lane, t)) continue;
        const step = (first + lane) * steps + t;
        for (let k = 0; k < inputs; k++)
          gradients.x[step * inputs + k] = memory[at.scratch + ugrad + k * LANES + lane]!;
        gradients.dt[step] = memory[at.scratch + dtgrad + lane]!;
      }
    }
    for (let lane = 0; lane < lanes; lane++) {
      for (let k = 0; k < states; k++)
        gradients.initial[(first + lane) * states + k] = memory[here + k * LANES + lane]!;
    }
    sums.push((sum) => {
      let to = 0;
      for (const { from, size } of folds) {
        for (let k = 0; k < size; k++) sum[to++] = addLanes(memory, at.gradient + (from + k) * width, width);
      }
    });
  }
  zero(machine.start + totals.offset, totals.size);
  const sum = sums.sum();
  let from = 0;
  for (const { to, size } of folds) {
    memory.set(sum.subarray(from, from + size), machine.start + to);
    from += size;
  }
  machine.run('prepare~', pointers);
  return gradients;
}

/** Lanes that a kernel added to `width` partial sums, added to one: (0 + 2) + (1 + 3), or 0 + 1. */
const addLanes = (memory: Reals, at: number, width: number): number =>
  width === 2
    ? memory[at]! + memory[at + 1]!
    : Math.fround(memory[at]! + memory[at + 2]!) + Math.fround(memory[at + 1]! + memory[at + 3]!);
