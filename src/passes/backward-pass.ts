import type { Reals } from '../backends/backend.ts';
import { LANES, POINTERS } from '../compiler/kernel.ts';
import type { Gradients } from '../computation.ts';
import { type Block, eventsOf, shards } from './blocks.ts';
import type { Tape } from './forward-pass.ts';
import { placesOf, type Runner } from './runner.ts';
import { walkBack } from './walk.ts';

/**
 * Go back along a tape, each shard of blocks with parameter gradients of its own, which are added in a fixed tree over the shards' numbers
 * and left in the machine's totals. `later` is the cotangent of the carry, by default 0. Returns how to read the other gradients.
 */
export function backwardPass(
  runner: Runner,
  { batch, steps, plan, layout, paths }: Tape,
  cotangent: ArrayLike<number>,
  later?: ArrayLike<number>,
): Readonly<Record<Exclude<keyof Gradients, 'parameters'>, () => Reals>> {
  const { compiled, machine, driver, arena: at, inputs, states, carried, outputs, last, reals } = runner;
  const memory = machine.scalars;
  const place = placesOf(compiled);
  const y = place('y~');
  const kept = ({ first }: Block, lane: number, t: number) => plan.kept[(first + lane) * steps + t] === 1;

  /** Write the cotangents of a block's outputs and of its carry. Returns whether any of its steps exists. */
  const enter = (block: Block): boolean => {
    const { first, lanes, samples, cotangents } = block;
    memory.fill(0, cotangents, cotangents + at.cotangentSize);
    for (let lane = 0; later && lane < lanes; lane++) {
      for (let k = 0; k < carried; k++) memory[cotangents + k * LANES + lane] = later[(first + lane) * carried + k]!;
    }
    const lastKept = Array.from({ length: lanes }, (_, lane) => {
      let t = steps - 1;
      while (t >= 0 && !kept(block, lane, t)) t--;
      return t;
    });
    for (let t = 0; t < steps; t++) {
      for (let lane = 0; lane < LANES; lane++) {
        const isAnswer = lane < lanes && (last ? lastKept[lane] === t : kept(block, lane, t));
        const from = (last ? first + lane : (first + lane) * steps + t) * outputs;
        const to = samples + t * at.sampleSize + y + lane;
        for (let k = 0; k < outputs; k++) memory[to + k * LANES] = isAnswer ? cotangent[from + k]! : 0;
      }
    }
    return lastKept.some((t) => t >= 0);
  };
  const ways = shards(layout.blocks).map((shard, number) =>
    shard.map((block, k) => {
      // A block of which no step exists adds nothing, not even 0 times what is infinite.
      const any = enter(block);
      return {
        samples: block.samples,
        steps: any ? steps : 0,
        frame: block.frames + eventsOf(compiled, block, 0, steps) * at.frameSize,
        cotangent: block.cotangents,
        before: block.cotangents + at.cotangentSize,
        fresh: k === 0 ? 1 : 0,
        row: k === shard.length - 1 ? layout.rows + number * at.rowSize : 0,
      };
    }),
  );
  const all = ways.flat();
  if (machine.walk && !driver) machine.walk('backward', ways, { ...at, table: layout.table });
  else for (const [k, block] of layout.blocks.entries()) walkBack(runner, all[k]!, paths.get(block)!);
  gather(runner, layout.rows, ways.length);

  /** Read what stands in the cotangents of every block where the way back ends. */
  const readFirst = (size: number) => {
    const into = reals(batch * size);
    layout.blocks.forEach((block, number) => {
      const { cotangent, before, steps } = all[number]!;
      const here = steps > 0 && eventsOf(compiled, block, 0, steps) % 2 === 1 ? before : cotangent;
      for (let lane = 0; lane < block.lanes; lane++) {
        for (let k = 0; k < size; k++) into[(block.first + lane) * size + k] = memory[here + k * LANES + lane]!;
      }
    });
    return into;
  };
  /** Read `size` entries of every kept step from an array of its sample, those of inputs that are there only. */
  const readSamples = (array: string, size: number, isSeen: (entry: number) => boolean) => {
    const [into, from] = [reals(batch * steps * size), place(array)];
    for (const block of layout.blocks) {
      for (let t = 0; t < steps; t++) {
        for (let lane = 0; lane < block.lanes; lane++) {
          if (!kept(block, lane, t)) continue;
          const sample = block.samples + t * at.sampleSize + from + lane;
          const entry = ((block.first + lane) * steps + t) * size;
          for (let k = 0; k < size; k++) if (isSeen(entry + k)) into[entry + k] = memory[sample + k * LANES]!;
        }
      }
    }
    return into;
  };
  return {
    x: () => readSamples('u~', inputs, (entry) => plan.seen?.[entry] !== 0),
    dt: () => readSamples('dt~', 1, () => true),
    initial: () => readFirst(states),
    carry: () => readFirst(carried),
  };
}

/** Add the shards' gradients in a tree of neighbours (specification B3), and leave them as those of the stored parameters. */
function gather({ compiled, machine, arena }: Runner, rows: number, count: number): void {
  const memory = machine.scalars;
  const { regions, totals, folds } = compiled;
  for (let apart = 1; apart < count; apart *= 2) {
    for (let left = 0; left + apart < count; left += 2 * apart) {
      const [to, from] = [rows + left * arena.rowSize, rows + (left + apart) * arena.rowSize];
      for (let k = 0; k < regions.gradient; k++) memory[to + k]! += memory[from + k]!;
    }
  }
  const start = machine.start + totals.offset;
  memory.fill(0, start, start + totals.size);
  for (const { from, to, size } of folds) memory.copyWithin(machine.start + to, rows + from, rows + from + size);
  machine.run('prepare~', new Int32Array(POINTERS));
}
