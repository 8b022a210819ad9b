import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyCell, everyPair, irregular, looseWiring, solverNamed } from '../../test/networks.ts';
import { cell, vector } from '../cells/cell.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { stack } from '../stack.ts';
import { custom } from '../wirings/custom.ts';
import { full } from '../wirings/full.ts';
import { loadModel, saveModel } from './model-file.ts';
import { readSafetensors, type Writable, writeSafetensors } from './safetensors.ts';

const base = { inputs: 2, seed: 4 };
const outputs = (of: Model) => program(of, { backend: 'javascript' }).forward(irregular(of, 2, 3));
const roundTrip = (of: Model) => loadModel(saveModel(of)).model as Model;

/** A loaded model gives the same bits, has the same data, and saves to the same bytes. */
function survives(of: Model): void {
  const back = roundTrip(of);
  expect(outputs(back)).toEqual(outputs(of));
  const { connections, ...rest } = of;
  expect(back).toMatchObject(rest);
  expect(back.connections).toEqual(connections);
  expect(saveModel(back)).toEqual(saveModel(of));
}

test.for(everyPair)('$cell under $solver survives a file', ({ cell: name, solver }) => {
  survives(model({ ...base, cell: everyCell[name]!(), units: 3, solver: solverNamed(solver) }));
});

const variants: Record<string, Partial<ModelOptions>> = {
  'a readout at every step': { readout: { outputs: 3, when: 'every' } },
  'a readout at the last step': { readout: { outputs: 3, when: 'last' } },
  clip: { constraints: 'clip' },
  'no constraints': { constraints: 'none' },
  'sub-steps by length': { maxStep: 0.3 },
  'another number of sub-steps': { unfolds: 2 },
  'another time unit and seed': { timeUnit: 0.05, seed: 1e9 },
};

test.for(Object.keys(variants))('a sparse model with %s survives a file', (name) => {
  const made = synaptic();
  survives(model({ ...base, cell: made, wiring: looseWiring(made, 2, 4, 2), ...variants[name] }));
});

test('a wiring without a synapse survives a file', () => {
  const none = (rows: number) => Array.from({ length: rows }, () => [0, 0, 0]);
  survives(model({ ...base, cell: synaptic(), wiring: custom(none(3), none(2), 1) }));
});

test('parameters that were trained survive a file to the bit, notes too', () => {
  const of = model({ ...base, cell: synaptic(), units: 3 });
  const trained = withParameters(
    of,
    of.parameters.map((value, k) => value + Math.sin(k) / 3),
  );
  const notes = { 'input names': 'temperature, Licht', scaler: '{"mean":[1,2]}' };
  const back = loadModel(saveModel(trained, notes));
  expect(back.model.parameters).toEqual(trained.parameters);
  expect(back.notes).toEqual(notes);
});

const saved = saveModel(
  model({
    ...base,
    cell: everyCell['slots, softmax and a constant']!(),
    wiring: full(3, 2),
    readout: { outputs: 1, when: 'last' },
  }),
);

/** A saved file with its configuration or tensors changed. */
function changed(
  change: (json: Record<string, unknown>, tensors: Map<string, Writable>) => void,
  bytes = saved,
): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const json = JSON.parse(metadata.rivulet!) as Record<string, unknown>;
  const writable = new Map(
    [...tensors].map(([name, { shape, data }]) => [name, { shape, data: data as Float64Array }]),
  );
  change(json, writable);
  return writeSafetensors(writable, { rivulet: JSON.stringify(json) });
}

/** The configuration with a value put at a path, or taken out. */
const put = (path: string, value: unknown) => (json: Record<string, unknown>) => {
  const keys = path.split('.');
  let at = json;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[keys.at(-1)!] = value;
};

