import { cell, taking, vector } from './cell.ts';
import { gates } from './gates.ts';

/** Gated recurrent unit in the form of torch.nn.GRU: two biases a gate, and the reset gate multiplies after the matrix. It knows no elapsed time. */
export const gru = taking(
  'gru',
  {},
)(() =>
  cell({
    name: 'gru',
    paper:
      'Cho et al. 2014, Learning phrase representations using RNN encoder-decoder for statistical machine translation',
    equation: `
      r = sigmoid(W_r @ u + b_r + R_r @ x + d_r)
      z = sigmoid(W_z @ u + b_z + R_z @ x + d_z)
      n = tanh(W_n @ u + b_n + r * (R_n @ x + d_n))
      x' = (1 - z) * n + z * x
    `,
    params: { ...gates(['r', 'z', 'n']), d_r: vector('state'), d_z: vector('state'), d_n: vector('state') },
  }),
);
