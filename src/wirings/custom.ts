import { checkNames } from '../options.ts';
import { checkWhole, refuse, type Wiring, wiring } from './wiring.ts';

type Matrix = readonly ArrayLike<number>[];

/** A synapse: from an input or a unit, to a unit, excitatory (1) or inhibitory (−1). */
export type Synapse = readonly [source: number, target: number, polarity: number];

/** A wiring by its synapses; of two with the same ends the later counts, as with `add_synapse` of `ncps`. */
export interface SynapseLists {
  readonly inputs: number;
  readonly units: number;
  readonly outputs: number;
  /** From inputs to units. */
  readonly sensory: readonly Synapse[];
  /** From units to units. */
  readonly recurrent: readonly Synapse[];
}

/**
 * A wiring given as matrices of −1, 0 and 1, row = source, column = target: `adjacency` (units × units) and `sensory` (inputs × units).
 * The first `outputs` units are the motor neurons. Throws when rows differ in length or an entry is anything else.
 */
export function custom(adjacency: Matrix, sensory: Matrix, outputs: number): Wiring;
/** A wiring given as lists of synapses. Throws when one starts or ends nowhere, or has a polarity other than −1 and 1. */
export function custom(lists: SynapseLists): Wiring;
export function custom(given: Matrix | SynapseLists, sensory: Matrix = [], outputs = 0): Wiring {
  if ('recurrent' in given) {
    checkNames('custom', given, ['inputs', 'units', 'outputs', 'sensory', 'recurrent']);
    const { inputs, units, recurrent } = given;
    checkWhole('custom: inputs', inputs, 1);
    checkWhole('custom: units', units, 1);
    const lists = {
      sensory: fromList('sensory', given.sensory, inputs, units),
      recurrent: fromList('recurrent', recurrent, units, units),
    };
    return fixed(inputs, units, given.outputs, lists);
  }
  const units = given.length;
  const matrices = {
    sensory: fromMatrix('sensory', sensory, units),
    recurrent: fromMatrix('adjacency', given, units),
  };
  return fixed(sensory.length, units, outputs, matrices);
}

function fixed(
  rows: number,
  units: number,
  outputs: number,
  signs: { readonly sensory: Int8Array; readonly recurrent: Int8Array },
): Wiring {
  return wiring({
    name: 'custom',
    units,
    outputs,
    signs(inputs) {
      if (inputs !== rows) refuse('sensory', `${rows} rows`, `one per input, ${inputs}`);
      return signs;
    },
  });
}

function fromMatrix(name: string, matrix: Matrix, columns: number): Int8Array {
  matrix.forEach((row, i) => {
    if (row.length !== columns) refuse(name, `row ${i} with ${row.length} entries`, `one entry per unit, ${columns}`);
    for (let j = 0; j < columns; j++) {
      if (![-1, 0, 1].includes(row[j]!)) refuse(name, `${row[j]} at row ${i}, column ${j}`, '-1, 0 or 1');
    }
  });
  return Int8Array.from(matrix.flatMap((row) => Array.from(row)));
}

function fromList(name: string, list: readonly Synapse[], sources: number, targets: number): Int8Array {
  const signs = new Int8Array(sources * targets);
  const among = (k: number, end: string, id: number, count: number) => {
    if (!Number.isInteger(id) || id < 0 || id >= count)
      refuse(name, `${end} ${id} in synapse ${k}`, `a whole number from 0 to ${count - 1}`);
  };
  list.forEach(([source, target, polarity], k) => {
    among(k, 'source', source, sources);
    among(k, 'target', target, targets);
    if (Math.abs(polarity) !== 1) refuse(name, `polarity ${polarity} in synapse ${k}`, '-1 or 1');
    signs[source * targets + target] = polarity;
  });
  return signs;
}
