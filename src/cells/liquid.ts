import { cell, kinds, type Memory, matrix, positive, spread, taking, vector, wired } from './cell.ts';

export interface LiquidOptions {
  /** Starts with time constants from one to the other, log-uniform. Default: from 0.5 to 2, uniform. */
  readonly memory?: Memory;
}
const take = taking<LiquidOptions>('liquid', { memory: kinds.memory });

/** The liquid neuron: a leaky integrator with a learned time constant, drawn towards a scaled tanh layer. */
export const liquid = take(({ memory }) =>
  cell({
    name: 'liquid',
    paper: 'Study notes on Hasani et al. 2021, eq. of the liquid neuron (a leaky network, not eq. 1 of the paper)',
    equation: `
      dx/dt = (-x + alpha * tanh(W_in @ u + W_rec @ x + beta)) / tau
    `,
    params: {
      W_in: wired(matrix('state', 'input')),
      W_rec: wired(matrix('state', 'state')),
      alpha: vector('state', 1, 1),
      beta: vector('state'),
      tau: positive(memory ? spread(memory, 1) : vector('state', 0.5, 2)),
    },
  }),
);