const damaged: Record<string, readonly [() => Uint8Array, string | RegExp]> = {
  'a file cut short': [() => saved.slice(0, saved.length - 3), /"[^"]+"/],
  'another safetensors file': [
    () => writeSafetensors(new Map(), { a: 'b' }),
    'load: this safetensors file holds no Rivulet model: its metadata has no "rivulet" entry',
  ],
  'metadata that is not JSON': [
    () => writeSafetensors(new Map(), { rivulet: '{"version": 1' }),
    'load: the "rivulet" entry of the metadata is not JSON',
  ],
  'metadata that is null': [
    () => writeSafetensors(new Map(), { rivulet: 'null' }),
    'load: rivulet is null, but an object was wanted',
  ],
  'no version': [
    () => changed(put('version', undefined)),
    'load: rivulet.version is missing, but a whole number was wanted',
  ],
  'a version of the future': [
    () => changed(put('version', 99)),
    'load: the file has version 99, but this library reads versions 1 to 2; a newer Rivulet wrote it',
  ],
  'no cell': [() => changed(put('cell', undefined)), 'load: rivulet.cell is missing, but an object was wanted'],
  'an equation that is no text': [
    () => changed(put('cell.equation', 3)),
    'load: rivulet.cell.equation is 3, but a text was wanted',
  ],
  'an equation that cannot be read': [() => changed(put('cell.equation', 'dx/dt = (')), 'slots:'],
  'states that are a list': [
    () => changed(put('cell.states', ['x'])),
    'load: rivulet.cell.states is ["x"], but an object was wanted',
  ],
  'an axis that is a number': [
    () => changed(put('cell.states.x', [7])),
    'load: rivulet.cell.states.x[0] is 7, but a text was wanted',
  ],
  'a parameter without axes': [
    () => changed(put('cell.params.b.axes', undefined)),
    'load: rivulet.cell.params.b.axes is missing, but a list was wanted',
  ],
  'a parameter of another kind': [
    () => changed(put('cell.params.b.kind', 'guess')),
    'load: rivulet.cell.params.b.kind is "guess", but "parameter" or "constant" was wanted',
  ],
  'a constraint that is unknown': [
    () => changed(put('cell.params.b.constraint', 'odd')),
    'load: rivulet.cell.params.b.constraint is "odd", but "none" or "positive" was wanted',
  ],
  'a bound that is missing': [
    () => changed(put('cell.params.b.constraint', { lo: 1 })),
    'load: rivulet.cell.params.b.constraint.hi is missing, but a number was wanted',
  ],
  'a constant with a text in it': [
    () => changed(put('cell.params.table.value', [1, 'x', 2])),
    'load: rivulet.cell.params.table.value[1] is "x", but a number was wanted',
  ],
  'units that are half': [
    () => changed(put('wiring.units', 2.5)),
    'load: rivulet.wiring.units is 2.5, but a whole number was wanted',
  ],
  'a solver without text': [
    () => changed(put('solver.step', null)),
    'load: rivulet.solver.step is null, but a text was wanted',
  ],
  'a solver that cannot be read': [() => changed(put('solver.step', "x' = x +")), 'semi-implicit'],
  'a drive of another kind': [
    () => changed(put('solver.drive', { kind: 'guess' })),
    'load: rivulet.solver.drive.kind is "guess", but "implicit" or "adaptive" was wanted',
  ],
  'a drive that says too little': [
    () => changed(put('solver.drive', { kind: 'implicit', theta: 1 })),
    'load: rivulet.solver.drive.iterations is missing, but a whole number was wanted',
  ],
  'a drive that makes no sense': [
    () => changed(put('solver.drive', { kind: 'implicit', theta: 2, iterations: 5 })),
    'solver "semi-implicit": theta is 2, but must be above 0 and at most 1',
  ],
  'a table whose rows are too long': [
    () => changed(put('solver.drive', { ...solverNamed('dopri5').drive, a: [[], [1, 2]] })),
    'solver "semi-implicit": the length of row 1 of a is 2, but must be 1',
  ],
  'sub-steps that are a text': [
    () => changed(put('unfolds', 'six')),
    'load: rivulet.unfolds is "six", but a whole number was wanted',
  ],
  'constraints that are unknown': [
    () => changed(put('constraints', 'tight')),
    'load: rivulet.constraints is "tight", but "softplus" or "clip" or "none" was wanted',
  ],
  'a readout at another time': [
    () => changed(put('readout.when', 'first')),
    'load: rivulet.readout.when is "first", but "every" or "last" was wanted',
  ],
  'a time unit below 0': [() => changed(put('timeUnit', -1)), 'model: timeUnit is -1, but must be a positive number'],
  'a parameter that is missing': [
    () => changed((_, tensors) => tensors.delete('b')),
    'load: the file has no tensor "b"',
  ],
  'a parameter of another size': [
    () => changed((_, tensors) => tensors.set('b', { shape: [2], data: new Float64Array(2) })),
    'load: tensor "b" has 2 entries, but the model needs 3',
  ],
  'a parameter that is not a number': [
    () => changed((_, tensors) => tensors.get('b')!.data.set([Number.NaN], 1)),
    'load: tensor "b" holds NaN at entry 1, but parameters must be finite numbers',
  ],
  'a wiring that is missing': [
    () => changed((_, tensors) => tensors.delete('wiring.recurrent.source')),
    'load: the file has no tensor "wiring.recurrent.source"',
  ],
  'a synapse from a neuron that is not there': [
    () => changed((_, tensors) => tensors.get('wiring.recurrent.source')!.data.set([3], 2)),
    'load: wiring.recurrent.source[2] is 3, but must be a whole number from 0 to 2',
  ],
  'synapses out of order': [
    () => changed((_, tensors) => tensors.get('wiring.recurrent.source')!.data.set([2, 1, 0])),
    'load: wiring.recurrent is not in order of target, then source',
  ],
  'lists of synapses that differ in length': [
    () => changed((_, tensors) => tensors.set('wiring.sensory.target', { shape: [1], data: new Int32Array(1) })),
    'load: wiring.sensory has 6 sources, 1 targets and 6 polarities; they must be as many',
  ],
};

