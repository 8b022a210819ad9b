import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draws, irregular } from '../../test/networks.ts';
import { backboneActivations, cfc } from '../cells/cfc.ts';
import { modes } from '../cells/closed-form.ts';
import { ltc } from '../cells/ltc.ts';
import { mixed } from '../cells/mixed.ts';
import { synaptic } from '../cells/synaptic.ts';
import { wiredCfc } from '../cells/wired-cfc.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { exponential } from '../solvers/exponential.ts';
import { full } from '../wirings/full.ts';
import { autoNcp } from '../wirings/ncp.ts';
import { random } from '../wirings/random.ts';
import { exportNcps, importNcps } from './ncps.ts';
import { readSafetensors, type Writable, writeSafetensors } from './safetensors.ts';

/** A model whose parameters are numbers of float32, none of them 0, so that a lost one shows. */
function rounded(options: ModelOptions): Model {
  const net = model(options);
  const draw = draws(net.parameters.length, 5);
  return withParameters(
    net,
    Float32Array.from(net.parameters, (value, k) => value + 0.1 * draw[k]! + 0.01),
  );
}

const wiring = autoNcp({ units: 9, outputs: 2 });
const readout = { outputs: 3, when: 'every' } as const;
const networks = {
  LTC: { cell: synaptic(), inputs: 3, wiring },
  'LTC with memory, without maps': {
    cell: mixed(synaptic({ input: 'none', output: 'none', epsilon: 0 })),
    inputs: 3,
    wiring: random({ units: 6, outputs: 2, sparsity: 0.4 }),
    unfolds: 2,
    constraints: 'none',
  },
  'CfC with projection': { cell: cfc({ backboneUnits: 5 }), inputs: 2, units: 4, readout, timeUnit: 60 },
  'CfC with memory and dropout': {
    cell: mixed(cfc({ mode: 'no_gate', activation: 'gelu', backboneUnits: 5, backboneLayers: 3, dropout: 0.2 })),
    inputs: 2,
    units: 4,
  },
  'wired CfC': { cell: wiredCfc({ form: 'ncps' }), inputs: 3, wiring, readout },
  'wired CfC with memory': { cell: mixed(wiredCfc({ form: 'ncps', mode: 'pure' })), inputs: 3, wiring },
  'wired CfC of one layer': {
    cell: wiredCfc({ form: 'ncps', layers: 1, mode: 'no_gate' }),
    inputs: 3,
    wiring: random({ units: 6, outputs: 2, sparsity: 0.4 }),
  },
} satisfies Record<string, ModelOptions>;

for (const [name, options] of Object.entries<ModelOptions>(networks)) {
  test(`${name} answers the same after a way through a file of ncps, and gives the same file`, () => {
    const net = rounded(options);
    const bytes = exportNcps(net);
    const again = importNcps(bytes);
    const sequences = irregular(net, 2, 3, { masked: false });
    const run = (of: Model) => program(of, { backend: 'javascript' }).forward(sequences);
    // The same numbers in the same order: nothing is left to round.
    expect(run(again).outputs).toEqual(run(net).outputs);
    expect(run(again).final).toEqual(run(net).final);
    expect(exportNcps(again)).toEqual(bytes);
    expect(again.timeUnit).toBe(net.timeUnit);
    expect([...again.parameters].sort()).toEqual([...net.parameters].sort());
  });
}

test('any CfC comes back from its file with its options', () => {
  const options = fc.record({
    mode: fc.constantFrom(...modes),
    activation: fc.constantFrom(...backboneActivations),
    backboneLayers: fc.integer({ min: 1, max: 4 }),
    backboneUnits: fc.integer({ min: 1, max: 4 }),
    dropout: fc.constantFrom(0, 0.5, 0.125),
  });
  fc.assert(
    fc.property(options, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (cell, inputs, units) => {
      const net = rounded({ cell: cfc(cell), inputs, units });
      const again = importNcps(exportNcps(net));
      expect(again.cell).toEqual(net.cell);
      expect(again.parameters).toEqual(net.parameters);
    }),
    { seed: 7, numRuns: 40 },
  );
});

