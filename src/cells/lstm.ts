import { cell, kinds, taking, vector } from './cell.ts';
import { gates } from './gates.ts';

export interface LstmOptions {
  /** 'torch' (default) has two biases a gate, as torch.nn.LSTM; 'ncps' has one, and 1 more on the forget gate, as ncps's LSTMCell. */
  readonly form?: 'torch' | 'ncps';
}
const take = taking<LstmOptions>('lstm', { form: kinds.oneOf('torch', 'ncps') });

/** Long short-term memory: `c` remembers through gates, `x` is what it shows. It knows no elapsed time. */
export const lstm = take(({ form = 'torch' }) => {
  const isTorch = form === 'torch';
  const layer = (gate: string) => `W_${gate} @ u + b_${gate} + R_${gate} @ x${isTorch ? ` + d_${gate}` : ''}`;
  return cell({
    name: 'lstm',
    paper: 'Hochreiter and Schmidhuber 1997, Long short-term memory; forget gate: Gers, Schmidhuber, Cummins 2000',
    states: { x: ['state'], c: ['state'] },
    equation: `
      i = sigmoid(${layer('i')})
      f = sigmoid(${layer('f')}${isTorch ? '' : ' + 1'})
      g = tanh(${layer('g')})
      o = sigmoid(${layer('o')})
      c' = f * c + i * g
      x' = o * tanh(c')
    `,
    params: {
      ...gates(['i', 'f', 'g', 'o']),
      ...(isTorch && {
        // Either form starts with open forget gates, or what it learns first is to forget (Jozefowicz et al. 2015).
        b_f: vector('state', 1),
        ...Object.fromEntries(['i', 'f', 'g', 'o'].map((gate) => [`d_${gate}`, vector('state')])),
      }),
    },
  });
});
