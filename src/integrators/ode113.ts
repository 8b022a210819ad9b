import { integrator, type Problem, type Stepper } from './integrator.ts';

/** The highest order of the predictor; the corrector's is one more. */
const HIGHEST = 12;

/** By order, from 1: |γ*|, the weight of the error of the Adams–Moulton formula in steps of one length, rounded as in STEP. */
const GAMMA = [
  ...[0, 0.5, 0.0833, 0.0417, 0.0264, 0.0188, 0.0143, 0.0114],
  ...[0.00936, 0.00789, 0.00679, 0.00592, 0.00524, 0.00468],
];

/**
 * MATLAB's ode113: Adams–Bashforth–Moulton formulas of order 1 to 12, predicted, evaluated, corrected with local extrapolation and
 * evaluated. The method and its names φ, ψ, α, β, σ, g, v and w, counted from 1, are those of the code STEP in Shampine and Gordon
 * 1975, Computer Solution of Ordinary Differential Equations; the norm is MATLAB's.
 */
export const ode113 = integrator({ name: 'ode113', order: '1(13)', refine: 1 }, adams);

function adams({ field, y, rate, rtol, threshold, steepness }: Problem): Stepper {
  const n = y.length;
  const vector = () => new Float64Array(n);
  const numbers = () => new Float64Array(HIGHEST + 3);
  const phi = Array.from({ length: HIGHEST + 3 }, vector);
  const { psi, alpha, beta, sigma } = { psi: numbers(), alpha: numbers(), beta: numbers(), sigma: numbers() };
  const { g, v, w } = { g: numbers(), v: numbers(), w: numbers() };
  const [predicted, change, scale, there] = [vector(), vector(), vector(), vector()];
  phi[1]!.set(rate);
  sigma[1] = g[1] = 1;
  g[2] = 1 / 2;

  // The order of the step at hand and of the one before, whose length is hBefore; how many steps have had the length at hand.
  let [k, kBefore, hBefore, same] = [1, 0, 0, 0];
  // The order advised, and whether each step still raises it and doubles the length.
  let [advised, isRising] = [1, true];
  let [h, end, wish] = [0, 0, 0];
  // Estimated errors of steps of one length at order k and one below.
  let [atK, below] = [0, 0];

  /** The formulas' numbers for a step of length h; those of a run of equal steps stay. */
  const tabulate = () => {
    if (h !== hBefore) same = 0;
    if (same <= kBefore) same++;
    if (k < same) return;
    beta[same] = 1;
    alpha[same] = 1 / same;
    sigma[same + 1] = 1;
    let span = h * same;
    for (let i = same + 1; i <= k; i++) {
      const before = psi[i - 1]!;
      psi[i - 1] = span;
      beta[i] = (beta[i - 1]! * span) / before;
      span = before + h;
      alpha[i] = h / span;
      sigma[i + 1] = i * alpha[i]! * sigma[i]!;
    }
    psi[k] = span;
    if (same === 1) {
      for (let q = 1; q <= k; q++) v[q] = w[q] = 1 / (q * (q + 1));
    } else {
      if (k > kBefore) {
        v[k] = 1 / (k * (k + 1));
        for (let j = 1; j <= same - 2; j++) v[k - j]! -= alpha[j + 1]! * v[k - j + 1]!;
      }
      for (let q = 1; q <= k + 1 - same; q++) w[q] = v[q]! -= alpha[same]! * v[q + 1]!;
      g[same + 1] = w[1]!;
    }
    for (let i = same + 2; i <= k + 1; i++) {
      for (let q = 1; q <= k + 2 - i; q++) w[q]! -= alpha[i - 1]! * w[q + 1]!;
      g[i] = w[1]!;
    }
  };

  /** The state at the end of the step by the predictor, and the differences there. */
  const predict = () => {
    for (let i = same + 1; i <= k; i++) for (let m = 0; m < n; m++) phi[i]![m]! *= beta[i]!;
    phi[k + 2]!.set(phi[k + 1]!);
    phi[k + 1]!.fill(0);
    predicted.fill(0);
    for (let i = k; i >= 1; i--) {
      const weight = g[i]!;
      const own = phi[i]!;
      const higher = phi[i + 1]!;
      for (let m = 0; m < n; m++) {
        predicted[m]! += weight * own[m]!;
        own[m]! += higher[m]!;
      }
    }
    for (let m = 0; m < n; m++) predicted[m] = y[m]! + h * predicted[m]!;
  };

  /** The largest of the differences of one order, as they are or with the change at the end, beside the states. */
  const size = (order: number, share: 0 | 1) => {
    let largest = 0;
    const own = phi[order]!;
    for (let m = 0; m < n; m++) largest = Math.max(largest, Math.abs(own[m]! + share * change[m]!) / scale[m]!);
    return largest;
  };

  /** Take the differences back to the start of the step. */
  const restore = () => {
    for (let i = 1; i <= k; i++) {
      const own = phi[i]!;
      const higher = phi[i + 1]!;
      for (let m = 0; m < n; m++) own[m] = (own[m]! - higher[m]!) / beta[i]!;
    }
    for (let i = 2; i <= k; i++) psi[i - 1] = psi[i]! - h;
  };

  return {
    first: (0.25 * Math.sqrt(rtol)) / steepness,
    attempt(_t, length, at, failures) {
      h = length;
      end = at;
      tabulate();
      predict();
      field(end, predicted, there);
      let largest = 0;
      for (let m = 0; m < n; m++) {
        scale[m] = Math.max(Math.abs(y[m]!), threshold);
        change[m] = there[m]! - phi[1]![m]!;
        largest = Math.max(largest, Math.abs(change[m]!) / scale[m]!);
      }
      atK = h * sigma[k + 1]! * GAMMA[k]! * largest;
      below = k >= 2 ? h * sigma[k]! * GAMMA[k - 1]! * size(k, 1) : 0;
      const farBelow = k >= 3 ? h * sigma[k - 1]! * GAMMA[k - 2]! * size(k - 1, 1) : 0;
      advised = k === 2 ? (below <= 0.5 * atK ? 1 : 2) : k > 2 && Math.max(below, farBelow) <= atK ? k - 1 : k;
      if (h * (g[k]! - g[k + 1]!) * largest <= rtol) return true;
      isRising = false;
      restore();
      // The third failure starts again at order 1; from the fourth on the error tells how much shorter the step must be.
      const shorter = failures > 2 ? Math.sqrt((0.5 * rtol) / atK) : 0.5;
      wish = h * (shorter < 0.5 ? shorter : 0.5);
      k = failures >= 2 ? 1 : advised;
      return false;
    },
    next: () => wish,
    accept() {
      kBefore = k;
      hBefore = h;
      for (let m = 0; m < n; m++) y[m] = predicted[m]! + h * g[k + 1]! * change[m]!;
      field(end, y, there);
      const corrected = phi[k + 1]!;
      const twice = phi[k + 2]!;
      for (let m = 0; m < n; m++) {
        corrected[m] = there[m]! - phi[1]![m]!;
        twice[m] = corrected[m]! - twice[m]!;
      }
      for (let i = 1; i <= k; i++) for (let m = 0; m < n; m++) phi[i]![m]! += corrected[m]!;

      if (advised === k - 1 || k === HIGHEST) isRising = false;
      if (isRising) k++;
      else if (advised === k - 1) lower();
      else if (k + 1 <= same) {
        const above = h * GAMMA[k + 1]! * size(k + 2, 0);
        if (k > 1 && below <= Math.min(atK, above)) lower();
        else if (k < HIGHEST && above < (k === 1 ? 0.5 * atK : atK)) {
          k++;
          atK = above;
        }
      }
      const share = (0.5 * rtol) / atK;
      if (isRising || share >= 2 ** (k + 1)) wish = 2 * h;
      else wish = share >= 1 ? h : h * Math.max(0.5, Math.min(0.9, share ** (1 / (k + 1))));
    },
  };

  function lower(): void {
    k--;
    atK = below;
  }
}
