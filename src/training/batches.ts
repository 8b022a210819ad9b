import { random } from '../random.ts';
import type { Sequences } from '../sequences.ts';

type Numbers = ArrayLike<number>;

/** Order of `count` sequences in epoch number `epoch` (from 1): a fair shuffle that `seed` and `epoch` alone decide. */
export const epochOrder = (count: number, seed: number, epoch: number): Int32Array => {
  const draw = random(epochNumber(seed, epoch));
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = draw.integer(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
};

/** Seeds of the dropout in `count` minibatches of epoch number `epoch` (from 1), which `seed` and `epoch` alone decide. */
export const dropoutSeeds = (count: number, seed: number, epoch: number): Int32Array => {
  const draw = random(2 ** 31 + epochNumber(seed, epoch)); // apart from the seeds of orders
  return Int32Array.from({ length: count }, () => draw.integer(2 ** 31));
};

/** A number below 2^31 for an epoch, the next from `seed` for the next. */
const epochNumber = (seed: number, epoch: number): number => {
  const numbers = random(seed);
  for (let before = 1; before < epoch; before++) numbers.integer(2 ** 31);
  return numbers.integer(2 ** 31);
};

/** Number of minibatches of `size` in `count` sequences; the last may be smaller, or is left out with `dropLast`. */
export const batchCount = (count: number, size: number, dropLast = false): number =>
  dropLast ? Math.floor(count / size) : Math.ceil(count / size);

const fields = ['x', 'dt', 'mask', 'initial', 'target', 'weights'] as const;

/**
 * A function that copies sequences `order[from] … order[to − 1]` (without `order`: `from … to − 1`) out of `data` with
 * everything that belongs to them, at most `size` at once. The next call writes over what it returned.
 */
export const gatherer = <S extends Sequences>(data: S, size: number) => {
  const copies: { field: string; width: number; source: Numbers; buffer: Float32Array | Float64Array }[] = [];
  for (const field of fields) {
    const source = (data as { readonly [field in (typeof fields)[number]]?: Numbers })[field];
    if (source === undefined) continue;
    const width = source.length / data.batch;
    const Buffer = source instanceof Float32Array ? Float32Array : Float64Array;
    copies.push({ field, width, source, buffer: new Buffer(size * width) });
  }
  return (from: number, to: number, order?: Int32Array): S => {
    const batch: Record<string, unknown> = { batch: to - from, steps: data.steps };
    for (const { field, width, source, buffer } of copies) {
      for (let i = from; i < to; i++) copyRow(source, (order?.[i] ?? i) * width, buffer, (i - from) * width, width);
      batch[field] = to - from === size ? buffer : buffer.subarray(0, (to - from) * width);
    }
    return batch as unknown as S; // the fields of `data`, for fewer sequences
  };
};

const copyRow = (source: Numbers, from: number, into: Float32Array | Float64Array, at: number, width: number): void => {
  if (source instanceof Float32Array || source instanceof Float64Array) {
    into.set(source.subarray(from, from + width), at);
  } else {
    for (let i = 0; i < width; i++) into[at + i] = source[from + i]!;
  }
};