test('entries behind a mask are 0 in a file, and the mask is the wiring', () => {
  const net = rounded({ cell: synaptic(), inputs: 3, wiring });
  const { tensors } = readSafetensors(exportNcps(net));
  const { recurrent } = net.connections;
  const mask = tensors.get('rnn_cell.sparsity_mask')!.data;
  expect(mask.filter((value) => value === 1)).toHaveLength(recurrent.source.length);
  for (const [k, source] of recurrent.source.entries()) expect(mask[source * 9 + recurrent.target[k]!]).toBe(1);
  for (const [k, value] of tensors.get('rnn_cell.mu')!.data.entries()) expect(value !== 0).toBe(mask[k] === 1);
});

test('what metadata say is the default, and an option goes before it', () => {
  const bytes = exportNcps(rounded({ cell: synaptic({ epsilon: 0.5 }), inputs: 2, units: 3, unfolds: 4 }));
  expect(importNcps(bytes)).toMatchObject({ unfolds: 4, constraints: 'softplus' });
  expect(importNcps(bytes, { unfolds: 2, constraints: 'clip', timeUnit: 3 })).toMatchObject({
    unfolds: 2,
    constraints: 'clip',
    timeUnit: 3,
  });
  const { tensors } = readSafetensors(bytes);
  expect(importNcps(tensors)).toMatchObject({ unfolds: 6, timeUnit: 1 });
  expect(importNcps(tensors).cell.params.epsilon!.value).toBe(1e-8);
});

test('a cell alone is known too, and an LTC cell keeps its parameters as they are', () => {
  const { tensors } = readSafetensors(exportNcps(rounded({ cell: synaptic(), inputs: 2, units: 3 })));
  const bare = new Map([...tensors].map(([name, tensor]) => [name.replace('rnn_cell.', ''), tensor]));
  expect(importNcps(bare).constraints).toBe('none');
});

test('float64 keeps every bit that a model has', () => {
  const net = model({ cell: cfc({ backboneUnits: 4 }), inputs: 2, units: 3 });
  expect(importNcps(exportNcps(net, { precision: 'float64' })).parameters).toEqual(net.parameters);
  expect(() => exportNcps(net, { precision: 'half' as never })).toThrow('precision is "half", but must be');
});

/** The arrays of a small network's file after a change. */
function changed(options: ModelOptions, change: (arrays: Map<string, Writable>) => void): Uint8Array {
  const arrays = new Map<string, Writable>(readSafetensors(exportNcps(rounded(options))).tensors);
  change(arrays);
  return writeSafetensors(arrays);
}

const small = { cell: cfc({ backboneUnits: 4 }), inputs: 2, units: 3 };
const pure = { cell: cfc({ mode: 'pure', backboneUnits: 4 }), inputs: 2, units: 3 };
const deep = { cell: cfc({ backboneUnits: 4, backboneLayers: 3, dropout: 0.1 }), inputs: 2, units: 3 };
const layered = { cell: wiredCfc({ form: 'ncps' }), inputs: 3, wiring };
const put = (name: string, data: readonly number[], shape: readonly number[]) => (arrays: Map<string, Writable>) => {
  arrays.set(name, { data: Float32Array.from(data), shape });
};

