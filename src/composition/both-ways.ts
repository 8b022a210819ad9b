import type { Bidirectional } from '../network.ts';
import type { Reals } from '../reals.ts';
import type { Sequences } from '../sequences.ts';
import type { Course } from './course.ts';
import { apart, beside } from './side-by-side.ts';

/** A part that reads sequences as they are, beside one that reads them from their end. */
export function bothWays(
  { parts: [forward, backward], merge, readout }: Bidirectional,
  reals: (length: number) => Reals,
): Course {
  const widths = [forward.outputs, backward.outputs];
  const isLast = readout?.when === 'last';
  let turn = (array: Reals): Reals => array;
  let after: Int32Array = new Int32Array(0);

  return {
    forward(sequences, run) {
      const { batch, steps, x, dt, mask } = sequences;
      turn = (array) => turned(array, batch, steps, reals(array.length));
      after = samplesAfter(sequences);
      const there = run(0, sequences);
      const exact = (array: ArrayLike<number>) => turned(array, batch, steps, new Float64Array(array.length));
      const back = run(1, {
        batch,
        steps,
        x: exact(x),
        // The gap to the later sample, which the sample in front of it has as its dt.
        ...(dt ? { dt: exact(Float64Array.from(after, (later) => (later < 0 ? 1 : dt[later]!))) } : {}),
        ...(mask ? { mask: exact(mask) } : {}),
      });
      const both = [there.outputs, isLast ? back.outputs : turn(back.outputs)] as const;
      const outputs =
        merge === 'sum'
          ? both[0].map((value, k) => value + both[1][k]!)
          : beside(both, widths, reals(both[0].length + both[1].length));
      return { outputs, answers: [there, { ...back, ...(back.states ? { states: turn(back.states) } : {}) }] };
    },
    backward(cotangent, run) {
      const [own, other] = merge === 'sum' ? [cotangent, cotangent] : apart(cotangent, widths);
      const { x, dt } = run(0, own!);
      const back = run(1, isLast ? other! : turn(Float64Array.from(other!)));
      const [backX, backDt] = [turn(back.x), turn(back.dt)];
      for (let k = 0; k < x.length; k++) x[k]! += backX[k]!;
      after.forEach((later, k) => {
        if (later >= 0) dt[later]! += backDt[k]!;
      });
      return { x, dt };
    },
  };
}

/** The steps of every sequence in reverse order. */
function turned<A extends Float32Array | Float64Array>(
  array: ArrayLike<number>,
  batch: number,
  steps: number,
  into: A,
): A {
  const width = array.length / (batch * steps);
  for (let row = 0; row < batch * steps; row++) {
    const opposite = row - 2 * (row % steps) + steps - 1;
    for (let k = 0; k < width; k++) into[row * width + k] = array[opposite * width + k]!;
  }
  return into;
}

/** For each step that exists, the next one of its sequence that does; −1 for the last, and for steps that do not exist. */
function samplesAfter({ batch, steps, mask }: Sequences): Int32Array {
  const after = new Int32Array(batch * steps).fill(-1);
  for (let sequence = 0; sequence < batch; sequence++) {
    let later = -1;
    for (let at = (sequence + 1) * steps - 1; at >= sequence * steps; at--) {
      if (mask && mask[at] === 0) continue;
      after[at] = later;
      later = at;
    }
  }
  return after;
}
