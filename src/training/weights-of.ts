import { declarations } from '../model.ts';
import { models, type Network } from '../network.ts';

/**
 * 1 for each parameter that is a weight, 0 for the others: entries of arrays with two or more axes and no constraint.
 * Biases and other vectors are none, nor is what the equation wants positive or bounded: 0 is no neutral value for it.
 */
export const weightsOf = (network: Network): Uint8Array => {
  const isWeight = new Uint8Array(network.parameters.length);
  for (const { model, offset: from } of models(network)) {
    const all = declarations(model.cell, model.readout);
    for (const { name, axes, offset, size } of model.layout) {
      if (axes.length >= 2 && all[name]!.constraint === 'none') isWeight.fill(1, from + offset, from + offset + size);
    }
  }
  return isWeight;
};
