import { LANES } from '../compiler/kernel.ts';
import { random } from '../random.ts';
import type { Sequences } from '../sequences.ts';
import type { Timing } from '../timing.ts';
import type { Block } from './blocks.ts';
import { placesOf, type Runner } from './runner.ts';

/** The sequence that a lane computes: its own, or the block's first where it has none, because gradients of zeros could be infinite. */
export const standIn = ({ first, lanes }: Block, lane: number): number => first + (lane < lanes ? lane : 0);

/**
 * Writes steps `from` to `to − 1` of a block into its samples: all that a walk needs to know of them. Factors of `dropout` are drawn from
 * the seed in the order of the calls, or are 1. A step without a sequence is computed like one that exists.
 */
export function entrance(
  { compiled, machine, arena, inputs, substitutes }: Runner,
  plan: Timing,
  { steps, x }: Pick<Sequences, 'steps' | 'x'>,
  dropout: number | undefined,
): (block: Block, from: number, to: number) => void {
  const memory = machine.scalars;
  const place = placesOf(compiled);
  const [dt, fraction, own, most] = [
    place('dt'),
    place('sample.fraction'),
    place('sample.steps'),
    place('sample.most'),
  ];
  const { size } = compiled.places.get('u')!;
  const [u, flags] = [place('u'), compiled.places.has('seen') ? place('seen') : undefined];
  const factors = compiled.dropouts.map(({ name, rate }) => ({
    at: place(name),
    size: compiled.places.get(name)!.size * LANES,
    rate,
  }));
  const draw = dropout === undefined ? undefined : random(dropout);
  const plain = plan.seen === undefined && flags === undefined && size === inputs;
  return (block, from, to) => {
    for (let t = from; t < to; t++) {
      const sample = block.samples + (t - from) * arena.sampleSize;
      for (let lane = 0; lane < LANES; lane++) {
        const row = standIn(block, lane) * steps + t;
        const step = plan.standIn[row]!;
        const at = sample + lane;
        memory[at + dt] = step < 0 ? 0 : plan.dt[step]!;
        memory[at + fraction] = step < 0 ? 1 : 1 / plan.count[step]!;
        memory[at + own] = lane < block.lanes ? plan.count[row]! : 0;
        memory[at + most] = block.counts[t]!;
        if (plain && step >= 0) {
          for (let k = 0; k < size; k++) memory[at + u + k * LANES] = x[step * inputs + k]!;
          continue;
        }
        for (let k = 0; k < size; k++) {
          const entry = step * inputs + (k % inputs);
          const isSeen = step >= 0 && plan.seen?.[entry] !== 0;
          // Behind the inputs stand the times since each was seen, which are 0 when it is.
          const value = step < 0 || k >= inputs ? 0 : isSeen ? x[entry]! : substitutes[k]!;
          memory[at + u + k * LANES] = value;
          if (flags !== undefined) memory[at + flags + k * LANES] = isSeen ? 1 : 0;
        }
      }
      for (const { at, size, rate } of factors) {
        for (let k = sample + at; k < sample + at + size; k++)
          memory[k] = draw ? (draw.uniform() < rate ? 0 : 1 / (1 - rate)) : 1;
      }
    }
  };
}
