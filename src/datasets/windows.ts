import type { Labelled } from '../sequences.ts';
import type { Part, PartName, Recording } from './divide.ts';

/** Sequences of equal length cut from one part of the data. */
export interface Windows<Name extends PartName = PartName> extends Labelled {
  readonly part: Name;
  readonly inputs: number;
  readonly outputs: number;
  readonly x: Float64Array;
  readonly target: Float64Array;
  readonly dt?: Float64Array;
}

/** How to cut: samples per window, samples between the starts of two windows, and the seconds that dt = 1 stands for. */
export interface Cut {
  readonly length: number;
  readonly stride: number;
  readonly timeUnit?: number;
}

/**
 * Cut a part into windows of `length` samples that start `stride` apart, recording by recording; what is left at the end of one is dropped.
 * With `timeUnit` and recordings that have times, the windows carry dt = Δtimes / timeUnit, and 1 at their first step.
 */
export function windows<Name extends PartName>(part: Part<Name>, { length, stride, timeUnit }: Cut): Windows<Name> {
  for (const [name, value] of Object.entries({ length, stride })) {
    if (!Number.isInteger(value) || value < 1) throw new Error(`windows: ${name} is ${value}, wanted 1 or more`);
  }
  if (timeUnit !== undefined && !(timeUnit > 0))
    throw new Error(`windows: timeUnit is ${timeUnit}, wanted seconds above 0`);
  const { recordings } = part;
  const counts = recordings.map(({ steps }) => Math.max(0, Math.floor((steps - length) / stride) + 1));
  const batch = counts.reduce((sum, count) => sum + count, 0);
  if (batch === 0) {
    const longest = Math.max(0, ...recordings.map(({ steps }) => steps));
    throw new Error(`windows: no recording of the ${part.part} part has ${length} steps, the longest has ${longest}`);
  }

  const { inputs, outputs } = recordings[0]!;
  const x = new Float64Array(batch * length * inputs);
  const target = new Float64Array(batch * length * outputs);
  const timed = timeUnit !== undefined && recordings.every(({ times }) => times);
  const dt = timed ? new Float64Array(batch * length) : undefined;
  let row = 0;
  recordings.forEach(({ features, target: wanted, times }, r) => {
    for (let window = 0; window < counts[r]!; window++) {
      const start = window * stride;
      x.set(features.subarray(start * inputs, (start + length) * inputs), row * inputs);
      target.set(wanted.subarray(start * outputs, (start + length) * outputs), row * outputs);
      if (dt) dt.set(elapsed(times!.subarray(start, start + length), timeUnit!), row);
      row += length;
    }
  });
  return { part: part.part, batch, steps: length, inputs, outputs, x, target, ...(dt && { dt }) };
}

/** A whole recording as one sequence, with dt as in `windows`. */
export function whole(recording: Recording, timeUnit?: number): Labelled {
  const { steps, features, target, times } = recording;
  const timed = timeUnit !== undefined && times !== undefined;
  return { batch: 1, steps, x: features, target, ...(timed && { dt: elapsed(times, timeUnit) }) };
}

/** Units of time of each sample since the one before; 1 at the first. */
export function elapsed(times: Float64Array, timeUnit: number): Float64Array {
  return times.map((time, i) => (i === 0 ? 1 : (time - times[i - 1]!) / timeUnit));
}
