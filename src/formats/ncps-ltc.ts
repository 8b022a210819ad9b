import { synaptic } from '../cells/synaptic.ts';
import { custom } from '../wirings/custom.ts';
import type { Family } from './family.ts';
import { maskFrom, maskOf } from './mask.ts';

/** The conductance-based LTC of ncps (`ncps.torch.LTC` and `LTCCell`): our synaptic cell, with the same names; row = source, column = target. */
export const ncpsLtc: Family = {
  name: 'LTC',
  knows: ['unfolds', 'epsilon', 'constraints', 'outputs'],
  recognises: (arrays) => arrays.has('gleak') && arrays.has('sensory_w'),
  options(arrays, { unfolds = 6, epsilon = 1e-8, constraints = 'softplus', outputs }) {
    const units = arrays('gleak').shape[0]!;
    const inputs = arrays('sensory_w').shape[0]!;
    const map = (name: string) => (arrays.has(`${name}_b`) ? 'affine' : arrays.has(`${name}_w`) ? 'linear' : 'none');
    const motor = map('output') === 'none' ? (outputs ?? units) : arrays('output_w').shape[0]!;
    if (outputs !== undefined && outputs !== motor)
      throw new Error(`outputs is ${outputs}, but "output_w" has ${motor} entries`);
    /** Signs where there are synapses: an excitatory one reverses above 0. */
    const polarity = (mask: string, erev: string, rows: number) => {
      const { data } = arrays(erev, rows, units);
      return maskOf(arrays, mask, rows, units).map((row, i) =>
        row.map((exists, j) => (exists === 0 ? 0 : data[i * units + j]! < 0 ? -1 : 1)),
      );
    };
    return {
      cell: synaptic({ input: map('input'), output: map('output'), epsilon }),
      inputs,
      wiring: custom(
        polarity('sparsity_mask', 'erev', units),
        polarity('sensory_sparsity_mask', 'sensory_erev', inputs),
        motor,
      ),
      unfolds,
      constraints,
    };
  },
  mapping: ({ cell, sizes }) =>
    Object.fromEntries(
      Object.entries(cell.params).map(([name, { axes }]) => [
        name,
        { array: name, shape: axes.map((axis) => sizes[axis]!) },
      ]),
    ),
  settings({ cell, constraints, unfolds, sizes }) {
    if (!cell.params.gleak || !cell.params.sensory_w) return undefined;
    const { epsilon } = cell.params;
    return { unfolds, epsilon: epsilon === undefined ? 0 : Number(epsilon.value), constraints, outputs: sizes.motor! };
  },
  fixed: ({ connections: { sensory, recurrent, inputs, units } }) =>
    new Map([
      ['sparsity_mask', maskFrom(recurrent, units, units)],
      ['sensory_sparsity_mask', maskFrom(sensory, inputs, units)],
    ]),
};