test.for(Object.keys(damaged))('%s is refused with what is wrong', (name) => {
  const [bytes, message] = damaged[name]!;
  expect(() => loadModel(bytes())).toThrow(message);
});

test('a model with a parameter that is not finite is not saved', () => {
  const of = model({ ...base, cell: synaptic(), units: 3 });
  const cm = of.layout.find(({ name }) => name === 'cm')!;
  const broken = withParameters(
    of,
    of.parameters.map((value, k) => (k === cm.offset + 2 ? Number.POSITIVE_INFINITY : value)),
  );
  const message = 'tensor "cm" holds Infinity at entry 2, but parameters must be finite numbers';
  expect(() => saveModel(broken)).toThrow(`save: ${message}`);
  const layer = model({ cell: synaptic(), inputs: 3, units: 2 });
  expect(() => saveModel(stack({ layers: [broken, layer] }))).toThrow(`save: ${message.replace('cm', '0.cm')}`);
});

test.for(['readout.outputs', 'wiring.units', 'wiring.inputs'])(
  'a file that lies about %s is refused by its own arrays, before anything of that size is made',
  (path) => {
    expect(() => loadModel(changed(put(path, 30_000_000)))).toThrow(
      /^load: tensor "\w+" has \d+ entries, but the model/,
    );
  },
);

test('whatever is put where in the configuration, loading works or says what is wrong in words of its own', () => {
  const { metadata } = readSafetensors(saved);
  const paths: string[] = [];
  const walk = (value: unknown, at: readonly string[]) => {
    if (at.length > 0) paths.push(at.join('.'));
    if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value)) walk(each, [...at, key]);
  };
  walk(JSON.parse(metadata.rivulet!), []);
  const value = fc.constantFrom<unknown>(undefined, null, true, 0, -1, 1.5, 'x', [], {}, ['x'], { lo: 1, hi: 0 });
  fc.assert(
    fc.property(fc.constantFrom(...paths), value, (path, other) => {
      try {
        outputs(loadModel(changed(put(path, other))).model as Model);
      } catch (error) {
        // A crash of the engine would be a TypeError or a RangeError without a name of ours in front.
        expect((error as Error).constructor.name).not.toMatch(/TypeError|RangeError/);
        expect((error as Error).message).toMatch(
          /^(load|model|wiring|solver|program|random|slots|x|semi-implicit|sequences)\b/,
        );
      }
    }),
    { seed: 8, numRuns: 500 },
  );
});

test('a bound without end is refused where the cell is made, so that no file has to hold it', () => {
  const endless = () =>
    cell({
      name: 'endless',
      paper: 'made for this test',
      equation: `dx/dt = -b * x`,
      params: { b: { ...vector('state', 1), constraint: { lo: 0, hi: Number.POSITIVE_INFINITY } } },
    });
  expect(endless).toThrow('endless: "b" is bounded by 0 and Infinity; wanted two numbers in order');
});

test('the bytes of a blob, a file or a response are a network, from an ArrayBuffer or any part of one', async () => {
  const of = model({ ...base, cell: synaptic(), units: 3 });
  const bytes = saveModel(of, { unit: 'volt' });
  const longer = new Uint8Array(bytes.length + 9);
  longer.set(bytes, 5);
  for (const given of [
    await new Blob([bytes]).arrayBuffer(),
    await new Response(bytes).arrayBuffer(),
    longer.subarray(5, 5 + bytes.length),
    new Uint8Array(await new Blob([bytes]).arrayBuffer()),
  ]) {
    expect(loadModel(given)).toEqual(loadModel(bytes));
  }
});

test('what is not bytes is refused with what gives them', () => {
  const blob = new Blob([saveModel(model({ ...base, cell: synaptic(), units: 3 }))]);
  for (const [given, said] of [
    [blob, 'Blob was given; await blob.arrayBuffer() gives the bytes'],
    [blob.arrayBuffer(), 'Promise was given'],
    ['model.safetensors', 'String was given'],
    [Float32Array.of(1, 2, 3), 'Float32Array was given'],
    [undefined, 'Undefined was given'],
  ] as const) {
    // @ts-expect-error: not bytes
    expect(() => loadModel(given)).toThrow(said);
  }
});