test.each<[string, () => unknown]>([
  [
    'there is no option "unfolds" for ncps\'s CfC; the options are',
    () => importNcps(exportNcps(model(small)), { unfolds: 3 }),
  ],
  ['mode is "pure", but there is no array "A"', () => importNcps(exportNcps(model(small)), { mode: 'pure' })],
  ['mode is "default", but there is an array "A"', () => importNcps(exportNcps(model(pure)), { mode: 'default' })],
  ['mode is "gated", but must be', () => importNcps(exportNcps(model(small)), { mode: 'gated' as never })],
  ['timeUnit is 0, but', () => importNcps(exportNcps(model(small)), { timeUnit: 0 })],
  ['shows that there was dropout', () => importNcps(changed(deep, () => {}))],
  [
    'there is no array "rnn_cell.ff2.weight"',
    () => importNcps(changed(small, (arrays) => arrays.delete('rnn_cell.ff2.weight'))),
  ],
  [
    'array "rnn_cell.ff2.bias" is (2); wanted (3)',
    () => importNcps(changed(small, put('rnn_cell.ff2.bias', [0, 0], [2]))),
  ],
  [
    'has 3 columns; wanted more than the 3 units',
    () => importNcps(changed(small, put('rnn_cell.backbone.0.weight', new Array(12).fill(0), [4, 3]))),
  ],
  [
    'an array "head.bias", which is no part of ncps\'s CfC',
    () => importNcps(changed(small, put('head.bias', [0], [1]))),
  ],
  [
    '"layer_1.ff1.weight" has 6 columns for the layer before, which has',
    () =>
      importNcps(
        changed(layered, (arrays) => {
          const units = arrays.get('rnn_cell.layer_1.ff1.bias')!.data.length;
          const columns = units + 6;
          put('rnn_cell.layer_1.ff1.weight', new Array(units * columns).fill(0), [units, columns])(arrays);
        }),
      ),
  ],
  [
    'there is no array "rnn_cell.sparsity_mask", which says what synapses exist',
    () =>
      importNcps(
        changed({ cell: synaptic(), inputs: 2, units: 3 }, (arrays) => arrays.delete('rnn_cell.sparsity_mask')),
      ),
  ],
  [
    'there is no array "rnn_cell.layer_1.sparsity_mask", which says what synapses exist',
    () => importNcps(changed(layered, (arrays) => arrays.delete('rnn_cell.layer_1.sparsity_mask'))),
  ],
  [
    'array "rnn_cell.ff2.bias" holds NaN at entry 1',
    () => importNcps(changed(small, put('rnn_cell.ff2.bias', [0, Number.NaN, 0], [3]))),
  ],
  [
    'metadata implicit_param_constraints is yes; wanted true or false',
    () => {
      const { tensors } = readSafetensors(exportNcps(model({ cell: synaptic(), inputs: 2, units: 3 })));
      return importNcps(writeSafetensors(tensors, { implicit_param_constraints: 'yes' }));
    },
  ],
  [
    'signed masks are those of the Keras form',
    () =>
      importNcps(
        changed(layered, (arrays) => {
          arrays.get('rnn_cell.layer_0.sparsity_mask')!.data[0] = -1;
        }),
      ),
  ],
  [
    "a 0 among the layer's own units",
    () =>
      importNcps(
        changed(layered, (arrays) => {
          arrays.get('rnn_cell.layer_0.sparsity_mask')!.data[3] = 0;
        }),
      ),
  ],
  [
    'outputs is 2, but "output_w" has 3 entries',
    () => importNcps(exportNcps(model({ cell: synaptic(), inputs: 2, units: 3 })), { outputs: 2 }),
  ],
  [
    'is a name of the Keras (TensorFlow) form of ncps',
    () => importNcps(new Map([['cfc_cell/ff1_weight:0', { dtype: 'F32', data: new Float32Array(1), shape: [1] }]])),
  ],
  [
    'save that part alone, module.body.rnn.state_dict()',
    () =>
      importNcps(new Map([['body.rnn.rnn_cell.ff1.weight', { dtype: 'F32', data: new Float32Array(1), shape: [1] }]])),
  ],
  [
    'these arrays are of no network of ncps.torch',
    () => importNcps(new Map([['weight', { dtype: 'F32', data: new Float32Array(1), shape: [1] }]])),
  ],
])('importNcps says what is wrong: %s', (problem, act) => {
  expect(act).toThrow('importNcps: ');
  expect(act).toThrow(problem);
});

test.each<[string, ModelOptions]>([
  ['ncps has no cell "ltc"', { cell: ltc(), inputs: 2, units: 3 }],
  [
    'the solver "semi-implicit", and this model "exponential"',
    { cell: synaptic(), inputs: 2, units: 3, solver: exponential },
  ],
  ['and this model the largest sub-step (maxStep)', { cell: synaptic(), inputs: 2, units: 3, maxStep: 0.1 }],
  ['and this model draws lines', { cell: synaptic(), inputs: 2, units: 3, interpolation: 'linear' }],
  ['how long each was missing', { cell: cfc(), inputs: 2, units: 3, missing: 'hold' }],
  ['4 outputs, one per unit, and this model 2', { cell: cfc(), inputs: 2, wiring: full(4, 2) }],
  [
    'as its wiring leaves some out',
    { cell: wiredCfc(), inputs: 2, wiring: random({ units: 5, outputs: 5, sparsity: 0.5 }) },
  ],
])('exportNcps refuses what ncps does not have: %s', (problem, options) => {
  expect(() => exportNcps(model(options))).toThrow('exportNcps: ');
  expect(() => exportNcps(model(options))).toThrow(problem);
});
