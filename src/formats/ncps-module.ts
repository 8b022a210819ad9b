import { mixed } from '../cells/mixed.ts';
import { type Model, model } from '../model.ts';
import type { Family } from './family.ts';
import type { Mapping, Place } from './mapping.ts';
import type { Origin } from './origin.ts';

/** A network of ncps: also known by a model that it can be. */
export interface NcpsModule extends Origin<Model> {
  readonly settings: Family['settings'];
}

/**
 * A cell of ncps as its modules hold it: its arrays begin with `prefix`; beside them may be an LSTM memory (`mixed_memory`) under `lstm.`
 * and a projection (`proj_size`) under `fc.`, which is our readout.
 */
export const ncpsModule = (cell: Family, prefix: string): NcpsModule => ({
  name: `ncps's ${cell.name}`,
  ...(cell.knows && { knows: cell.knows }),
  settings: cell.settings,
  recognises: (arrays) => cell.recognises(arrays.under(prefix)),
  network(arrays, settings) {
    // The module LTC keeps its parameters before a softplus, LTCCell as they are.
    const constraints = prefix === '' ? 'none' : 'softplus';
    const inner = cell.options(arrays.under(prefix), { constraints, ...settings });
    return model({
      ...inner,
      cell: arrays.has('lstm.input_map.weight') ? mixed(inner.cell) : inner.cell,
      ...(arrays.has('fc.weight') && { readout: { outputs: arrays('fc.weight').shape[0]!, when: 'every' as const } }),
    });
  },
  mapping: (model) => ({
    ...Object.fromEntries(
      Object.entries(cell.mapping(model)).map(([name, place]) => [name, { ...place, array: prefix + place.array }]),
    ),
    ...memory(model),
    readout_W: { array: 'fc.weight', shape: [model.outputs, model.sizes[model.cell.output]!] },
    readout_b: { array: 'fc.bias', shape: [model.outputs] },
  }),
  fixed: (model) => new Map([...(cell.fixed?.(model) ?? [])].map(([name, array]) => [prefix + name, array])),
});

/** Where the memory of `mixed` stands in ncps's LSTMCell, whose gates are stacked in the order of `gates` and whose units are those of all layers. */
function memory({ cell, sizes }: Model): Mapping {
  const gates = ['g', 'i', 'f', 'o'];
  const layers = Object.entries(cell.states).filter(([name]) => !name.startsWith('memory_'));
  const first = new Map<string, number>();
  let units = 0;
  for (const [state, axes] of layers) {
    first.set(state, units);
    units += sizes[axes[0]!]!;
  }
  const named = (...parts: readonly string[]) =>
    ['memory', ...(layers.length > 1 ? parts : parts.slice(0, 2))].join('_');
  const places: Record<string, Place> = {};
  gates.forEach((gate, k) => {
    for (const [to, row] of first) {
      const at = k * units + row;
      places[named('W', gate, to)] = { array: 'lstm.input_map.weight', shape: [4 * units, sizes.input!], at: [at, 0] };
      places[named('b', gate, to)] = { array: 'lstm.input_map.bias', shape: [4 * units], at: [at] };
      for (const [from, column] of first) {
        const shape = [4 * units, units];
        places[named('R', gate, to, from)] = { array: 'lstm.recurrent_map.weight', shape, at: [at, column] };
      }
    }
  });
  return places;
}
