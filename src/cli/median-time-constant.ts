import { timeConstants } from '../analysis/time-constants.ts';
import { hasFlow } from '../cells/cell.ts';
import type { Network } from '../network.ts';
import { layersOf } from '../report/describe-network.ts';
import type { Sequences } from '../sequences.ts';

/** Sequences that it is measured along. */
const SOME = 8;

/**
 * The median of the time constants of a network's first model, each neuron's being its median along the first of some sequences, in units of dt;
 * undefined where the model has no flow, or the most part of its neurons no finite time constant.
 */
export function medianTimeConstant(net: Network, { batch, steps, x, dt, mask }: Sequences): number | undefined {
  const { model } = layersOf(net)[0]!;
  const size = Math.min(batch, SOME);
  const first = (array: ArrayLike<number>) =>
    Float64Array.from({ length: (array.length / batch) * size }, (_, k) => array[k]!);
  const some = {
    batch: size,
    steps,
    x: first(x),
    ...(dt ? { dt: first(dt) } : {}),
    ...(mask ? { mask: first(mask) } : {}),
  };
  if (!hasFlow(model.cell) || some.mask?.every((kept) => kept === 0)) return undefined;
  const rates = Float64Array.from(timeConstants(model, some).units, ({ median }) => 1 / median).sort();
  const rate = rates[rates.length >> 1]!;
  return rate > 0 ? 1 / rate : undefined;
}
