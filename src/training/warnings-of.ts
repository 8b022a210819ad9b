import { models, type Network } from '../network.ts';
import type { Sequences } from '../sequences.ts';
import { stabilityWarning } from '../stability-warning.ts';

/** Sequences that are looked at for warnings. */
const SOME = 64;

/** What is likely to go wrong in training on some sequences. Of a composite, the first model is looked at: it is the one that sees the inputs. */
export function warningsOf(of: Network, { batch, steps, x, dt, mask, initial }: Sequences): readonly string[] {
  const size = Math.min(batch, SOME);
  const first = (array: ArrayLike<number>) => Array.prototype.slice.call(array, 0, (array.length / batch) * size);
  const part = {
    batch: size,
    steps,
    x: first(x),
    ...(dt ? { dt: first(dt) } : {}),
    ...(mask ? { mask: first(mask) } : {}),
    ...(initial && 'cell' in of ? { initial: first(initial) } : {}),
  };
  const warning = stabilityWarning(models(of)[0]!.model, part);
  return warning ? [warning.message] : [];
}
