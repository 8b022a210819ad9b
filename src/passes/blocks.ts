import { LISTED } from '../backends/backend.ts';
import type { Anatomy } from '../compiler/compile.ts';
import { LANES } from '../compiler/kernel.ts';
import type { Timing } from '../timing.ts';

/** Where threads work, behind the static region, and the sizes of what blocks repeat; in scalars. */
export interface Arena {
  /** Scratch and gradient of the first thread; those of the next ones stand `threadSize` on. */
  readonly scratch: number;
  readonly gradient: number;
  readonly threadSize: number;
  /** Where blocks may be placed. */
  readonly free: number;
  readonly frameSize: number;
  readonly sampleSize: number;
  /** The states' cotangents. */
  readonly cotangentSize: number;
  /** A shard's gradient, its lanes added. */
  readonly rowSize: number;
}

/** Sequences `first` to `first + lanes − 1` of a batch, which are computed at once. */
export interface Block {
  readonly first: number;
  readonly lanes: number;
  /** Where the states' cotangents stand when there is a tape, after an event and before it: two places, which change. */
  readonly cotangents: number;
  /** Where the first of the samples in memory stands, and the first frame. */
  readonly samples: number;
  readonly frames: number;
  /** Sub-steps at each step: the most of its sequences. */
  readonly counts: Int32Array;
}

/** A batch in memory. */
export interface Layout {
  readonly blocks: readonly Block[];
  /** Blocks that have places of their own at the same time; each wave has those of the one before. */
  readonly waves: readonly (readonly Block[])[];
  /** Steps whose samples stand in memory at once. */
  readonly length: number;
  /** Where walks are listed for other threads. */
  readonly table: number;
  /** Where the gradients of the shards stand, one behind the other, when there is a tape. */
  readonly rows: number;
  /** Where the memory it needs ends. */
  readonly end: number;
}

/** The most shards there are (specification B7), and the most blocks that wait for each other without a tape. */
const MOST = 64;

/** Samples of a block in memory at once where nothing asks for more: few enough to stay in the cache. */
const LENGTH = 8;

/** Sixteen scalars are at most two cache lines and at least one: regions start on a line of their own. */
const align = (scalars: number) => Math.ceil(scalars / 16) * 16;

/** The arena of a compiled model on a machine whose memory is free from `free` on. */
export function arena({ regions }: Anatomy, free: number, gradientWidth: number, threads: number): Arena {
  const gradient = free + align(regions.scratch * LANES);
  const threadSize = align(gradient + regions.gradient * gradientWidth) - free;
  return {
    scratch: free,
    gradient,
    threadSize,
    free: free + threads * threadSize,
    frameSize: regions.frame * LANES,
    sampleSize: regions.sample * LANES,
    cotangentSize: regions.cotangent * LANES,
    rowSize: align(regions.gradient),
  };
}

/** A list in at most 64 parts of neighbours, which its length alone decides: the shards of a batch's blocks (specification B7). */
export function shards<T>(list: readonly T[]): readonly (readonly T[])[] {
  const count = Math.min(MOST, list.length);
  const start = (shard: number) => Math.floor((shard * list.length) / count);
  return Array.from({ length: count }, (_, shard) => list.slice(start(shard), start(shard + 1)));
}

/** Events of a block over steps `from` to `to − 1`: as many frames follow the one before them. */
export function eventsOf({ events }: Anatomy, { counts }: Block, from: number, to: number): number {
  let total = (to - from) * events.filter((event) => event !== 'step').length;
  for (let t = from; t < to; t++) total += counts[t]!;
  return total;
}

/**
 * Cut a batch into blocks in its order and place them. With a `tape` every block has a place for all its samples and frames, else for few
 * samples at a time and two frames that change places, and blocks take turns; for several threads there are more of both, so that they
 * seldom wait for each other. `whole`: all samples of a block, in any case. `isWhole`: a sample is one sub-step, however many it is planned to have.
 */
export function layout(
  compiled: Anatomy,
  at: Arena,
  plan: Timing,
  { batch, steps }: { readonly batch: number; readonly steps: number },
  manner: { readonly tape: boolean; readonly whole: boolean; readonly isWhole: boolean; readonly threads: number },
): Layout {
  const { tape, threads } = manner;
  const count = Math.ceil(batch / LANES);
  const together = tape ? count : threads === 1 ? 1 : Math.min(MOST, count);
  const enough = threads === 1 ? LENGTH : LENGTH * Math.ceil(MOST / together);
  const length = tape || manner.whole ? steps : Math.min(steps, enough);
  const rows = align(at.free + (threads === 1 ? 0 : MOST + 1 + count * LISTED));
  const start = rows + (tape ? Math.min(MOST, count) * at.rowSize : 0);
  const isFlow = compiled.events.includes('step');
  let [next, end] = [start, start];
  const blocks: Block[] = [];
  for (let number = 0; number < count; number++) {
    const first = number * LANES;
    const lanes = Math.min(LANES, batch - first);
    const counts = new Int32Array(steps);
    for (let b = first; isFlow && b < first + lanes; b++) {
      for (let t = 0; t < steps; t++) {
        const planned = plan.count[b * steps + t]!;
        counts[t] = Math.max(counts[t]!, manner.isWhole ? Math.min(1, planned) : planned);
      }
    }
    if (number % together === 0) next = start;
    const cotangents = next;
    const samples = cotangents + (tape ? 2 * at.cotangentSize : 0);
    const frames = samples + length * at.sampleSize;
    const block = { first, lanes, cotangents, samples, frames, counts };
    next = align(frames + (tape ? eventsOf(compiled, block, 0, steps) + 1 : 2) * at.frameSize);
    end = Math.max(end, next);
    blocks.push(block);
  }
  const waves = Array.from({ length: Math.ceil(count / together) }, (_, wave) =>
    blocks.slice(wave * together, (wave + 1) * together),
  );
  return { blocks, waves, length, table: at.free, rows, end };
}
