import { type Activation, cell, kinds, matrix, taking, vector, wired } from './cell.ts';

export interface NeuralOdeOptions {
  /** The layer's activation; default 'tanh'. */
  readonly activation?: Activation;
}
const take = taking<NeuralOdeOptions>('neural-ode', { activation: kinds.activation });

/** Neural ordinary differential equation driven by an input: a dense layer is the derivative. */
export const neuralOde = take(({ activation = 'tanh' }) =>
  cell({
    name: 'neural-ode',
    paper: 'Chen, Rubanova, Bettencourt, Duvenaud 2018, Neural Ordinary Differential Equations',
    equation: `
      dx/dt = ${activation}(W @ u + R @ x + b)
    `,
    params: {
      W: wired(matrix('state', 'input')),
      R: wired(matrix('state', 'state')),
      b: vector('state'),
    },
  }),
);
