import { factor, solve } from '../drivers/lu.ts';
import { EPSILON, integrator, type Problem, type Stepper } from './integrator.ts';

/** Where the trapezoidal rule ends and the backward difference begins, as a share of the step: then both have one matrix. */
const ALPHA = 2 - Math.SQRT2;

/** Weight of the rate sought, in both. */
const D = ALPHA / 2;

/** Weight of each earlier rate in the new state. */
const W = Math.SQRT2 / 4;

/** The third-order formula's weights less those of the step. */
const ERROR = [(ALPHA - 1) / 3, 1 / 3, -ALPHA / 3] as const;

/** Weights of the rates at 0 and ALPHA and of the change of state between in the rate at 1 of the cubic through them. */
const AHEAD = [1.5 + Math.SQRT2, 2.5 + 2 * Math.SQRT2, -(6 + 4.5 * Math.SQRT2)] as const;

/** The most Newton iterations of a stage, and what may be left to change, as a share of the error allowed. */
const [ITERATIONS, KAPPA] = [5, 0.5];

/**
 * MATLAB's ode23tb: TR-BDF2 in the form of Hosea and Shampine 1996, Applied Numerical Mathematics 20. A step is as long as its filtered
 * error allows and keeps its length, and with it its matrix, while the change would be small; the Jacobian is made of differences,
 * and anew only where Newton's method fails with an old one.
 */
export const ode23tb = integrator({ name: 'ode23tb', order: '2(3)', refine: 1 }, trBdf2);

function trBdf2({ field, y, rate, from, rtol, threshold, longest, steepness }: Problem): Stepper {
  const n = y.length;
  const vector = () => new Float64Array(n);
  const [jacobian, matrix, order] = [new Float64Array(n * n), new Float64Array(n * n), new Int32Array(n)];
  // Times h: the rates at the start, at ALPHA and at the end of the step; then the states at the latter two.
  const { z, zMiddle, zEnd, middle, end } = {
    z: vector(),
    zMiddle: vector(),
    zEnd: vector(),
    middle: vector(),
    end: vector(),
  };
  const [here, beside, change] = [vector(), vector(), vector()];
  // Whether the Jacobian is that of the start of the step; for which h the matrix is; how Newton's changes shrink with it, if known.
  let [isCurrent, factored, shrinks] = [true, 0, Number.NaN];
  let [length, wish] = [0, 0];

  /** ∂field/∂y at (t, y), where the field is `base`. */
  const differentiate = (t: number, base: Float64Array) => {
    for (let j = 0; j < n; j++) {
      const kept = y[j]!;
      y[j] = kept + Math.sqrt(EPSILON) * Math.max(Math.abs(kept), threshold);
      const step = y[j]! - kept;
      field(t, y, beside);
      y[j] = kept;
      for (let i = 0; i < n; i++) jacobian[i * n + j] = (beside[i]! - base[i]!) / step;
    }
  };

  /** Factor I − D·h·jacobian. */
  const prepare = (h: number) => {
    for (let k = 0; k < n * n; k++) matrix[k] = -D * h * jacobian[k]!;
    for (let k = 0; k < n; k++) matrix[k * n + k]! += 1;
    factor(matrix, n, order);
    factored = h;
    shrinks = Number.NaN;
  };

  const size = (v: Float64Array, other: Float64Array) => {
    let largest = 0;
    for (let i = 0; i < n; i++)
      largest = Math.max(largest, Math.abs(v[i]!) / Math.max(Math.abs(y[i]!), Math.abs(other[i]!), threshold));
    return largest;
  };

  /** Newton's method for rate = h·field(t, state), where the state moves with D times the rate; says whether it has settled. */
  const settle = (t: number, h: number, state: Float64Array, sought: Float64Array): boolean => {
    const least = 100 * EPSILON * size(y, y);
    let before = 0;
    for (let iteration = 1; ; iteration++) {
      field(t, state, change);
      for (let i = 0; i < n; i++) change[i] = h * change[i]! - sought[i]!;
      solve(matrix, n, order, change);
      for (let i = 0; i < n; i++) {
        sought[i]! += change[i]!;
        state[i]! += D * change[i]!;
      }
      const now = size(change, state);
      if (now <= least) return true;
      if (!Number.isFinite(now)) return false;
      if (iteration === 1) {
        if ((now * shrinks) / (1 - shrinks) <= 0.1 * KAPPA * rtol) return true;
      } else {
        if (now > 0.9 * before) return false;
        shrinks = Math.max(0.9 * (shrinks || 0), now / before);
        const left = (now * shrinks) / (1 - shrinks);
        if (left <= KAPPA * rtol) return true;
        if (left * shrinks ** (ITERATIONS - iteration) > KAPPA * rtol) return false;
      }
      before = now;
    }
  };

  /** Both stages with the matrix at hand; says whether they have settled. */
  const stages = (t: number, h: number, at: number): boolean => {
    for (let i = 0; i < n; i++) {
      z[i] = zMiddle[i] = h * rate[i]!;
      middle[i] = y[i]! + ALPHA * z[i]!;
    }
    if (!settle(t + ALPHA * h, h, middle, zMiddle)) return false;
    for (let i = 0; i < n; i++) {
      zEnd[i] = AHEAD[0] * z[i]! + AHEAD[1] * zMiddle[i]! + AHEAD[2] * (middle[i]! - y[i]!);
      end[i] = y[i]! + W * (z[i]! + zMiddle[i]!) + D * zEnd[i]!;
    }
    return settle(at, h, end, zEnd);
  };

  /** A first step that the second derivative allows. */
  const begin = () => {
    differentiate(from, rate);
    const trial = Math.min(longest, rtol ** (1 / 3) / (1.43 * steepness));
    const later = from + Math.min(Math.sqrt(EPSILON) * Math.max(Math.abs(from), Math.abs(from + trial)), trial);
    field(later, y, here);
    for (let i = 0; i < n; i++) {
      let sum = (here[i]! - rate[i]!) / (later - from);
      for (let j = 0; j < n; j++) sum += jacobian[i * n + j]! * rate[j]!;
      change[i] = sum;
    }
    return rtol ** (1 / 3) / (1.43 * Math.sqrt(0.5 * size(change, y)));
  };

  return {
    first: begin(),
    attempt(t, h, at, failures) {
      length = h;
      if (h !== factored) prepare(h);
      while (!stages(t, h, at)) {
        if (isCurrent) {
          wish = 0.3 * h;
          return false;
        }
        field(t, y, here);
        differentiate(t, here);
        isCurrent = true;
        prepare(h);
      }
      for (let i = 0; i < n; i++) change[i] = ERROR[0] * z[i]! + ERROR[1] * zMiddle[i]! + ERROR[2] * zEnd[i]!;
      solve(matrix, n, order, change);
      const growth = (size(change, end) / rtol) ** (1 / 3);
      if (growth <= 1) {
        const longer = Math.min(5, Math.max(0.2, Math.min(longest / h, 0.7 / growth)));
        wish = failures === 0 && Math.abs(longer - 1) > 0.2 ? longer * h : h;
        return true;
      }
      wish = h * Math.max(0.1, 0.7 / growth);
      return false;
    },
    next: () => wish,
    accept() {
      y.set(end);
      for (let i = 0; i < n; i++) rate[i] = zEnd[i]! / length;
      isCurrent = false;
    },
  };
}
