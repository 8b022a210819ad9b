import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { custom, type SynapseLists } from './custom.ts';
import { full } from './full.ts';
import { wirings } from './index.ts';
import { autoNcp, type NcpOptions, ncp } from './ncp.ts';
import { random } from './random.ts';
import { reachability } from './reachability.ts';
import { synapseCounts } from './synapse-counts.ts';
import { adjacency, type Connections, checkSynapses, type Synapses, type Wiring } from './wiring.ts';

const some = (min: number, max: number) => fc.integer({ min, max });
const seed = some(0, 2 ** 32 - 1);

/** Random matrices of −1, 0 and 1: adjacency, sensory. */
const matrices = fc.tuple(some(1, 6), some(1, 4)).chain(([units, inputs]) => {
  const row = fc.array(fc.constantFrom(-1, 0, 1), { minLength: units, maxLength: units });
  const matrix = (rows: number) => fc.array(row, { minLength: rows, maxLength: rows });
  return fc.tuple(matrix(units), matrix(inputs), some(1, units));
});

const policies: fc.Arbitrary<Required<NcpOptions>> = fc
  .tuple(some(1, 8), some(1, 8), some(1, 5))
  .chain(([inter, command, motor]) =>
    fc.record({
      inter: fc.constant(inter),
      command: fc.constant(command),
      motor: fc.constant(motor),
      sensoryFanout: some(0, inter),
      interFanout: some(0, command),
      recurrentCommandSynapses: some(0, 12),
      motorFanin: some(0, command),
      seed,
    }),
  );

interface Made {
  readonly wiring: Wiring;
  readonly inputs: number;
}

const made: Record<keyof typeof wirings, fc.Arbitrary<Made>> = {
  full: fc
    .tuple(some(1, 6), some(1, 6), some(1, 4), seed, fc.boolean())
    .map(([a, b, inputs, seed, selfConnections]) => ({
      wiring: full(Math.max(a, b), Math.min(a, b), { seed, selfConnections }),
      inputs,
    })),
  random: fc
    .record({ units: some(1, 12), sparsity: fc.double({ min: 0, max: 0.999, noNaN: true }), seed, inputs: some(1, 4) })
    .map(({ inputs, ...options }) => ({ wiring: random(options), inputs })),
  ncp: fc.tuple(policies, some(1, 6)).map(([options, inputs]) => ({ wiring: ncp(options), inputs })),
  'auto-ncp': fc
    .record({
      units: some(4, 24),
      outputs: some(1, 21),
      sparsity: fc.double({ min: 0.1, max: 1, noNaN: true }),
      seed,
      inputs: some(1, 6),
    })
    .filter(({ units, outputs }) => outputs <= units - 3)
    .map(({ inputs, ...options }) => ({ wiring: autoNcp(options), inputs })),
  custom: matrices.map(([adjacency, sensory, outputs]) => ({
    wiring: custom(adjacency, sensory, outputs),
    inputs: sensory.length,
  })),
};

const rows = (of: Synapses, sources: number, targets: number): number[][] => {
  const signs = adjacency(of, sources, targets);
  return Array.from({ length: sources }, (_, i) => [...signs.subarray(i * targets, (i + 1) * targets)]);
};

describe.for(Object.keys(wirings) as (keyof typeof wirings)[])('the wiring %s', (name) => {
  const property = (holds: (given: Connections, made: Made) => void) =>
    fc.assert(
      fc.property(made[name], (each) => holds(each.wiring.connect(each.inputs), each)),
      { seed: 9, numRuns: 100 },
    );

  test('has its own name and the sizes it was given', () => {
    property((given, { wiring, inputs }) => {
      expect(wiring.name).toBe(name);
      expect(given).toMatchObject({ inputs, units: wiring.units, outputs: wiring.outputs });
    });
  });

  test('lists each synapse once, by target, then by source, with a sign', () => {
    property(({ sensory, recurrent, inputs, units }) => {
      for (const [part, sources] of [
        [sensory, inputs],
        [recurrent, units],
      ] as const) {
        checkSynapses(name, part, sources, units);
        expect(part.polarity.every((sign) => Math.abs(sign) === 1)).toBe(true);
      }
    });
  });

  test('says that it is full when every synapse exists, and only then', () => {
    property((given) => {
      expect(given.full).toBe(synapseCounts(given).every(({ synapses, dense }) => synapses === dense));
    });
  });

  test('has each neuron in one layer, and the motor neurons in the last', () => {
    property(({ layers, units, outputs }) => {
      expect(layers.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: units }, (_, id) => id));
      expect(layers.at(-1)!.slice(0, outputs)).toEqual(Array.from({ length: outputs }, (_, id) => id));
    });
  });

  test('gives the same synapses when it is connected again', () => {
    property((given, { wiring, inputs }) => {
      expect(wiring.connect(inputs)).toEqual(given);
    });
  });
});

