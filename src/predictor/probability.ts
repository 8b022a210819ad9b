/** Class `k`'s probability: softmax over the `n` outputs that start at `from`. */
export function probability(outputs: ArrayLike<number>, from: number, n: number, k: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) top = Math.max(top, outputs[from + i]!);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(outputs[from + i]! - top);
  return Math.exp(outputs[from + k]! - top) / sum;
}
