import { backboneActivations, cfc } from '../cells/cfc.ts';
import { modes } from '../cells/closed-form.ts';
import type { Arrays } from './arrays.ts';
import type { Family, Settings } from './family.ts';
import type { Place } from './mapping.ts';

/** The heads that a CfC may have, in the order of ncps. */
const heads = ['ff1', 'ff2', 'time_a', 'time_b'];

/** The CfC of ncps (`ncps.torch.CfC` and `CfCCell`) in its PyTorch form: weights are [out, in], and what comes in is first, then the state. */
export const ncpsCfc: Family = {
  name: 'CfC',
  knows: ['mode', 'activation', 'dropout'],
  recognises: (arrays) => arrays.has('ff1.weight'),
  options(arrays, settings) {
    const mode = modeOf(arrays, settings);
    const units = arrays('ff1.bias').shape[0]!;
    const backbone = arrays.names
      .filter((name) => /^backbone\.\d+\.weight$/.test(name))
      .map((name) => Number(name.split('.')[1]))
      .sort((a, b) => a - b);
    const { activation = 'lecun_tanh', dropout = 0 } = settings;
    if (backbone.length > 2 && backbone.at(-1)! > 2 * (backbone.length - 1) && dropout === 0)
      throw new Error(
        `"backbone.${backbone.at(-1)}.weight" shows that there was dropout in the backbone; its rate is not among the arrays: give it as dropout`,
      );
    const width = arrays(backbone.length > 0 ? 'backbone.0.weight' : 'ff1.weight').shape[1] ?? 0;
    return {
      cell: cfc({
        mode,
        backboneLayers: backbone.length,
        ...(backbone.length > 0 ? { backboneUnits: arrays('backbone.0.bias').shape[0]!, activation, dropout } : {}),
      }),
      inputs: inputsOf(backbone.length > 0 ? 'backbone.0.weight' : 'ff1.weight', width, units),
      units,
    };
  },
  mapping({ cell, sizes }) {
    const { input: inputs = 0, state: units = 0, backbone = 0 } = sizes;
    const places: Record<string, Place> = {};
    const isDropping = dropoutOf(cell.equation.source) > 0;
    const layers = Object.keys(cell.params).filter((name) => /^backbone\d*_b$/.test(name)).length;
    for (let k = 0; k < layers; k++) {
      // Each layer and its activation count, and from the second on its dropout.
      const array = `backbone.${isDropping && k > 0 ? 3 * k - 1 : 2 * k}`;
      if (k === 0) Object.assign(places, split('backbone', array, [backbone, inputs, units]));
      else places[`backbone${k}_W`] = { array: `${array}.weight`, shape: [backbone, backbone] };
      places[k === 0 ? 'backbone_b' : `backbone${k}_b`] = { array: `${array}.bias`, shape: [backbone] };
    }
    for (const head of heads) {
      if (layers === 0) Object.assign(places, split(head, head, [units, inputs, units]));
      else places[`${head}_W`] = { array: `${head}.weight`, shape: [units, backbone] };
      places[`${head}_b`] = { array: `${head}.bias`, shape: [units] };
    }
    for (const name of ['w_tau', 'A']) places[name] = { array: name, shape: [1, units] };
    return places;
  },
  settings({ cell: { params, equation } }) {
    if (!params.ff1_b) return undefined;
    const mode = params.A ? 'pure' : equation.source.includes('(1 - gate)') ? 'default' : 'no_gate';
    if (!params.backbone_b) return { mode };
    const activation = backboneActivations.find((name) => equation.source.includes(`${name}(backbone_u`));
    return { mode, ...(activation && { activation }), dropout: dropoutOf(equation.source) };
  },
};

/** The places of two weights that stand side by side in one array: on `[rows, first, second]` columns. */
export const split = (name: string, array: string, [rows, first, second]: readonly [number, number, number]) => {
  const place = { array: `${array}.weight`, shape: [rows, first + second] };
  return { [`${name}_u`]: place, [`${name}_x`]: { ...place, at: [0, first] } };
};

/** The mode, as the arrays and the settings say. Throws when they contradict each other. */
export const modeOf = (arrays: Arrays, { mode }: Settings) => {
  const isPure = arrays.has('A');
  if (mode !== undefined && !modes.includes(mode))
    throw new Error(`mode is "${mode}", but must be ${modes.map((each) => `"${each}"`).join(', ')}`);
  if (mode !== undefined && isPure !== (mode === 'pure'))
    throw new Error(
      `mode is "${mode}", but there is ${isPure ? 'an array "A", as in "pure" only' : 'no array "A", which "pure" has'}`,
    );
  return mode ?? (isPure ? 'pure' : 'default');
};

/** Features of the input of a layer whose weight has `width` columns: those that are not its own units'. */
export const inputsOf = (array: string, width: number, units: number): number => {
  if (width > units) return width - units;
  throw new Error(`"${array}" has ${width} columns; wanted more than the ${units} units, to have inputs`);
};

const dropoutOf = (equation: string): number => Number(/dropout\(.*, ([^ ,)]+)\)$/m.exec(equation)?.[1] ?? 0);
