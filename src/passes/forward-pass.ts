import type { Reals } from '../backends/backend.ts';
import { LANES } from '../compiler/kernel.ts';
import type { Answer, Wishes } from '../computation.ts';
import type { Path } from '../drivers/driver.ts';
import type { Sequences } from '../sequences.ts';
import type { Timing } from '../timing.ts';
import { type Block, eventsOf, type Layout, layout, shards } from './blocks.ts';
import { entrance, standIn } from './entrance.ts';
import { placesOf, type Runner } from './runner.ts';
import { type Companion, walkAhead } from './walk.ts';

/** What a forward pass leaves behind for a backward pass. */
export interface Tape {
  readonly batch: number;
  readonly steps: number;
  readonly plan: Timing;
  readonly layout: Layout;
  /** What the driver left for each sub-step of each block. */
  readonly paths: ReadonlyMap<Block, readonly (Path | undefined)[]>;
}

/** Run sequences, wave after wave of blocks; static arrays must be prepared. Returns where the memory it needed ends, and the tape if one is kept. */
export function forwardPass(
  runner: Runner,
  sequences: Sequences,
  plan: Timing,
  wishes: Wishes,
): { readonly answer: Answer; readonly tape: Tape; readonly end: number } {
  const { compiled, machine, driver, arena: at, states, carried, outputs, last, reals } = runner;
  const { batch, steps, initial } = sequences;
  const { tape = false, dropout, points } = wishes;
  const placed = layout(
    compiled,
    at,
    plan,
    { batch, steps },
    {
      tape,
      // Factors of dropout are drawn block after block.
      whole: dropout !== undefined,
      isWhole: driver?.isWhole ?? false,
      threads: machine.threads,
    },
  );
  machine.reserve(placed.end);
  const memory = machine.scalars;
  const { frameSize, sampleSize } = at;
  const answer = {
    outputs: reals(last ? batch * outputs : batch * steps * outputs),
    final: reals(batch * states),
    carry: reals(batch * carried),
    ...(wishes.states ? { states: reals(batch * steps * states) } : {}),
  };
  const enter = entrance(runner, plan, sequences, dropout);
  const y = placesOf(compiled)('y');
  const leave = ({ first, lanes, samples }: Block, from: number, to: number) => {
    for (let t = from; t < to; t++) {
      for (let lane = 0; lane < lanes; lane++) {
        const row = (first + lane) * steps + t;
        if (plan.kept[row] === 0) continue;
        const into = (last ? first + lane : row) * outputs;
        const at = samples + (t - from) * sampleSize + y + lane;
        for (let k = 0; k < outputs; k++) answer.outputs[into + k] = memory[at + k * LANES]!;
      }
    }
  };
  const paths = new Map(placed.blocks.map((block) => [block, [] as (Path | undefined)[]]));

  const readStates = ({ lanes }: Block, frame: number, into: Reals, row: (lane: number) => number, size: number) => {
    for (let lane = 0; lane < lanes; lane++) {
      for (let k = 0; k < size; k++) into[row(lane) * size + k] = memory[frame + k * LANES + lane]!;
    }
  };
  /** What the walk on this side of the machine tells of a block's steps `from` on. */
  const companion = (block: Block, from: number): Companion => {
    const { first, lanes } = block;
    let step = from;
    const count = placesOf(compiled)('sample.steps');
    const visit = (lane: number, share: number, state: ArrayLike<number>) =>
      points?.visit(first + lane, step, share, state);
    return {
      ask: {
        keep: tape,
        where: (lane) => `sequence ${first + lane}, step ${step}`,
        ...(points ? { refine: points.refine, visit } : {}),
      },
      enter: (t) => {
        step = from + t;
      },
      moved(sample, substep, frame) {
        if (!points || driver?.isWhole) return;
        for (let lane = 0; lane < lanes; lane++) {
          const of = memory[sample + count + lane]!;
          if (substep < of)
            visit(
              lane,
              (substep + 1) / of,
              Array.from({ length: carried }, (_, k) => memory[frame + k * LANES + lane]!),
            );
        }
      },
      left(t, frame) {
        if (answer.states) readStates(block, frame, answer.states, (lane) => (first + lane) * steps + from + t, states);
      },
    };
  };
  const walk = driver || points || wishes.states ? undefined : machine.walk;

  for (const wave of placed.waves) {
    // The frame where the states are, and the other one.
    const frames = wave.map((block) => [block.frames, block.frames + frameSize] as [number, number]);
    const given = wishes.carry ?? initial;
    const size = wishes.carry ? carried : states;
    for (const block of wave) {
      memory.fill(0, block.frames, block.frames + frameSize);
      for (let lane = 0; given && lane < LANES; lane++) {
        const from = standIn(block, lane) * size;
        for (let k = 0; k < size; k++) memory[block.frames + k * LANES + lane] = given[from + k]!;
      }
    }
    for (let from = 0; from < steps; from += placed.length) {
      const to = Math.min(from + placed.length, steps);
      const ways = wave.map((block, k) => {
        enter(block, from, to);
        const [frame, next] = frames[k]!;
        return { samples: block.samples, steps: to - from, frame, next, tape: tape ? 1 : 0 };
      });
      if (walk) walk('forward', shards(ways), { ...at, table: placed.table });
      wave.forEach((block, k) => {
        if (!walk) walkAhead(runner, ways[k]!, paths.get(block)!, companion(block, from));
        leave(block, from, to);
        const events = eventsOf(compiled, block, from, to);
        const [frame, next] = frames[k]!;
        if (tape) frames[k] = [frame + events * frameSize, 0];
        else if (events % 2 === 1) frames[k] = [next, frame];
      });
    }
    wave.forEach((block, k) => {
      readStates(block, frames[k]![0], answer.final, (lane) => block.first + lane, states);
      readStates(block, frames[k]![0], answer.carry, (lane) => block.first + lane, carried);
    });
  }
  return { answer, tape: { batch, steps, plan, layout: placed, paths }, end: placed.end };
}
