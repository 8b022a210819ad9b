/**
 * Which step each of some columns of equal width shows, over the time from the first of `times` to the last: a step
 * holds over the time that leads to it. One column a step where steps are evenly spaced.
 */
export function heldSteps(times: ArrayLike<number>, steps: number, columns: number): Int32Array {
  const first = times[0]!;
  const span = times[steps - 1]! - first;
  let isEven = true;
  for (let t = 1; t < steps; t++) {
    const gap = times[t]! - times[t - 1]!;
    if (!(Math.abs(gap * (steps - 1) - span) <= 0.01 * span)) isEven = false;
  }
  if (isEven || !(span > 0)) return Int32Array.from({ length: steps }, (_, t) => t);
  let step = 1;
  return Int32Array.from({ length: columns }, (_, column) => {
    const time = first + ((column + 0.5) / columns) * span;
    while (step < steps - 1 && times[step]! < time) step++;
    return step;
  });
}
