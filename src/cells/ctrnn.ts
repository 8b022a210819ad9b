import { type Activation, cell, matrix, positive, vector, wired } from './cell.ts';

export interface CtrnnOptions {
  /** The layer's activation; default 'tanh'. */
  readonly activation?: Activation;
}

/** Continuous-time recurrent network: a dense layer that leaks with a learned time constant. */
export const ctrnn = ({ activation = 'tanh' }: CtrnnOptions = {}) =>
  cell({
    name: 'ctrnn',
    paper: 'Funahashi and Nakamura 1993, Neural Networks 6(6)',
    equation: `
      dx/dt = -x/tau + ${activation}(W @ u + R @ x + b)
    `,
    params: {
      W: wired(matrix('state', 'input')),
      R: wired(matrix('state', 'state')),
      b: vector('state'),
      tau: positive(vector('state', 0.5, 2)),
    },
  });
