/** Eigenvalues of a symmetric matrix, the greatest first, and their eigenvectors. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** Unit vectors, row by row: entry i of the one of value k is `vectors[k * n + i]`. */
  readonly vectors: Float64Array;
}

/**
 * Every eigenvalue and eigenvector of the symmetric n × n `matrix`, row-major, which is left as it was.
 * Householder's reduction to a tridiagonal matrix, then QL steps with implicit shifts: tred2 and tql2 of
 * Bowdler, Martin, Reinsch, Wilkinson 1971, Handbook for Automatic Computation II, contributions 2 and 3.
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): SymmetricEigen {
  if (matrix.length !== n * n)
    throw new Error(`symmetricEigen: the matrix has ${matrix.length} numbers, but ${n} × ${n} has ${n * n}`);
  // Row j holds what the papers call column j, so that every inner loop walks along a row.
  const rows = Float64Array.from(matrix);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  tridiagonalise(rows, diagonal, beside);
  diagonalise(rows, diagonal, beside);
  const order = Array.from(diagonal, (_, k) => k).sort((a, b) => diagonal[b]! - diagonal[a]!);
  return {
    values: Float64Array.from(order, (k) => diagonal[k]!),
    vectors: Float64Array.from(rows, (_, at) => rows[order[Math.floor(at / n)]! * n + (at % n)]!),
  };
}

/** tred2: leaves the tridiagonal matrix in `d` and `e` (e[0] = 0), and in `v` the rotation that made it. */
function tridiagonalise(v: Float64Array, d: Float64Array, e: Float64Array): void {
  const n = d.length;
  for (let j = 0; j < n; j++) d[j] = v[j * n + n - 1]!;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
    let h = 0;
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j++) {
        d[j] = v[j * n + i - 1]!;
        v[j * n + i] = v[i * n + j] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k]! /= scale;
        h += d[k]! * d[k]!;
      }
      const last = d[i - 1]!;
      const norm = last > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * norm;
      h -= last * norm;
      d[i - 1] = last - norm;
      e.fill(0, 0, i);
      for (let j = 0; j < i; j++) {
        const f = d[j]!;
        v[i * n + j] = f;
        let g = e[j]! + v[j * n + j]! * f;
        for (let k = j + 1; k < i; k++) {
          const entry = v[j * n + k]!;
          g += entry * d[k]!;
          e[k]! += entry * f;
        }
        e[j] = g;
      }
      let f = 0;
      for (let j = 0; j < i; j++) {
        e[j]! /= h;
        f += e[j]! * d[j]!;
      }
      const half = f / (h + h);
      for (let j = 0; j < i; j++) e[j]! -= half * d[j]!;
      for (let j = 0; j < i; j++) {
        const dj = d[j]!;
        const ej = e[j]!;
        for (let k = j; k < i; k++) v[j * n + k]! -= dj * e[k]! + ej * d[k]!;
        d[j] = v[j * n + i - 1]!;
        v[j * n + i] = 0;
      }
    }
    d[i] = h;
  }
  for (let i = 0; i < n - 1; i++) {
    v[i * n + n - 1] = v[i * n + i]!;
    v[i * n + i] = 1;
    const h = d[i + 1]!;
    const next = (i + 1) * n;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[next + k]! / h;
      for (let j = 0; j <= i; j++) {
        let g = 0;
        for (let k = 0; k <= i; k++) g += v[next + k]! * v[j * n + k]!;
        for (let k = 0; k <= i; k++) v[j * n + k]! -= g * d[k]!;
      }
    }
    v.fill(0, next, next + i + 1);
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[j * n + n - 1]!;
    v[j * n + n - 1] = 0;
  }
  v[n * n - 1] = 1;
  e[0] = 0;
}

/** tql2: leaves the eigenvalues in `d`, in no order, and their vectors in the rows of `v`. */
function diagonalise(v: Float64Array, d: Float64Array, e: Float64Array): void {
  const n = d.length;
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  let shift = 0;
  let size = 0;
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l]!) + Math.abs(e[l]!));
    const least = Number.EPSILON * size;
    let m = l;
    while (Math.abs(e[m]!) > least) m++;
    while (m > l && Math.abs(e[l]!) > least) {
      const before = d[l]!;
      const p0 = (d[l + 1]! - before) / (2 * e[l]!);
      const turn = p0 + (p0 < 0 ? -Math.hypot(p0, 1) : Math.hypot(p0, 1));
      d[l] = e[l]! / turn;
      d[l + 1] = e[l]! * turn;
      const second = d[l + 1]!;
      const moved = before - d[l]!;
      for (let i = l + 2; i < n; i++) d[i]! -= moved;
      shift += moved;
      const e1 = e[l + 1]!;
      let p = d[m]!;
      let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0];
      for (let i = m - 1; i >= l; i--) {
        c3 = c2;
        c2 = c;
        s2 = s;
        const g = c * e[i]!;
        const h = c * p;
        const r = Math.hypot(p, e[i]!);
        e[i + 1] = s * r;
        s = e[i]! / r;
        c = p / r;
        p = c * d[i]! - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]!);
        const here = i * n;
        for (let k = here; k < here + n; k++) {
          const upper = v[k + n]!;
          v[k + n] = s * v[k]! + c * upper;
          v[k] = c * v[k]! - s * upper;
        }
      }
      p = (-s * s2 * c3 * e1 * e[l]!) / second;
      e[l] = s * p;
      d[l] = c * p;
    }
    d[l]! += shift;
    e[l] = 0;
  }
}
