import type { Machine } from './backends/backend.ts';
import { type Arena, type Block, blocks } from './blocks.ts';
import type { Compiled, Event } from './compiler/compile.ts';
import { LANES, POINTER, POINTERS } from './compiler/kernel.ts';
import type { Driver, Path } from './drivers/driver.ts';
import { pairwiseArrays } from './pairwise-arrays.ts';
import { random } from './random.ts';
import type { Sequences } from './sequences.ts';
import type { Timing } from './timing.ts';

/** Numbers in the precision of a program. */
export type Reals = Float32Array | Float64Array;

/** A compiled model on a machine, and the sizes of what goes in and comes out. */
export interface Runner {
  readonly compiled: Compiled;
  readonly machine: Machine;
  /** Takes the sub-steps, where the solver has one. */
  readonly driver: Driver | undefined;
  readonly arena: Arena;
  readonly inputs: number;
  /** What stands for each input where it is missing. */
  readonly substitutes: readonly number[];
  /** States that a caller sees. */
  readonly states: number;
  /** All states. */
  readonly carried: number;
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
  /** What the driver left for each sub-step of each block. */
  readonly paths: readonly (readonly (Path | undefined)[])[];
}

/** What a forward pass gives; arrays are new and belong to the caller. */
export interface Answer {
  /** `(batch, steps, outputs)`, or `(batch, outputs)` when the readout is `last`; 0 at masked steps. */
  readonly outputs: Reals;
  /** State after the last step, `(batch, states)`. */
  readonly final: Reals;
  /** State after every step, `(batch, steps, states)`, when asked for. */
  readonly states?: Reals;
  /** All states after the last step, also those that a caller does not see, `(batch, carried)`: what a pass over later steps goes on from. */
  readonly carry: Reals;
}

/** What a forward pass may be asked for beside the outputs, and start from. */
export interface Wishes {
  /** Keep what a backward pass needs. */
  readonly tape?: boolean;
  /** Return the state after every step. */
  readonly states?: boolean;
  /** Go on from the `carry` of a pass over earlier steps of the same sequences, instead of from `initial`. */
  readonly carry?: ArrayLike<number>;
  /** Seed of the factors of `dropout`, as in training; without it, dropout does nothing. */
  readonly dropout?: number;
  /**
   * Be told all states (as in `carry`) at the end of every step the solver takes, and at equal distances inside it, `refine` times a
   * step, where it knows them there; `share` is how much of the sample has passed.
   */
  readonly points?: {
    readonly refine: number;
    visit(sequence: number, step: number, share: number, state: ArrayLike<number>): void;
  };
}

/** Exact gradients of Σ outputs·cotangent with respect to what went in, shaped like it. */
export interface Gradients {
  readonly x: Reals;
  readonly dt: Reals;
  readonly initial: Reals;
  /** With respect to the carry the pass went on from, or the first states of all kinds, `(batch, carried)`. */
  readonly carry: Reals;
  /** In the order of the model's layout. */
  readonly parameters: Reals;
}

const placesOf =
  ({ places }: Compiled) =>
  (name: string) =>
    places.get(name)!.offset * LANES;

