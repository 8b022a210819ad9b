import { fields, listOf, number, text, whole } from '../formats/shape.ts';
import { type FullOptions, full } from '../wirings/full.ts';
import { autoNcp, ncp } from '../wirings/ncp.ts';
import { type RandomOptions, random } from '../wirings/random.ts';
import { adjacency, type Synapses, type Wiring } from '../wirings/wiring.ts';
import type { Comparison, Conformity, Run } from './conformity.ts';

type Rows = readonly (readonly number[])[];

/** One wiring of a file: what it was made from, and what came of it (row = source, column = target). */
interface Reference {
  readonly wiring: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly inputs: number;
  readonly adjacency: Rows;
  readonly sensory: Rows;
  readonly layers: Rows;
}

const rows = listOf(listOf(number));
const references = listOf(
  fields({ wiring: fields({ kind: text }), inputs: whole, adjacency: rows, sensory: rows, layers: rows }),
);

/** A class of `ncps.wirings`: its arguments by our names of them, and what makes the wiring. */
interface Kind {
  readonly names: Readonly<Record<string, string>>;
  make(options: never): Wiring;
}

const kinds: Readonly<Record<string, Kind>> = {
  FullyConnected: {
    names: {
      units: 'units',
      output_dim: 'outputs',
      erev_init_seed: 'seed',
      self_connections: 'selfConnections',
    },
    make: ({ units, outputs, ...options }: FullOptions & { units: number; outputs?: number }) =>
      full(units, outputs, options),
  },
  Random: {
    names: { units: 'units', output_dim: 'outputs', sparsity_level: 'sparsity', random_seed: 'seed' },
    make: (options: Partial<RandomOptions> & { units: number }) => random({ sparsity: 0, ...options }),
  },
  NCP: {
    names: {
      inter_neurons: 'inter',
      command_neurons: 'command',
      motor_neurons: 'motor',
      sensory_fanout: 'sensoryFanout',
      inter_fanout: 'interFanout',
      recurrent_command_synapses: 'recurrentCommandSynapses',
      motor_fanin: 'motorFanin',
      seed: 'seed',
    },
    make: ncp,
  },
  AutoNCP: {
    names: { units: 'units', output_size: 'outputs', sparsity_level: 'sparsity', seed: 'seed' },
    make: autoNcp,
  },
};

/** Compare this library's wirings with those in a JSON file of the Python package: every entry is to be equal. */
export function conformWirings(name: string, json: string): Conformity {
  const all: unknown = JSON.parse(json);
  references(all, name);
  const [known, unknown] = [true, false].map((wanted) =>
    (all as readonly Reference[]).filter(({ wiring }) => Object.hasOwn(kinds, wiring.kind) === wanted),
  ) as [Reference[], Reference[]];
  const others = [...new Set(unknown.map(({ wiring }) => wiring.kind))].join(', ');
  if (known.length === 0)
    return { kind: 'skipped', name, why: `not supported yet: wirings of kind ${others || 'none'}` };
  const runs = known.map(compared);
  return {
    kind: 'compared',
    name,
    source: `wirings of the Python package ncps${others && `; without ${unknown.length} of unknown kind: ${others}`}`,
    runs,
    agrees: runs.every((run) => run.comparisons.every((each) => each.agrees)),
  };
}

function compared({ wiring: { kind, ...given }, inputs, ...wanted }: Reference): Run {
  const { names, make } = kinds[kind]!;
  const options = Object.entries(given).flatMap(([key, value]) => {
    if (!Object.hasOwn(names, key))
      throw new Error(`${kind} has an argument "${key}"; known are ${Object.keys(names).join(', ')}`);
    // Python's None: the default.
    return value === null ? [] : [[names[key]!, value] as const];
  });
  const { units, sensory, recurrent, layers } = make(Object.fromEntries(options) as never).connect(inputs);
  const matrix = (of: Synapses, sources: number): Rows => {
    const signs = adjacency(of, sources, units);
    return Array.from({ length: sources }, (_, i) => [...signs.subarray(i * units, (i + 1) * units)]);
  };
  return {
    name: `${kind}(${Object.entries(given)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ')}), ${inputs} inputs`,
    comparisons: [
      compare('adjacency', matrix(recurrent, units), wanted.adjacency),
      compare('sensory', matrix(sensory, inputs), wanted.sensory),
      compare('layers', layers, wanted.layers),
    ],
  };
}

/** The largest difference over the largest entry of the reference; nothing but 0 agrees. */
function compare(array: string, given: Rows, wanted: Rows): Comparison {
  const lengths = (of: Rows) => of.map((row) => row.length).join(', ');
  if (lengths(given) !== lengths(wanted))
    throw new Error(`conform: ${array} has rows of ${lengths(given)} entries, the reference ${lengths(wanted)}`);
  const largest = (of: readonly number[]) => of.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  const flat = wanted.flat();
  const difference = largest(given.flat().map((value, k) => value - flat[k]!));
  return { array, error: difference / (largest(flat) || 1), tolerance: 0, agrees: difference === 0 };
}
