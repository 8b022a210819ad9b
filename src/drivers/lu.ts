/**
 * Factor an n × n matrix (row by row) into L·U in place, with the largest pivot of each column; `order[k]` is the row that took the
 * place of row k.
 */
export function factor(a: Float64Array, n: number, order: Int32Array): void {
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[best * n + k]!)) best = i;
    order[k] = best;
    if (best !== k) {
      for (let j = 0; j < n; j++) {
        const other = a[k * n + j]!;
        a[k * n + j] = a[best * n + j]!;
        a[best * n + j] = other;
      }
    }
    const pivot = a[k * n + k]!;
    for (let i = k + 1; i < n; i++) {
      const share = a[i * n + k]! / pivot;
      a[i * n + k] = share;
      if (share !== 0) for (let j = k + 1; j < n; j++) a[i * n + j]! -= share * a[k * n + j]!;
    }
  }
}

/** Solve A·x = v in place, from what {@link factor} made of A. */
export function solve(a: Float64Array, n: number, order: Int32Array, v: Float64Array): void {
  for (let k = 0; k < n; k++) swap(v, k, order[k]!);
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) v[i]! -= a[i * n + j]! * v[j]!;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) v[i]! -= a[i * n + j]! * v[j]!;
    v[i]! /= a[i * n + i]!;
  }
}

/** Solve Aᵀ·x = v in place, from what {@link factor} made of A. */
export function solveTransposed(a: Float64Array, n: number, order: Int32Array, v: Float64Array): void {
  for (let i = 0; i < n; i++) {
    v[i]! /= a[i * n + i]!;
    for (let j = i + 1; j < n; j++) v[j]! -= a[i * n + j]! * v[i]!;
  }
  for (let i = n - 1; i > 0; i--) for (let j = 0; j < i; j++) v[j]! -= a[i * n + j]! * v[i]!;
  for (let k = n - 1; k >= 0; k--) swap(v, k, order[k]!);
}

function swap(v: Float64Array, i: number, j: number): void {
  const other = v[i]!;
  v[i] = v[j]!;
  v[j] = other;
}
