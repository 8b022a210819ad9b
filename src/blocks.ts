import type { Compiled } from './compiler/compile.ts';
import { LANES } from './compiler/kernel.ts';
import type { Timing } from './timing.ts';

/** Where the regions stand that all blocks use in turn, behind the static one, and the sizes of those that a tape repeats; in scalars. */
export interface Arena {
  readonly scratch: number;
  readonly gradient: number;
  /** The states' cotangents after an event and before it, which change places. */
  readonly cotangents: readonly [number, number];
  readonly cotangentSize: number;
  /** Where samples and frames start. */
  readonly tape: number;
  readonly frameSize: number;
  readonly sampleSize: number;
}

/** Sequences `first` to `first + lanes − 1` of a batch, which are computed at once. */
export interface Block {
  readonly first: number;
  readonly lanes: number;
  /** Where its first sample and its first frame stand. */
  readonly samples: number;
  readonly frames: number;
  /** Number of its frames: states before all events and after each. */
  readonly frameCount: number;
  /** Sub-steps at each step: the most of its sequences. */
  readonly counts: Int32Array;
}

/** Sixteen scalars are at most two cache lines and at least one: regions start on a line of their own. */
const align = (scalars: number) => Math.ceil(scalars / 16) * 16;

/** The arena of a compiled model on a machine whose memory is free from `free` on. */
export function arena({ regions }: Compiled, free: number, gradientWidth: number): Arena {
  const gradient = free + regions.scratch * LANES;
  const cotangent = gradient + align(regions.gradient * gradientWidth);
  const cotangentSize = regions.cotangent * LANES;
  return {
    scratch: free,
    gradient,
    cotangents: [cotangent, cotangent + cotangentSize],
    cotangentSize,
    tape: align(cotangent + 2 * cotangentSize),
    frameSize: regions.frame * LANES,
    sampleSize: regions.sample * LANES,
  };
}

/**
 * Cut a batch into blocks in its order and place them: one behind the other with every sample and frame when a tape is kept, else all
 * in the same place with one sample and two frames that change places. `isWhole`: a sample is one sub-step, however many it is planned
 * to have. `end` is where the memory they need ends.
 */
export function blocks(
  { events }: Compiled,
  at: Arena,
  plan: Timing,
  { batch, steps }: { readonly batch: number; readonly steps: number },
  { tape, isWhole }: { readonly tape: boolean; readonly isWhole: boolean },
): { readonly blocks: readonly Block[]; readonly end: number } {
  const isFlow = events.includes('step');
  const jumps = events.filter((event) => event !== 'step').length;
  let samples = at.tape;
  const placed = Array.from({ length: Math.ceil(batch / LANES) }, (_, number): Block => {
    const first = number * LANES;
    const lanes = Math.min(LANES, batch - first);
    const counts = new Int32Array(steps);
    for (let b = first; isFlow && b < first + lanes; b++) {
      for (let t = 0; t < steps; t++) {
        const count = plan.count[b * steps + t]!;
        counts[t] = Math.max(counts[t]!, isWhole ? Math.min(1, count) : count);
      }
    }
    const frameCount = tape ? counts.reduce((total, n) => total + n + jumps, 1) : 2;
    const frames = samples + (tape ? steps : 1) * at.sampleSize;
    const block = { first, lanes, samples, frames, frameCount, counts };
    if (tape) samples = align(frames + frameCount * at.frameSize);
    return block;
  });
  return { blocks: placed, end: tape ? samples : samples + at.sampleSize + 2 * at.frameSize };
}