/** Run sequences, block after block; static arrays must be prepared. Returns where the memory it needed ends, and the tape if one is kept. */
export function forwardPass(
  { compiled, machine, driver, arena: at, inputs, substitutes, states, carried, outputs, last, reals }: Runner,
  { batch, steps, x, initial }: Sequences,
  plan: Timing,
  wishes: Wishes,
): { readonly answer: Answer; readonly tape: Tape; readonly end: number } {
  const { tape = false, points } = wishes;
  const isWhole = driver?.isWhole ?? false;
  const { blocks: all, end } = blocks(compiled, at, plan, { batch, steps }, { tape, isWhole });
  machine.reserve(end);
  const memory = machine.scalars;
  const place = placesOf(compiled);
  const [dt, fraction] = [place('dt'), place('sample.fraction')];
  const [y, active] = [place('y'), place('event.active')];
  const answer = {
    outputs: reals(last ? batch * outputs : batch * steps * outputs),
    final: reals(batch * states),
    carry: reals(batch * carried),
    ...(wishes.states ? { states: reals(batch * steps * states) } : {}),
  };
  const from = wishes.carry ?? initial;
  const given = wishes.carry ? carried : states;
  const enter = entrance(compiled, { inputs, substitutes }, plan.seen);
  const drop = factors(compiled, wishes.dropout);
  const pointers = new Int32Array(POINTERS);
  pointers[POINTER.scratch] = at.scratch;
  const paths: (Path | undefined)[][] = all.map(() => []);

  for (const [number, { first, lanes, samples, frames, counts }] of all.entries()) {
    let frame = frames;
    let other = frames + at.frameSize;
    memory.fill(0, frame, frame + at.frameSize);
    // A lane or a step without a sequence computes what one that exists would: of zeros, gradients could be infinite.
    const standIn = (lane: number) => first + (lane < lanes ? lane : 0);
    if (from) {
      for (let lane = 0; lane < LANES; lane++) {
        for (let k = 0; k < given; k++) memory[frame + k * LANES + lane] = from[standIn(lane) * given + k]!;
      }
    }
    const readStates = (into: Reals, row: (lane: number) => number, size = states) => {
      for (let lane = 0; lane < lanes; lane++) {
        for (let k = 0; k < size; k++) into[row(lane) * size + k] = memory[frame + k * LANES + lane]!;
      }
    };
    let step = 0;
    const ask = {
      keep: tape,
      where: (lane: number) => `sequence ${first + lane}, step ${step}`,
      ...(points
        ? {
            refine: points.refine,
            visit: (lane: number, share: number, state: ArrayLike<number>) =>
              points.visit(first + lane, step, share, state),
          }
        : {}),
    };
    const advance = (event: Event, isActive: (lane: number) => boolean) => {
      for (let lane = 0; lane < LANES; lane++) memory[frame + active + lane] = lane < lanes && isActive(lane) ? 1 : 0;
      pointers[POINTER.frame] = frame;
      pointers[POINTER.next] = other;
      if (driver && event === 'step') paths[number]!.push(driver.forward(pointers, ask));
      else machine.run(event, pointers);
      [frame, other] = [other, tape ? other + at.frameSize : frame];
    };
    for (let t = 0; t < steps; t++) {
      step = t;
      const sample = tape ? samples + t * at.sampleSize : samples;
      pointers[POINTER.sample] = sample;
      for (let lane = 0; lane < LANES; lane++) {
        const step = plan.standIn[standIn(lane) * steps + t]!;
        memory[sample + dt + lane] = step < 0 ? 0 : plan.dt[step]!;
        memory[sample + fraction + lane] = step < 0 ? 1 : 1 / plan.count[step]!;
        enter(memory, sample + lane, x, step);
      }
      drop(memory, sample);
      machine.run('sample', pointers);
      const kept = (lane: number) => plan.kept[(first + lane) * steps + t] === 1;
      for (const event of compiled.events) {
        if (event !== 'step') advance(event, kept);
        else {
          for (let s = 0; s < counts[t]!; s++) {
            const count = (lane: number) => plan.count[(first + lane) * steps + t]!;
            advance(event, (lane) => s < count(lane));
            if (!points || isWhole) continue;
            for (let lane = 0; lane < lanes; lane++) {
              if (s < count(lane))
                ask.visit!(
                  lane,
                  (s + 1) / count(lane),
                  Array.from({ length: carried }, (_, k) => memory[frame + k * LANES + lane]!),
                );
            }
          }
        }
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
    readStates(answer.carry, (lane) => first + lane, carried);
  }
  return { answer, tape: { batch, steps, plan, blocks: all, paths }, end };
}

/** Writes the inputs of one step into a lane of a sample; the step is −1 where there is none. */
function entrance(
  { places }: Compiled,
  { inputs, substitutes }: Pick<Runner, 'inputs' | 'substitutes'>,
  seen: Uint8Array | undefined,
): (memory: Reals, at: number, x: ArrayLike<number>, step: number) => void {
  const [u, flags] = [places.get('u')!, places.get('seen')];
  return (memory, at, x, step) => {
    for (let k = 0; k < u.size; k++) {
      const entry = step * inputs + (k % inputs);
      const isSeen = step >= 0 && seen?.[entry] !== 0;
      // Behind the inputs stand the times since each was seen, which are 0 when it is.
      const value = step < 0 || k >= inputs ? 0 : isSeen ? x[entry]! : substitutes[k]!;
      memory[at + (u.offset + k) * LANES] = value;
      if (flags) memory[at + (flags.offset + k) * LANES] = isSeen ? 1 : 0;
    }
  };
}

/** Writes the factors of `dropout` into a sample: drawn from a seed, or 1. */
function factors({ dropouts, places }: Compiled, seed: number | undefined): (memory: Reals, sample: number) => void {
  const draw = seed === undefined ? undefined : random(seed);
  return (memory, sample) => {
    for (const { name, rate } of dropouts) {
      const { offset, size } = places.get(name)!;
      const from = sample + offset * LANES;
      for (let k = from; k < from + size * LANES; k++)
        memory[k] = draw ? (draw.uniform() < rate ? 0 : 1 / (1 - rate)) : 1;
    }
  };
}

/**
 * Go back along a tape, block after block, each with parameter gradients of its own, which are added in a fixed tree over the blocks'
 * numbers and left in the machine's totals. `later` is the cotangent of the carry, by default 0. Returns the other gradients.
 */
export function backwardPass(
  { compiled, machine, driver, arena: at, inputs, states, carried, outputs, last, gradientWidth: width, reals }: Runner,
  { batch, steps, plan, blocks: all, paths }: Tape,
  cotangent: ArrayLike<number>,
  later?: ArrayLike<number>,
): Omit<Gradients, 'parameters'> {
  const memory = machine.scalars;
  const place = placesOf(compiled);
  const [ugrad, dtgrad, ygrad] = [place('u~'), place('dt~'), place('y~')];
  const { events, folds, sampleCotangents, totals } = compiled;
  const gradients = {
    x: reals(batch * steps * inputs),
    dt: reals(batch * steps),
    initial: reals(batch * states),
    carry: reals(batch * carried),
  };
  const sums = pairwiseArrays(
    folds.reduce((size, fold) => size + fold.size, 0),
    reals,
  );
  const pointers = new Int32Array(POINTERS);
  pointers[POINTER.scratch] = at.scratch;
  pointers[POINTER.gradient] = at.gradient;
  const backwards = [...events].reverse();
  const zero = (from: number, size: number) => memory.fill(0, from, from + size);

  for (const [number, { first, lanes, samples, frames, frameCount, counts }] of all.entries()) {
    let path = paths[number]!.length;
    const kept = (lane: number, t: number) => plan.kept[(first + lane) * steps + t] === 1;
    const lastKept = Array.from(
      { length: lanes },
      (_, lane) => plan.kept.lastIndexOf(1, (first + lane + 1) * steps - 1) - (first + lane) * steps,
    );
    let [here, before] = at.cotangents;
    zero(here, at.cotangentSize);
    if (later) {
      for (let lane = 0; lane < lanes; lane++) {
        for (let k = 0; k < carried; k++) memory[here + k * LANES + lane] = later[(first + lane) * carried + k]!;
      }
    }
    const arrive = () => {
      for (let lane = 0; lane < lanes; lane++) {
        for (let k = 0; k < carried; k++)
          gradients.carry[(first + lane) * carried + k] = memory[here + k * LANES + lane]!;
        for (let k = 0; k < states; k++)
          gradients.initial[(first + lane) * states + k] = memory[here + k * LANES + lane]!;
      }
    };
    if (lastKept.every((t) => t < 0)) {
      arrive();
      sums.push(() => {}); // an empty block keeps its place in the tree
      continue;
    }
    zero(at.gradient, compiled.regions.gradient * width);
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
          if (driver && event === 'step') driver.backward(pointers, paths[number]![--path]);
          else machine.run(`${event}~`, pointers);
          [here, before] = [before, here];
        }
      }
      machine.run('sample~', pointers);
      for (let lane = 0; lane < lanes; lane++) {
        if (!kept(lane, t)) continue;
        const step = (first + lane) * steps + t;
        for (let k = 0; k < inputs; k++) {
          if (plan.seen?.[step * inputs + k] !== 0)
            gradients.x[step * inputs + k] = memory[at.scratch + ugrad + k * LANES + lane]!;
        }
        gradients.dt[step] = memory[at.scratch + dtgrad + lane]!;
      }
    }
    arrive();
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