test('a full wiring without self-connections lacks them and nothing else', () => {
  const { recurrent, sensory, full: claim } = full(5, 2, { selfConnections: false }).connect(3);
  const ones = (i: number) => Array.from({ length: 5 }, (_, j) => (i === j ? 0 : 1));
  expect(rows(recurrent, 5, 5).map((row) => row.map(Math.abs))).toEqual([0, 1, 2, 3, 4].map(ones));
  expect(sensory.source).toHaveLength(15);
  expect(claim).toBe(false);
});

test('of the synapses of full and random wirings two in three are excitatory, of those of a neural circuit policy one in two', () => {
  const share = ({ recurrent: { polarity } }: Connections) =>
    polarity.filter((sign) => sign > 0).length / polarity.length;
  // Three standard deviations of a share in 3600 draws: 3 · sqrt(2/9/3600) = 0.024 and 3 · sqrt(1/4/3600) = 0.025.
  expect(Math.abs(share(full(60).connect(1)) - 2 / 3)).toBeLessThan(0.024);
  expect(Math.abs(share(random({ units: 85, sparsity: 0.5 }).connect(1)) - 2 / 3)).toBeLessThan(0.024);
  const dense = { sensoryFanout: 60, interFanout: 60, recurrentCommandSynapses: 0, motorFanin: 1 };
  const policy = ncp({ inter: 60, command: 60, motor: 1, ...dense }).connect(1);
  expect(Math.abs(share(policy) - 1 / 2)).toBeLessThan(0.025);
});

test('another seed makes another wiring', () => {
  const seeds = [1, 2];
  const makers = [
    (seed: number) => full(8, 8, { seed }),
    (seed: number) => random({ units: 8, sparsity: 0.5, seed }),
    (seed: number) => autoNcp({ units: 12, outputs: 2, seed }),
  ];
  for (const make of makers) {
    const [a, b] = seeds.map((seed) => make(seed).connect(3).recurrent);
    expect(a).not.toEqual(b);
  }
});

test('a random wiring has the share of synapses that its sparsity leaves, halves rounded to even', () => {
  const counts = (units: number, inputs: number, sparsity: number) =>
    synapseCounts(random({ units, sparsity }).connect(inputs)).map(({ synapses }) => synapses);
  expect(counts(12, 4, 0.5)).toEqual([24, 72]);
  expect(counts(5, 3, 0.5)).toEqual([8, 12]); // of 7.5 and 12.5
  expect(counts(4, 2, 0)).toEqual([8, 16]);
  expect(counts(3, 1, 0.99)).toEqual([0, 0]);
});

test('a neural circuit policy is wired from inputs to inter to command to motor neurons, by its fan-outs and fan-ins', () => {
  fc.assert(
    fc.property(policies, some(1, 6), (options, inputs) => {
      const { inter, command, motor, sensoryFanout, interFanout, recurrentCommandSynapses, motorFanin } = options;
      const of = ncp(options).connect(inputs);
      const { layers, units, sensory, recurrent } = of;
      expect(layers.map((layer) => layer.length)).toEqual([inter, command, motor]);
      // Ids rise from motor over command to inter neurons.
      expect(layers.toReversed().flat()).toEqual(Array.from({ length: units }, (_, id) => id));
      const [inters, commands, motors] = layers.map((layer) => new Set(layer)) as [
        Set<number>,
        Set<number>,
        Set<number>,
      ];
      expect(sensory.target.every((id) => inters.has(id))).toBe(true);
      const between = (from: Set<number>, to: Set<number>) =>
        Array.from(recurrent.source, (s, k) => [s, recurrent.target[k]!] as const).filter(
          ([s, t]) => from.has(s) && to.has(t),
        );
      const [up, around, out] = [between(inters, commands), between(commands, commands), between(commands, motors)];
      expect(up.length + around.length + out.length).toBe(recurrent.source.length);
      expect(around.length).toBeLessThanOrEqual(recurrentCommandSynapses);
      for (let i = 0; i < inputs; i++)
        expect(sensory.source.filter((s) => s === i).length).toBeGreaterThanOrEqual(sensoryFanout);
      for (const id of inters) expect(up.filter(([s]) => s === id).length).toBeGreaterThanOrEqual(interFanout);
      for (const id of motors) expect(out.filter(([, t]) => t === id).length).toBeGreaterThanOrEqual(motorFanin);
      // Nothing that could be drawn is left out.
      expect(new Set(sensory.target)).toEqual(inters);
      expect(new Set(up.map(([, t]) => t))).toEqual(commands);
      expect(new Set(out.map(([s]) => s))).toEqual(commands);
      expect(reachability(of).unheard.filter((id) => commands.has(id))).toEqual([]);
    }),
    { seed: 9, numRuns: 200 },
  );
});

