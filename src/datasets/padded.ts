import type { Labelled } from '../sequences.ts';
import type { Part, PartName } from './divide.ts';
import { whole } from './windows.ts';

/** Whole recordings side by side, the shorter ones masked behind their ends. */
export interface Padded<Name extends PartName = PartName> extends Labelled {
  readonly part: Name;
  readonly x: Float64Array;
  readonly mask: Float64Array;
  /** What is to be said of each recording: `(batch, outputs)`. */
  readonly target: Float64Array;
}

/** The recordings of a part as one batch for a readout that answers last: as long as the longest, with the target of each one's last row, and with `timeUnit` dt as in `windows`. */
export function padded<Name extends PartName>({ part, recordings }: Part<Name>, timeUnit?: number): Padded<Name> {
  const [first] = recordings;
  if (first === undefined) throw new Error(`padded: the ${part} part has no recording`);
  const { inputs, outputs } = first;
  const batch = recordings.length;
  const steps = recordings.reduce((most, recording) => Math.max(most, recording.steps), 0);
  const x = new Float64Array(batch * steps * inputs);
  const mask = new Float64Array(batch * steps);
  const target = new Float64Array(batch * outputs);
  const timed = timeUnit !== undefined && recordings.every(({ times }) => times);
  const dt = timed ? new Float64Array(batch * steps).fill(1) : undefined;
  recordings.forEach((recording, b) => {
    x.set(recording.features, b * steps * inputs);
    mask.fill(1, b * steps, b * steps + recording.steps);
    target.set(recording.target.subarray((recording.steps - 1) * outputs), b * outputs);
    dt?.set(whole(recording, timeUnit).dt as Float64Array, b * steps);
  });
  return { part, batch, steps, x, mask, target, ...(dt && { dt }) };
}
