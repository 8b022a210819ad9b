import type { Labelled } from '../sequences.ts';
import type { Part, PartName } from './divide.ts';
import { elapsed } from './windows.ts';

/** Sequences in which every row of a part counts once. */
export interface InContext<Name extends PartName = PartName> extends Labelled {
  readonly part: Name;
  readonly x: Float64Array;
  readonly target: Float64Array;
  readonly mask: Float64Array;
  /** `(batch, steps)`: 1 where a row counts, 0 where it is context. */
  readonly weights: Float64Array;
}

/**
 * Cut a part for judging: each row counts once, in a sequence that has read `context` rows before it or more, or all that its recording has, as a stream would have.
 * Sequences are two contexts long and begin one apart, so all but the first of a recording judge their second half; the shorter ones are masked at their ends; with `timeUnit` there is dt as in `windows`.
 */
export function inContext<Name extends PartName>(
  { part, recordings }: Part<Name>,
  { context, timeUnit }: { readonly context: number; readonly timeUnit?: number | undefined },
): InContext<Name> {
  const [first] = recordings;
  if (first === undefined) throw new Error(`inContext: the ${part} part has no recording`);
  const { inputs, outputs } = first;
  const longest = recordings.reduce((most, recording) => Math.max(most, recording.steps), 0);
  const steps = Math.min(2 * context, longest);
  const cuts = recordings.flatMap((recording) => {
    const more = recording.steps > steps ? Math.ceil((recording.steps - steps) / (steps - context)) : 0;
    return Array.from({ length: 1 + more }, (_, k) => ({ recording, from: k * (steps - context) }));
  });
  const batch = cuts.length;
  const x = new Float64Array(batch * steps * inputs);
  const target = new Float64Array(batch * steps * outputs);
  const mask = new Float64Array(batch * steps);
  const weights = new Float64Array(batch * steps);
  const timed = timeUnit !== undefined && recordings.every(({ times }) => times);
  const dt = timed ? new Float64Array(batch * steps).fill(1) : undefined;
  cuts.forEach(({ recording, from }, b) => {
    const { features, target: wanted, times } = recording;
    const to = Math.min(from + steps, recording.steps);
    const row = b * steps;
    x.set(features.subarray(from * inputs, to * inputs), row * inputs);
    target.set(wanted.subarray(from * outputs, to * outputs), row * outputs);
    mask.fill(1, row, row + to - from);
    weights.fill(1, from === 0 ? row : row + context, row + to - from);
    dt?.set(elapsed(times!.subarray(from, to), timeUnit!), row);
  });
  return { part, batch, steps, x, target, mask, weights, ...(dt && { dt }) };
}
