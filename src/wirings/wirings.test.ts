import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../random.ts';
import { custom } from './custom.ts';
import { full } from './full.ts';
import { wirings } from './index.ts';
import type { Connections, Synapses, Wiring } from './wiring.ts';

/** Random matrices of −1, 0 and 1: adjacency, sensory. */
const matrices = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 })).chain(([units, inputs]) => {
  const row = fc.array(fc.constantFrom(-1, 0, 1), { minLength: units, maxLength: units });
  const matrix = (rows: number) => fc.array(row, { minLength: rows, maxLength: rows });
  return fc.tuple(matrix(units), matrix(inputs), fc.integer({ min: 1, max: units }));
});

const made: Record<keyof typeof wirings, fc.Arbitrary<{ wiring: Wiring; inputs: number }>> = {
  full: fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }))
    .map(([a, b, inputs]) => ({ wiring: full(Math.max(a, b), Math.min(a, b)), inputs })),
  custom: matrices.map(([adjacency, sensory, outputs]) => ({
    wiring: custom(adjacency, sensory, outputs),
    inputs: sensory.length,
  })),
};

const pairs = ({ source, target }: Synapses): [number, number][] => Array.from(source, (s, k) => [s, target[k]!]);

describe.for(Object.keys(wirings) as (keyof typeof wirings)[])('the wiring %s', (name) => {
  const property = (holds: (given: Connections, wiring: Wiring, inputs: number) => void) =>
    fc.assert(
      fc.property(made[name], fc.nat(99), ({ wiring, inputs }, seed) =>
        holds(wiring.connect(inputs, random(seed)), wiring, inputs),
      ),
      { seed: 9, numRuns: 100 },
    );

  test('has its own name and the sizes it was given', () => {
    property((given, wiring, inputs) => {
      expect(wiring.name).toBe(name);
      expect(given).toMatchObject({ inputs, units: wiring.units, outputs: wiring.outputs });
    });
  });

  test('lists each synapse once, by target, then by source, with a sign', () => {
    property((given, _, inputs) => {
      for (const [part, sources] of [
        [given.sensory, inputs],
        [given.recurrent, given.units],
      ] as const) {
        const numbers = pairs(part).map(([source, target]) => target * sources + source);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        for (const [source, target] of pairs(part)) {
          expect(source).toBeLessThan(sources);
          expect(target).toBeLessThan(given.units);
        }
        expect(part.polarity).toHaveLength(part.source.length);
        expect(part.polarity.every((sign) => Math.abs(sign) === 1)).toBe(true);
      }
    });
  });

  test('says that it is full when every synapse exists, and only then', () => {
    property(({ full: claim, sensory, recurrent, units }, _, inputs) => {
      expect(claim).toBe(sensory.source.length === inputs * units && recurrent.source.length === units * units);
    });
  });

  test('gives the same synapses for the same seed', () => {
    fc.assert(
      fc.property(made[name], fc.nat(99), ({ wiring, inputs }, seed) => {
        expect(wiring.connect(inputs, random(seed))).toEqual(wiring.connect(inputs, random(seed)));
      }),
      { seed: 9, numRuns: 30 },
    );
  });
});

test('a custom wiring is its matrices', () => {
  fc.assert(
    fc.property(matrices, ([adjacency, sensory, outputs]) => {
      const given = custom(adjacency, sensory, outputs).connect(sensory.length, random(0));
      const back = (rows: number, { source, target, polarity }: Synapses) => {
        const matrix = Array.from({ length: rows }, () => new Array<number>(adjacency.length).fill(0));
        source.forEach((s, k) => {
          matrix[s]![target[k]!] = polarity[k]!;
        });
        return matrix;
      };
      expect(back(adjacency.length, given.recurrent)).toEqual(adjacency);
      expect(back(sensory.length, given.sensory)).toEqual(sensory);
    }),
    { seed: 9, numRuns: 100 },
  );
});

test('of the synapses of a full wiring two in three are excitatory', () => {
  const { recurrent } = full(60).connect(1, random(1));
  const excitatory = recurrent.polarity.filter((sign) => sign > 0).length;
  // 3600 draws: three standard deviations are 0.024.
  expect(Math.abs(excitatory / 3600 - 2 / 3)).toBeLessThan(0.024);
});

const square = [
  [0, 1],
  [1, 0],
];
test('matrices that do not fit are refused where they do not', () => {
  expect(() => custom([[0, 1], [1]], [[1, 1]], 1)).toThrow(
    'wiring: adjacency has row 1 with 1 entries, but wants one entry per unit, 2',
  );
  expect(() => custom(square, [[1, 1, 1]], 1)).toThrow('wiring: sensory has row 0 with 3 entries');
  expect(() => custom(square, [[1, 0.5]], 1)).toThrow(
    'wiring: sensory has 0.5 at row 0, column 1, but wants -1, 0 or 1',
  );
  expect(() => custom(square, [[1, 1]], 1).connect(3, random(0))).toThrow(
    'wiring: sensory has 1 rows, but wants one per input, 3',
  );
});
