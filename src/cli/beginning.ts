import type { Labelled } from '../sequences.ts';

/** At most so many steps of one sequence, from its first. */
export function beginning({ x, dt, mask, target, steps: all, ...rest }: Labelled, most: number): Labelled {
  const steps = Math.min(all, most);
  const cut = (values: ArrayLike<number>) =>
    Float64Array.from({ length: (values.length / all) * steps }, (_, i) => values[i]!);
  return {
    ...rest,
    steps,
    x: cut(x),
    target: cut(target),
    ...(dt ? { dt: cut(dt) } : {}),
    ...(mask ? { mask: cut(mask) } : {}),
  };
}
