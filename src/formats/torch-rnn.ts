import type { Cell } from '../cells/cell.ts';
import { gru } from '../cells/gru.ts';
import { lstm } from '../cells/lstm.ts';
import { print } from '../equation/print.ts';
import type { Family } from './family.ts';
import type { Place } from './mapping.ts';

const names = ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0'] as const;

/** A recurrent module of PyTorch with one layer and one direction, whose arrays stack its gates in this order. */
const module = (name: string, cell: Cell, gates: readonly string[]): Family => ({
  name,
  recognises: (arrays) => {
    if (!arrays.has('weight_ih_l0') || !arrays.has('weight_hh_l0')) return false;
    const [rows, units] = arrays('weight_hh_l0').shape;
    return rows === gates.length * units!;
  },
  options: (arrays) => {
    const other = arrays.names.find((each) => !(names as readonly string[]).includes(each));
    if (other !== undefined)
      throw new Error(`${name}: there is an array "${other}"; wanted one layer in one direction: ${names.join(', ')}`);
    const rows = arrays('weight_hh_l0').shape[0]!;
    const [units, inputs] = [rows / gates.length, arrays('weight_ih_l0').shape[1]!];
    return { cell, inputs, units };
  },
  mapping: ({ sizes }) => {
    const { state, input } = sizes as { readonly state: number; readonly input: number };
    const rows = gates.length * state;
    return Object.fromEntries(
      gates.flatMap((gate, k): [string, Place][] => [
        [`W_${gate}`, { array: 'weight_ih_l0', shape: [rows, input], at: [k * state, 0] }],
        [`R_${gate}`, { array: 'weight_hh_l0', shape: [rows, state], at: [k * state, 0] }],
        [`b_${gate}`, { array: 'bias_ih_l0', shape: [rows], at: [k * state] }],
        [`d_${gate}`, { array: 'bias_hh_l0', shape: [rows], at: [k * state] }],
      ]),
    );
  },
  settings: (model) => {
    const isSame = print(model.cell.equation) === print(cell.equation);
    return isSame && !model.readout && model.sizes.motor === model.sizes.state ? {} : undefined;
  },
});

/** torch.nn.LSTM: the cell {@link lstm} in the form 'torch'. */
export const torchLstm = module('torch-lstm', lstm({ form: 'torch' }), ['i', 'f', 'g', 'o']);

/** torch.nn.GRU: the cell {@link gru}. */
export const torchGru = module('torch-gru', gru(), ['r', 'z', 'n']);
