import { cell, constant, kinds, type Memory, matrix, positive, spread, taking, vector, wired } from './cell.ts';

/** The map of each input and output (default 'affine'), the reference's extra leak (default 1e-8; 0 leaves it out), and the initial memory (default that of ncps). */
export type SynapticOptions = Readonly<
  Partial<Record<'input' | 'output', 'affine' | 'linear' | 'none'> & { epsilon: number; memory: Memory }>
>;
const map = kinds.oneOf('affine', 'linear', 'none');
const given = { input: map, output: map, epsilon: kinds.numberFrom(0), memory: kinds.memory };
const take = taking<SynapticOptions>('synaptic', given);

/** Liquid time-constant network of conductance-based synapses, as in the Python package ncps. */
export const synaptic = take(({ input = 'affine', output = 'affine', epsilon = 1e-8, memory }) =>
  cell({
    name: 'synaptic',
    paper: 'Lechner, Hasani, Amini, Henzinger, Rus, Grosu 2020, Neural circuit policies enabling auditable autonomy',
    equation: `
      v = ${input === 'none' ? '' : 'input_w * '}u${input === 'affine' ? ' + input_b' : ''}
      in_g[j] = sum[k](sensory_w[k,j] * sigmoid(sensory_sigma[k,j] * (v[k] - sensory_mu[k,j])))
      in_e[j] = sum[k](sensory_w[k,j] * sigmoid(sensory_sigma[k,j] * (v[k] - sensory_mu[k,j])) * sensory_erev[k,j])
      dx[j]/dt = (gleak[j] * (vleak[j] - x[j]) + sum[i](w[i,j] * sigmoid(sigma[i,j] * (x[i] - mu[i,j])) * (erev[i,j] - x[j]))
                  + in_e[j] - in_g[j] * x[j]${epsilon === 0 ? '' : ' - epsilon * x[j]'}) / cm[j]
      y = ${output === 'none' ? '' : 'output_w * '}motor(x)${output === 'affine' ? ' + output_b' : ''}
    `,
    params: {
      gleak: positive(vector('state', 0.001, 1)),
      vleak: vector('state', -0.2, 0.2),
      // Rate = conductance/cm: 0.5 of the leak, 0.5 of each open synapse, and with inputs of unit variance a fifth is open.
      cm: positive(memory ? spread(memory, 0.5, 0.2) : vector('state', 0.4, 0.6)),
      sigma: wired(matrix('state', 'state', 3, 8)),
      mu: wired(matrix('state', 'state', 0.3, 0.8)),
      w: wired(positive(matrix('state', 'state', 0.001, 1))),
      erev: wired(matrix('state', 'state', 'sign')),
      sensory_sigma: wired(matrix('input', 'state', 3, 8)),
      sensory_mu: wired(matrix('input', 'state', 0.3, 0.8)),
      sensory_w: wired(positive(matrix('input', 'state', 0.001, 1))),
      sensory_erev: wired(matrix('input', 'state', 'sign')),
      ...(input !== 'none' && { input_w: vector('input', 1) }),
      ...(input === 'affine' && { input_b: vector('input') }),
      ...(output !== 'none' && { output_w: vector('motor', 1) }),
      ...(output === 'affine' && { output_b: vector('motor') }),
      ...(epsilon !== 0 && { epsilon: constant([], epsilon) }),
    },
  }),
);
