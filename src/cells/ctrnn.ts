import { type Activation, cell, kinds, type Memory, matrix, positive, spread, taking, vector, wired } from './cell.ts';

export interface CtrnnOptions {
  /** The layer's activation; default 'tanh'. */
  readonly activation?: Activation;
  /** Starts with time constants from one to the other, log-uniform. Default: from 0.5 to 2, uniform. */
  readonly memory?: Memory;
}
const take = taking<CtrnnOptions>('ctrnn', { activation: kinds.activation, memory: kinds.memory });

/** Continuous-time recurrent network: a dense layer that leaks with a learned time constant. */
export const ctrnn = take(({ activation = 'tanh', memory }) =>
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
      tau: positive(memory ? spread(memory, 1) : vector('state', 0.5, 2)),
    },
  }),
);
