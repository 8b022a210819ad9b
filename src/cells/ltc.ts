import { type Activation, cell, kinds, type Memory, matrix, positive, spread, taking, vector, wired } from './cell.ts';

export interface LtcOptions {
  /** The activation of f; default 'sigmoid'. The stability theorems want f ≥ 0. */
  readonly activation?: Activation;
  /** Starts with tau and b such that units keep their past this long; b only with sigmoid. Default: tau from 0.5 to 2, b = 0. */
  readonly memory?: Memory;
}
const take = taking<LtcOptions>('ltc', { activation: kinds.activation, memory: kinds.memory });

/** Liquid time-constant network with one dense layer as f. */
export const ltc = take(({ activation = 'sigmoid', memory }) =>
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
      ...(memory ? remembering(memory, activation) : { b: vector('state'), tau: positive(vector('state', 0.5, 2)) }),
      A: vector('state', -1, 1),
    },
  }),
);

/** The leak 1/tau gives half of the rate and f, which is sigmoid(b) where nothing comes in, the other; other activations are 0 there. */
const remembering = (memory: Memory, activation: Activation) =>
  activation === 'sigmoid'
    ? { b: vector('state', -Math.log(2 * memory[1]), -Math.log(2 * memory[0])), tau: positive(spread(memory, 2)) }
    : { b: vector('state'), tau: positive(spread(memory, 1)) };
