import { expect, test } from 'vitest';
import { conformWirings } from './conform-wirings.ts';

/** What the package answers for `FullyConnected(2)` of one input. */
const entry = {
  wiring: { kind: 'FullyConnected', units: 2, output_dim: null },
  inputs: 1,
  adjacency: [
    [1, 1],
    [1, 1],
  ],
  sensory: [[1, 1]],
  layers: [[0, 1]],
};
const conform = (...entries: readonly object[]) => conformWirings('w.json', JSON.stringify(entries));

test('a wiring with the entries of the reference agrees, and is named by its arguments', () => {
  expect(conform(entry)).toMatchObject({
    kind: 'compared',
    name: 'w.json',
    agrees: true,
    runs: [{ name: 'FullyConnected(units=2, output_dim=null), 1 inputs' }],
  });
});

test('one other sign, synapse or layer is a disagreement of its size', () => {
  const errors = (change: object) => {
    const result = conform({ ...entry, ...change });
    if (result.kind !== 'compared') throw new Error(result.why);
    expect(result.agrees).toBe(false);
    return result.runs[0]!.comparisons.map(({ error }) => error);
  };
  expect(
    errors({
      adjacency: [
        [1, 1],
        [1, -1],
      ],
    }),
  ).toEqual([2, 0, 0]);
  expect(errors({ sensory: [[1, 0]] })).toEqual([0, 1, 0]);
  expect(errors({ layers: [[1, 0]] })).toEqual([0, 0, 1]);
});

test('kinds that are not known are left out, and said to be', () => {
  const other = { ...entry, wiring: { kind: 'Small', units: 2 } };
  expect(conform(entry, other)).toMatchObject({ source: expect.stringContaining('without 1 of unknown kind: Small') });
  expect(conform(other)).toEqual({ kind: 'skipped', name: 'w.json', why: 'not supported yet: wirings of kind Small' });
});

test('what cannot be compared is refused in words', () => {
  expect(() => conform({ ...entry, wiring: { kind: 'FullyConnected', units: 2, density: 1 } })).toThrow(
    'FullyConnected has an argument "density"; known are units, output_dim, erev_init_seed, self_connections',
  );
  expect(() => conform({ ...entry, layers: [[0], [1]] })).toThrow(
    'conform: layers has rows of 2 entries, the reference 1, 1',
  );
  expect(() => conform({ ...entry, sensory: 3 })).toThrow('w.json[0].sensory is 3, but a list was wanted');
});