test('a neural circuit policy by units and outputs has the layers and the numbers of synapses of the reference', () => {
  const of = autoNcp({ units: 28, outputs: 4 }).connect(20);
  expect(of.layers.map((layer) => layer.length)).toEqual([15, 9, 4]);
  expect(synapseCounts(of)).toEqual([
    { relation: 'input->state', synapses: 140, dense: 560 },
    { relation: 'state->state', synapses: 84, dense: 784 },
  ]);
});

test('a custom wiring is its matrices, or its synapses', () => {
  fc.assert(
    fc.property(matrices, ([matrix, sensory, outputs]) => {
      const [units, inputs] = [matrix.length, sensory.length];
      const given = custom(matrix, sensory, outputs).connect(inputs);
      expect(rows(given.recurrent, units, units)).toEqual(matrix);
      expect(rows(given.sensory, inputs, units)).toEqual(sensory);
      const list = (of: readonly number[][]) =>
        of.flatMap((row, i) => row.flatMap((sign, j) => (sign === 0 ? [] : ([[i, j, sign]] as const))));
      const listed = custom({ inputs, units, outputs, sensory: list(sensory), recurrent: list(matrix) });
      expect(listed.connect(inputs)).toEqual(given);
    }),
    { seed: 9, numRuns: 100 },
  );
});

test('of two synapses with the same ends the later counts', () => {
  const recurrent = [
    [1, 0, 1],
    [1, 0, -1],
  ] as const;
  const given = custom({ inputs: 1, units: 2, outputs: 1, sensory: [[0, 1, 1]], recurrent }).connect(1);
  expect(given.recurrent).toEqual({
    source: Int32Array.of(1),
    target: Int32Array.of(0),
    polarity: Int8Array.of(-1),
  });
});

test('neurons that no input reaches and neurons that reach no output are found through any number of synapses', () => {
  // 0 → 3 → 2 → 0 (motor), 4 → 4 alone, 1 → 4 (motor 1 hears nothing), 0 → 5.
  const given = custom({
    inputs: 1,
    units: 6,
    outputs: 2,
    sensory: [[0, 3, 1]],
    recurrent: [
      [3, 2, 1],
      [2, 0, -1],
      [4, 4, 1],
      [1, 4, 1],
      [0, 5, 1],
    ],
  }).connect(1);
  expect(reachability(given)).toEqual({ unreached: [1, 4], unheard: [4, 5] });
  expect(reachability(full(4, 1).connect(2))).toEqual({ unreached: [], unheard: [] });
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
  expect(() => custom(square, [[1, 1]], 1).connect(3)).toThrow(
    'wiring: sensory has 1 rows, but wants one per input, 3',
  );
});

test('a synapse that starts or ends nowhere, or has no sign, is refused by its place in the list', () => {
  const lists = { inputs: 2, units: 3, outputs: 1, sensory: [[0, 1, 1]], recurrent: [[1, 0, 1]] } as const;
  expect(() =>
    custom({
      ...lists,
      sensory: [
        [0, 1, 1],
        [2, 0, 1],
      ],
    }),
  ).toThrow('wiring: sensory has source 2 in synapse 1, but wants a whole number from 0 to 1');
  expect(() => custom({ ...lists, recurrent: [[0, 3, 1]] })).toThrow(
    'wiring: recurrent has target 3 in synapse 0, but wants a whole number from 0 to 2',
  );
  expect(() => custom({ ...lists, recurrent: [[0, 1, 0]] })).toThrow(
    'wiring: recurrent has polarity 0 in synapse 0, but wants -1 or 1',
  );
});

