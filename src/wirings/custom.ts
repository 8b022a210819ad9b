import { refuse, synapses, type Wiring } from './wiring.ts';

/**
 * A wiring given as matrices of −1, 0 and 1, row = source, column = target: `adjacency` (units × units) and `sensory` (inputs × units).
 * The first `outputs` units are the motor neurons. Throws when rows differ in length or an entry is anything else.
 */
export function custom(
  adjacency: readonly ArrayLike<number>[],
  sensory: readonly ArrayLike<number>[],
  outputs: number,
): Wiring {
  const units = adjacency.length;
  check('adjacency', adjacency, units);
  check('sensory', sensory, units);
  return {
    name: 'custom',
    units,
    outputs,
    connect(inputs) {
      if (inputs !== sensory.length) refuse('sensory', `${sensory.length} rows`, `one per input, ${inputs}`);
      const count = (matrix: readonly ArrayLike<number>[]) =>
        matrix.reduce((n, row) => n + Array.from(row).filter((v) => v !== 0).length, 0);
      return {
        inputs,
        units,
        outputs,
        full: count(adjacency) === units * units && count(sensory) === inputs * units,
        sensory: synapses(inputs, units, (i, j) => sensory[i]![j]!),
        recurrent: synapses(units, units, (i, j) => adjacency[i]![j]!),
      };
    },
  };
}

function check(name: string, matrix: readonly ArrayLike<number>[], columns: number): void {
  matrix.forEach((row, i) => {
    if (row.length !== columns) refuse(name, `row ${i} with ${row.length} entries`, `one entry per unit, ${columns}`);
    for (let j = 0; j < columns; j++) {
      if (![-1, 0, 1].includes(row[j]!)) refuse(name, `${row[j]} at row ${i}, column ${j}`, '-1, 0 or 1');
    }
  });
}
