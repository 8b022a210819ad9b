import { wiredCfc } from '../cells/wired-cfc.ts';
import { type Model, synapsesOf } from '../model.ts';
import { type Wiring, wiring } from '../wirings/wiring.ts';
import type { Family } from './family.ts';
import type { Place } from './mapping.ts';
import { maskFrom, maskOf } from './mask.ts';
import { inputsOf, modeOf, split } from './ncps-cfc.ts';

/**
 * The CfC of ncps with a wiring (`ncps.torch.WiredCfCCell`): per layer a CfC without backbone, whose `sparsity_mask` [target, source] has what comes in,
 * then the layer itself, all ones. Neurons are numbered from the last layer to the first, as in an NCP; which layers they are is all the arrays tell.
 */
export const ncpsWiredCfc: Family = {
  name: 'wired CfC',
  knows: ['mode'],
  recognises: (arrays) => arrays.has('layer_0.ff1.weight'),
  options(arrays, settings) {
    const count = arrays.names.filter((name) => /^layer_\d+\.ff1\.weight$/.test(name)).length;
    const layers = Array.from({ length: count }, (_, k) => arrays.under(`layer_${k}.`));
    const sizes = layers.map((layer) => layer('ff1.bias').shape[0]!);
    const widths = layers.map((layer) => layer('ff1.weight').shape[1] ?? 0);
    const before = widths.map((width, k) => inputsOf(`layer_${k}.ff1.weight`, width, sizes[k]!));
    before.forEach((size, k) => {
      if (k > 0 && size !== sizes[k - 1])
        throw new Error(
          `"layer_${k}.ff1.weight" has ${size} columns for the layer before, which has ${sizes[k - 1]} units`,
        );
    });
    return {
      cell: wiredCfc({ form: 'ncps', layers: count, mode: modeOf(layers[0]!, settings) }),
      inputs: before[0]!,
      wiring: layered(
        sizes,
        layers.map((layer, k) => {
          const rows = maskOf(layer, 'sparsity_mask', sizes[k]!, widths[k]!);
          if (rows.some((row) => row.slice(before[k]).includes(0)))
            throw new Error(`"layer_${k}.sparsity_mask" has a 0 among the layer's own units; ncps wires all of them`);
          return (source, target) => rows[target]![source]!;
        }),
        before[0]!,
      ),
    };
  },
  mapping(model) {
    const places: Record<string, Place> = {};
    layersOf(model).forEach(({ units, before }, k) => {
      const [own, array] = [`layer${k}_`, `layer_${k}.`];
      for (const head of ['ff1', 'ff2', 'time_a', 'time_b']) {
        Object.assign(places, split(own + head, array + head, [units, before, units]));
        places[`${own}${head}_b`] = { array: `${array}${head}.bias`, shape: [units] };
      }
      for (const name of ['w_tau', 'A']) places[own + name] = { array: array + name, shape: [1, units] };
    });
    return places;
  },
  settings({ cell: { params, equation } }) {
    if (!params.layer0_ff1_b) return undefined;
    return { mode: params.layer0_A ? 'pure' : equation.source.includes('(1 - layer0_gate)') ? 'default' : 'no_gate' };
  },
  fixed: (model) =>
    new Map(
      layersOf(model).map(({ units, before, from }, k) => {
        const { data } = maskFrom(synapsesOf(model.connections, `${from}->layer${k}`), before, units);
        const mask = new Float64Array(units * (before + units)).fill(1);
        for (let j = 0; j < units; j++)
          for (let i = 0; i < before; i++) mask[j * (before + units) + i] = data[i * units + j]!;
        return [`layer_${k}.sparsity_mask`, { data: mask, shape: [units, before + units] }];
      }),
    ),
};

/** Each layer's units, and those of the axis `from` before it. */
const layersOf = ({ cell, sizes }: Model) =>
  Object.keys(cell.states)
    .filter((state) => /^x\d+$/.test(state))
    .map((_, k) => {
      const from = k === 0 ? 'input' : `layer${k - 1}`;
      return { units: sizes[`layer${k}`]!, before: sizes[from]!, from };
    });

/** A wiring by layers: `exists[k](source, target)` says which of the layer before feed layer k; within a layer all are wired. */
function layered(
  sizes: readonly number[],
  exists: readonly ((source: number, target: number) => number)[],
  inputs: number,
): Wiring {
  const units = sizes.reduce((a, b) => a + b);
  const first = sizes.map((_, k) => sizes.slice(k + 1).reduce((a, b) => a + b, 0));
  const layers = sizes.map((size, k) => Array.from({ length: size }, (_, j) => first[k]! + j));
  const [sensory, recurrent] = [new Int8Array(inputs * units), new Int8Array(units * units)];
  layers.forEach((targets, k) => {
    const before = layers[k - 1] ?? Array.from({ length: inputs }, (_, i) => i);
    targets.forEach((target, j) => {
      before.forEach((source, i) => {
        (k === 0 ? sensory : recurrent)[source * units + target] = exists[k]!(i, j);
      });
      for (const source of targets) recurrent[source * units + target] = 1;
    });
  });
  return wiring({ name: 'custom', units, outputs: sizes.at(-1)!, layers, signs: () => ({ sensory, recurrent }) });
}
