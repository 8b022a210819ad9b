import type { Elementwise } from '../expression/node.ts';

/** Every elementwise operation on float64 numbers: the meaning that all backends share. */
export const evaluate = {
  neg: (a) => -a,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
  phi: (a) => (a === 0 ? 1 : Math.expm1(a) / a),
  dphi: (a) => (Math.abs(a) < 0.5 ? series(a) : (Math.exp(a) - Math.expm1(a) / a) / a),
  sin: Math.sin,
  cos: Math.cos,
  erf: (a) => erf(a),
  relu: (a) => Math.max(a, 0),
  abs: Math.abs,
  sign: Math.sign,
  step: (a) => (a > 0 ? 1 : 0),
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  equal: (a, b) => (a === b ? 1 : 0),
  select: (c, a, b) => (c !== 0 ? a : b),
} satisfies Record<Elementwise, (a: number, b: number, c: number) => number>;

/** phi'(z) near 0: Σ (k+1)/(k+2)! z^k. */
function series(z: number): number {
  let term = 1 / 2;
  let sum = 0;
  for (let k = 0; k < 18; k++) {
    sum += term * (k + 1);
    term *= z / (k + 3);
  }
  return sum;
}

/** The error function: its Taylor series near 0, its continued fraction in the tails (Abramowitz and Stegun 7.1.6, 7.1.14). */
function erf(x: number): number {
  const z = Math.abs(x);
  if (!(z < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  let value: number;
  if (z < 2.5) {
    let term = z;
    value = 0;
    for (let k = 0; Math.abs(term) > 1e-18 * value || k === 0; k++) {
      value += term;
      term *= (2 * z * z) / (2 * k + 3);
    }
    value *= (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z);
  } else {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (z + fraction);
    value = 1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction);
  }
  return x < 0 ? -value : value;
}
