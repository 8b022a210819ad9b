import { cell, constant, kinds, taking } from './cell.ts';
import { gates } from './gates.ts';

export interface CtgruOptions {
  /**
   * Default 'published'. 'paper-code' is what the LTC paper's code ran: slots fade by exp(−1/ln τ) whatever the elapsed time, so the first,
   * whose ln τ is 0, keeps nothing; and gates choose by a layer for each slot, not for each unit.
   */
  readonly form?: 'published' | 'paper-code';
  /** Number of time scales: 1, √10, 10 …; default 8. */
  readonly slots?: number;
}
const take = taking<CtgruOptions>('ctgru', { form: kinds.oneOf('published', 'paper-code'), slots: kinds.wholeFrom(1) });

/** Continuous-time gated recurrent unit: each unit remembers in slots that fade at fixed time scales, and gates choose among them. */
export const ctgru = take(({ form = 'published', slots = 8 }) => {
  const [at, fading] = { published: ['[j]', '-dt / tau[m]'], 'paper-code': ['[j, m]', '-1 / log(tau[m])'] }[form];
  return cell({
    name: 'ctgru',
    paper: 'Mozer, Kazakov, Lindsey 2017, Discrete event, continuous time RNNs',
    states: { x: ['state', 'slot'] },
    axes: { slot: slots },
    equation: `
      h[j] = sum[m](x[j, m])
      log_r = W_r @ u + R_r @ h + b_r
      log_s = W_s @ u + R_s @ h + b_s
      r[j, m] = softmax[m](-(log_r${at} - log(tau[m]))^2)
      s[j, m] = softmax[m](-(log_s${at} - log(tau[m]))^2)
      read[j] = sum[m](r[j, m] * x[j, m])
      q = tanh(W_q @ u + R_q @ read + b_q)
      x'[j, m] = ((1 - s[j, m]) * x[j, m] + s[j, m] * q[j]) * exp(${fading})
      y = motor(h)
    `,
    params: {
      ...gates(['r', 's'], form === 'published' ? ['state'] : ['state', 'slot']),
      ...gates(['q']),
      tau: constant(['slot'], (m) => 10 ** (m / 2)),
    },
  });
});