const policy = {
  inter: 6,
  command: 4,
  motor: 2,
  sensoryFanout: 3,
  interFanout: 2,
  recurrentCommandSynapses: 3,
  motorFanin: 2,
};
const refused: Readonly<Record<string, readonly [make: () => unknown, message: string]>> = {
  'no unit': [() => full(0), 'full: units is 0, but must be a whole number of at least 1'],
  'more outputs than units': [() => full(2, 3), 'full: outputs is 3, but must be a whole number from 1 to 2'],
  'a list of synapses from less than no input': [
    () => custom({ inputs: -1, units: 2, outputs: 1, sensory: [], recurrent: [] }),
    'custom: inputs is -1, but must be a whole number of at least 1',
  ],
  'a list of synapses of half a unit': [
    () => custom({ inputs: 1, units: 0.5, outputs: 1, sensory: [], recurrent: [] }),
    'custom: units is 0.5, but must be a whole number of at least 1',
  ],
  'a misspelt option of a full wiring': [
    () => full(2, 2, { selfConnection: false } as object),
    'full: there is no option "selfConnection"; the options are seed, selfConnections',
  ],
  'a word for a truth': [
    () => full(2, 2, { selfConnections: 'no' } as object),
    'full: selfConnections is "no", but must be true or false',
  ],
  'a misspelt option of a random wiring': [
    () => random({ units: 4, sparsity: 0.5, sead: 1 } as Parameters<typeof random>[0]),
    'random: there is no option "sead"; the options are units, outputs, sparsity, seed',
  ],
  'a misspelt option of a policy': [
    () => ncp({ ...policy, inter_fanout: 1 } as NcpOptions),
    'ncp: there is no option "inter_fanout"; the options are inter, command, motor, sensoryFanout,',
  ],
  'a misspelt option of an automatic policy': [
    () => autoNcp({ units: 10, outputs: 2, sparsity_level: 0.7 } as Parameters<typeof autoNcp>[0]),
    'auto-ncp: there is no option "sparsity_level"; the options are units, outputs, sparsity, seed',
  ],
  'a list of synapses with more to it': [
    () => custom({ inputs: 1, units: 1, outputs: 1, sensory: [], recurrent: [], motor: 1 } as SynapseLists),
    'custom: there is no option "motor"; the options are inputs, units, outputs, sensory, recurrent',
  ],
  'no input': [() => full(2).connect(0), 'full: inputs is 0, but must be a whole number of at least 1'],
  'a seed beyond 53 bits': [
    () => full(2, 2, { seed: 2 ** 53 }),
    'full: seed is 9007199254740992, but must be a whole number from 0 to 9007199254740991',
  ],
  'a sparsity of 1': [
    () => random({ units: 4, sparsity: 1 }),
    'random: sparsity is 1, but must be at least 0 and less than 1',
  ],
  'a negative sparsity': [() => random({ units: 4, sparsity: -0.1 }), 'random: sparsity is -0.1'],
  'a sparsity that is no number': [() => random({ units: 4, sparsity: Number.NaN }), 'random: sparsity is NaN'],
  'a fan-out beyond the inter neurons': [
    () => ncp({ ...policy, sensoryFanout: 7 }),
    'ncp: sensoryFanout is 7, but must be a whole number from 0 to 6',
  ],
  'a fan-out beyond the command neurons': [() => ncp({ ...policy, interFanout: 5 }), 'ncp: interFanout is 5'],
  'a fan-in beyond the command neurons': [() => ncp({ ...policy, motorFanin: 5 }), 'ncp: motorFanin is 5'],
  'half a synapse': [() => ncp({ ...policy, recurrentCommandSynapses: 0.5 }), 'ncp: recurrentCommandSynapses is 0.5'],
  'no motor neuron': [() => ncp({ ...policy, motor: 0 }), 'ncp: motor is 0, but must be a whole number of at least 1'],
  'a seed beyond 32 bits': [
    () => ncp({ ...policy, seed: 2 ** 32 }),
    'ncp: seed is 4294967296, but must be a whole number from 0 to 4294967295',
  ],
  'too few units for a policy': [
    () => autoNcp({ units: 3, outputs: 1 }),
    'auto-ncp: units is 3, but must be a whole number of at least 4',
  ],
  'outputs that leave less than three neurons': [
    () => autoNcp({ units: 10, outputs: 8 }),
    'auto-ncp: outputs is 8, but must be a whole number from 1 to 7',
  ],
  'a policy that is too dense': [
    () => autoNcp({ units: 10, outputs: 2, sparsity: 0.05 }),
    'auto-ncp: sparsity is 0.05, but must be at least 0.1 and at most 1',
  ],
};

test.for(Object.keys(refused))('%s is refused by name and range', (what) => {
  const [make, message] = refused[what]!;
  expect(make).toThrow(message);
});
