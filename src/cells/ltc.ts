import { type Activation, cell, matrix, positive, vector, wired } from './cell.ts';

export interface LtcOptions {
  /** The activation of f; default 'sigmoid'. The stability theorems want f ≥ 0. */
  readonly activation?: Activation;
}

/** Liquid time-constant network with one dense layer as f. */
export const ltc = ({ activation = 'sigmoid' }: LtcOptions = {}) =>
  cell({
    name: 'ltc',
    paper: 'Hasani, Lechner, Amini, Rus, Grosu 2021, Liquid Time-constant Networks, eq. 1',
    equation: `
      f = ${activation}(W @ u + R @ x + b)
      dx/dt = -(1/tau + f) * x + f * A
    `,
    params: {
      W: wired(matrix('state', 'input')),
      R: wired(matrix('state', 'state')),
      b: vector('state'),
      tau: positive(vector('state', 0.5, 2)),
      A: vector('state', -1, 1),
    },
  });
