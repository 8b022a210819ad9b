import { cell, constant, kinds, matrix, taking, vector } from './cell.ts';
import { gates } from './gates.ts';

/** What an input fades to while it is missing: a number (default 0, for standardised inputs), or 'learned', one for each input from 0. */
export type GruDOptions = { readonly mean?: number | 'learned' };
const take = taking<GruDOptions>('gru-d', { mean: kinds.either(kinds.finite, kinds.oneOf('learned')) });

/**
 * Gated recurrent unit for missing inputs: one that is missing fades from its last value to its mean, the state fades too, and the gates see
 * what is missing. An input never seen yet is at its mean. `away` is last value − mean, `since` the time before this sample that it was not seen.
 */
export const gruD = take(({ mean = 0 }) => {
  const layer = (gate: string, state: string) => `W_${gate} @ v + R_${gate} @ ${state} + V_${gate} @ seen + b_${gate}`;
  return cell({
    name: 'gru-d',
    paper: 'Che et al. 2018, Recurrent neural networks for multivariate time series with missing values',
    states: { x: ['state'], away: ['input'], since: ['input'] },
    equation: `
      delta = since + dt
      v = seen * u + (1 - seen) * (mean + exp(-relu(w_u * delta + b_u)) * away)
      h = exp(-relu(W_h @ delta + b_h)) * x
      r = sigmoid(${layer('r', 'h')})
      z = sigmoid(${layer('z', 'h')})
      x' = (1 - z) * h + z * tanh(${layer('n', '(r * h)')})
      away' = seen * (u - mean) + (1 - seen) * away
      since' = (1 - seen) * delta
    `,
    params: {
      mean: mean === 'learned' ? vector('input') : constant([], mean),
      w_u: vector('input', 0.1, 1), // where its relu is 0, nothing is learned
      b_u: vector('input', 0, 0.1),
      W_h: matrix('state', 'input', 0, 0.2),
      b_h: vector('state', 0, 0.1),
      ...gates(['r', 'z', 'n']),
      ...Object.fromEntries(['r', 'z', 'n'].map((gate) => [`V_${gate}`, matrix('state', 'input')])),
    },
  });
});
