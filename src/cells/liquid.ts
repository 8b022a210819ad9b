import { cell, matrix, positive, vector, wired } from './cell.ts';

/** The liquid neuron: a leaky integrator with a learned time constant, drawn towards a scaled tanh layer. */
export const liquid = () =>
  cell({
    name: 'liquid',
    paper:
      'Hasani et al. 2021, Liquid Time-constant Networks, as retold in study notes: τ dh/dt = −h + α tanh(W_in u + W_rec h + β)',
    equation: `
      dx/dt = (-x + alpha * tanh(W_in @ u + W_rec @ x + beta)) / tau
    `,
    params: {
      W_in: wired(matrix('state', 'input')),
      W_rec: wired(matrix('state', 'state')),
      alpha: vector('state', 1, 1),
      beta: vector('state'),
      tau: positive(vector('state', 0.5, 2)),
    },
  });
