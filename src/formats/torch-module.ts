import { model } from '../model.ts';
import { models, type Network } from '../network.ts';
import { bidirectional, stack } from '../stack.ts';
import { type Arrays, arraysOf } from './arrays.ts';
import type { Family } from './family.ts';
import type { Origin } from './origin.ts';
import { torchGru, torchLstm } from './torch-rnn.ts';

/** The arrays of one layer in one direction, under the names of the first: PyTorch's end in `_l0`, `_l0_reverse`, `_l1` … */
const layerOf = (arrays: Arrays, ending: string): Arrays =>
  arraysOf(
    new Map(
      arrays.names
        .filter((name) => name.endsWith(ending))
        .map((name) => [`${name.slice(0, -ending.length)}_l0`, arrays(name)]),
    ),
  );

/** A recurrent module of PyTorch: layers one behind another, each in one direction or in both. */
const module = (layer: Family): Origin => ({
  name: layer.name,
  recognises: (arrays) => layer.recognises(arrays),
  network(arrays) {
    const one = (ending: string) => model(layer.options(layerOf(arrays, ending), {}));
    const isBoth = arrays.has('weight_ih_l0_reverse');
    const count = arrays.names.filter((name) => /^weight_ih_l\d+$/.test(name)).length;
    const layers = Array.from({ length: count }, (_, k): Network => {
      const forward = one(`_l${k}`);
      return isBoth ? bidirectional({ forward, backward: one(`_l${k}_reverse`) }) : forward;
    });
    return layers.length === 1 ? layers[0]! : stack({ layers });
  },
  mapping: (of) =>
    Object.fromEntries(
      models(of).flatMap(({ prefix, model }) => {
        const ending = `_l${/\d+/.exec(prefix)?.[0] ?? 0}${prefix.endsWith('backward.') ? '_reverse' : ''}`;
        return Object.entries(layer.mapping(model)).map(([name, place]) => [
          prefix + name,
          { ...place, array: place.array.replace(/_l0$/, ending) },
        ]);
      }),
    ),
});

/** The recurrent modules of PyTorch that are known. */
export const torchModules: readonly Origin[] = [module(torchLstm), module(torchGru)];
