import type { Reals, Way } from '../backends/backend.ts';
import { LANES, POINTER, POINTERS } from '../compiler/kernel.ts';
import type { Ask, Path } from '../drivers/driver.ts';
import { placesOf, type Runner } from './runner.ts';

/** Told where a walk is. Steps count from the first of the walk. */
export interface Companion {
  /** What the driver is asked for, where there is one. */
  readonly ask: Ask;
  /** Before a step. */
  enter(step: number): void;
  /** After a sub-step, with the frame of the states after it. */
  moved(sample: number, substep: number, frame: number): void;
  /** After a step, with the frame of the states after it. */
  left(step: number, frame: number): void;
}

/**
 * Take a block through its samples and sub-steps, on any machine and with any solver, exactly as a machine does that walks by itself.
 * What the driver left for each sub-step is appended to `paths`.
 */
export function walkAhead(
  { compiled, machine, driver, arena }: Runner,
  { samples, steps, frame: first, next, tape }: Way<'forward'>,
  paths: (Path | undefined)[],
  { ask, enter, moved, left }: Companion,
): void {
  const memory = machine.scalars;
  const place = placesOf(compiled);
  const [count, most, active] = [place('sample.steps'), place('sample.most'), place('event.active')];
  const pointers = new Int32Array(POINTERS);
  pointers[POINTER.scratch] = arena.scratch;
  let [frame, other] = [first, next];
  for (let t = 0; t < steps; t++) {
    enter(t);
    const sample = samples + t * arena.sampleSize;
    pointers[POINTER.sample] = sample;
    machine.run('sample', pointers);
    for (const event of compiled.events) {
      const turns = event === 'step' ? memory[sample + most]! : 1;
      for (let s = 0; s < turns; s++) {
        for (let lane = 0; lane < LANES; lane++)
          memory[frame + active + lane] = s < memory[sample + count + lane]! ? 1 : 0;
        pointers[POINTER.frame] = frame;
        pointers[POINTER.next] = other;
        if (driver && event === 'step') paths.push(driver.forward(pointers, ask));
        else machine.run(event, pointers);
        [frame, other] = [other, tape ? other + arena.frameSize : frame];
        if (event === 'step') moved(sample, s, frame);
      }
    }
    pointers[POINTER.frame] = frame;
    machine.run('output', pointers);
    left(t, frame);
  }
}

/** Take a block back the way it came, by the paths the driver left. */
export function walkBack(
  { compiled, machine, driver, arena, gradientWidth }: Runner,
  { samples, steps, frame: last, cotangent, before: other, fresh, row }: Way<'backward'>,
  paths: readonly (Path | undefined)[],
): void {
  const memory = machine.scalars;
  const { events, sampleCotangents, inputCotangents, regions } = compiled;
  const most = placesOf(compiled)('sample.most');
  const pointers = new Int32Array(POINTERS);
  pointers[POINTER.scratch] = arena.scratch;
  pointers[POINTER.gradient] = arena.gradient;
  const zero = (from: number, size: number) => memory.fill(0, from, from + size);
  if (fresh) zero(arena.gradient, regions.gradient * gradientWidth);
  let [frame, here, before, path] = [last, cotangent, other, paths.length];
  for (let t = steps - 1; t >= 0; t--) {
    const sample = samples + t * arena.sampleSize;
    zero(arena.scratch + sampleCotangents.offset * LANES, sampleCotangents.size * LANES);
    zero(sample + inputCotangents.offset * LANES, inputCotangents.size * LANES);
    pointers[POINTER.sample] = sample;
    pointers[POINTER.frame] = frame;
    pointers[POINTER.cotangent] = here;
    machine.run('output~', pointers);
    for (const event of [...events].reverse()) {
      for (let s = event === 'step' ? memory[sample + most]! : 1; s > 0; s--) {
        pointers[POINTER.next] = frame;
        frame -= arena.frameSize;
        pointers[POINTER.frame] = frame;
        zero(before, arena.cotangentSize);
        pointers[POINTER.cotangent] = before;
        pointers[POINTER.cotangentNext] = here;
        if (driver && event === 'step') driver.backward(pointers, paths[--path]);
        else machine.run(`${event}~`, pointers);
        [here, before] = [before, here];
      }
    }
    machine.run('sample~', pointers);
  }
  if (row === 0) return;
  for (let k = 0; k < regions.gradient; k++)
    memory[row + k] = addLanes(memory, arena.gradient + k * gradientWidth, gradientWidth);
}

/** Lanes that a kernel added to `width` partial sums, added to one: (0 + 2) + (1 + 3), or 0 + 1. */
const addLanes = (memory: Reals, at: number, width: number): number =>
  width === 2
    ? memory[at]! + memory[at + 1]!
    : Math.fround(memory[at]! + memory[at + 2]!) + Math.fround(memory[at + 1]! + memory[at + 3]!);
