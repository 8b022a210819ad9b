import type { Model } from '../model.ts';
import type { Reals } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** Number of sequences and steps of arrays of `(batch, steps, …)`. */
type Extent = Pick<Sequences, 'batch' | 'steps'>;

/**
 * Steps `from` to `to − 1` of sequences with this many inputs, without their state before the first step. Throws when an array has the wrong
 * length.
 */
export function windowOf(
  { batch, steps, x, dt, mask }: Sequences,
  inputs: number,
  from: number,
  to: number,
): Sequences {
  const cut = (name: string, array: ArrayLike<number>, shape: Readonly<Record<string, number>>) => {
    const wanted = Object.values(shape).reduce((a, b) => a * b, 1);
    if (array.length === wanted) return take(array, { batch, steps }, from, to);
    const axes = Object.entries(shape).map(([axis, size]) => `${axis} ${size}`);
    throw new Error(`sequences: ${name} has ${array.length} entries, but (${axes.join(', ')}) needs ${wanted}`);
  };
  return {
    batch,
    steps: to - from,
    x: cut('x', x, { batch, steps, inputs }),
    ...(dt ? { dt: cut('dt', dt, { batch, steps }) } : {}),
    ...(mask ? { mask: cut('mask', mask, { batch, steps }) } : {}),
  };
}

/** The part of an array of `(batch, steps, …)` that belongs to steps `from` to `to − 1`. */
export function take(whole: ArrayLike<number>, { batch, steps }: Extent, from: number, to: number): Float64Array {
  const width = whole.length / (batch * steps);
  const size = (to - from) * width;
  const part = new Float64Array(batch * size);
  for (let b = 0; b < batch; b++) {
    const at = (b * steps + from) * width;
    for (let k = 0; k < size; k++) part[b * size + k] = whole[at + k]!;
  }
  return part;
}

/** Put a part back where {@link take} has it from, steps `from` and on. */
export function put(whole: Reals, { batch, steps }: Extent, part: Reals, from: number): void {
  const [row, size] = [whole.length / batch, part.length / batch];
  for (let b = 0; b < batch; b++) whole.set(part.subarray(b * size, (b + 1) * size), b * row + (from * row) / steps);
}

/** Where the outputs of a window stand among those of all steps, and their cotangents. */
export interface OutputRows {
  /** Numbers in the outputs of all steps. */
  readonly size: number;
  /** The cotangents of the outputs of steps `from` to `to − 1`. */
  take(cotangent: ArrayLike<number>, from: number, to: number): Float64Array;
  /** Put the outputs of steps `from` to `to − 1` in their places. */
  put(outputs: Reals, part: Reals, from: number, to: number): void;
}

/** Rows of outputs: one for each step, or one for each sequence, which belongs to the window of its last step that is not masked. */
export function outputRows(model: Pick<Model, 'outputs' | 'readout'>, { batch, steps, mask }: Sequences): OutputRows {
  const width = model.outputs;
  if (model.readout?.when !== 'last') {
    return {
      size: batch * steps * width,
      take: (cotangent, from, to) => take(cotangent, { batch, steps }, from, to),
      put: (outputs, part, from) => put(outputs, { batch, steps }, part, from),
    };
  }
  const last = Int32Array.from({ length: batch }, (_, b) => {
    let step = steps - 1;
    while (step >= 0 && mask?.[b * steps + step] === 0) step--;
    return step;
  });
  const copy = (into: Reals, array: ArrayLike<number>, from: number, to: number) => {
    for (let k = 0; k < batch * width; k++) {
      const step = last[Math.floor(k / width)]!;
      if (step >= from && step < to) into[k] = array[k]!;
    }
  };
  return {
    size: batch * width,
    take(cotangent, from, to) {
      const part = new Float64Array(batch * width);
      copy(part, cotangent, from, to);
      return part;
    },
    put: copy,
  };
}

/** An array of zeros in the precision of another. */
export const likewise = (of: Reals, length: number): Reals =>
  of instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
