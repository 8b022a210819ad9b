import { cell, kinds, matrix, taking, vector } from './cell.ts';
import { gates } from './gates.ts';

export interface OdeRnnOptions {
  /** Units of the hidden layer of the derivative; default 32. */
  readonly hidden?: number;
}
const take = taking<OdeRnnOptions>('ode-rnn', { hidden: kinds.wholeFrom(1) });

/**
 * ODE-RNN: between samples the state follows a network of its own, at each sample a gated recurrent unit takes the input in.
 * The state stands in no linear term, so the fused and the exponential solver are Euler's method here: `heun` or `rk4` follow it better.
 */
export const odeRnn = take(({ hidden = 32 }) =>
  cell({
    name: 'ode-rnn',
    paper: 'Rubanova, Chen, Duvenaud 2019, Latent ODEs for irregularly-sampled time series, algorithm 1',
    axes: { hidden },
    equation: `
      dx/dt = F_out @ tanh(F_in @ x + c_in) + c_out
      r = sigmoid(W_r @ u + R_r @ x + b_r)
      z = sigmoid(W_z @ u + R_z @ x + b_z)
      n = tanh(W_n @ u + R_n @ (r * x) + b_n)
      x' = (1 - z) * n + z * x
    `,
    params: {
      F_in: matrix('hidden', 'state'),
      c_in: vector('hidden'),
      F_out: matrix('state', 'hidden'),
      c_out: vector('state'),
      ...gates(['r', 'z', 'n']),
    },
  }),
);
