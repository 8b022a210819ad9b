import { expect, test } from 'vitest';
import { everyCell, isWired, sparse } from '../test/networks.ts';
import { bounded, cell, matrix, vector } from './cells/cell.ts';
import { ltc } from './cells/ltc.ts';
import { synaptic } from './cells/synaptic.ts';
import { type ModelOptions, model } from './model.ts';
import { project, withParameters } from './network.ts';
import { euler } from './solvers/euler.ts';
import { semiImplicit } from './solvers/semi-implicit.ts';
import { full } from './wirings/full.ts';
import type { Wiring } from './wirings/wiring.ts';

const base: ModelOptions = { cell: synaptic(), inputs: 3, units: 4 };
const slot = (of: ReturnType<typeof model>, name: string) => {
  const { offset, size } = of.layout.find((each) => each.name === name)!;
  return of.parameters.subarray(offset, offset + size);
};

test('what is not given is the fused solver, six sub-steps, softplus, full wiring and no readout', () => {
  expect(model(base)).toMatchObject({
    solver: semiImplicit,
    unfolds: 6,
    constraints: 'softplus',
    timeUnit: 1,
    seed: 0,
    outputs: 4,
    connections: { full: true, units: 4, outputs: 4 },
  });
  expect(model(base).readout).toBeUndefined();
});

test.for(Object.keys(everyCell))(
  'the layout of %s fills the parameters without gaps, in the order of the cell',
  (name) => {
    const made = everyCell[name]!();
    const wiring = isWired(made) ? sparse(3, 4, 2) : full(4, 2);
    const of = model({ cell: made, inputs: 3, wiring, readout: { outputs: 5, when: 'every' } });
    let offset = 0;
    for (const each of of.layout) {
      expect(each.offset).toBe(offset);
      expect(each.size).toBe(each.shape.reduce((a, b) => a * b, 1));
      offset += each.size;
    }
    expect(of.parameters).toHaveLength(offset);
    const learned = Object.keys(made.params).filter((key) => made.params[key]!.kind === 'parameter');
    expect(of.layout.map((each) => each.name)).toEqual([...learned, 'readout_W', 'readout_b']);
  },
);

test('a wired parameter has one entry a synapse', () => {
  const of = model({ ...base, cell: synaptic(), wiring: sparse(3, 4, 2), units: undefined } as unknown as ModelOptions);
  const { recurrent, sensory } = of.connections;
  expect(slot(of, 'sigma')).toHaveLength(recurrent.source.length);
  expect(slot(of, 'sensory_sigma')).toHaveLength(sensory.source.length);
  expect(slot(of, 'cm')).toHaveLength(4);
  expect(Array.from(slot(of, 'erev'))).toEqual(Array.from(recurrent.polarity));
});

test('outputs are as many as the output of the cell, or of the readout, has', () => {
  const every = cell({
    name: 'every',
    paper: 'made for this test',
    equation: `
      dx/dt = b - x
      y = 2 * x
    `,
    params: { b: vector('state') },
  });
  const wiring = full(4, 2);
  expect(model({ cell: every, inputs: 3, wiring }).outputs).toBe(4);
  expect(model({ cell: ltc(), inputs: 3, wiring }).outputs).toBe(2);
  const read = model({ cell: every, inputs: 3, wiring, readout: { outputs: 5, when: 'last' } });
  expect(read.outputs).toBe(5);
  expect(read.layout.find((each) => each.name === 'readout_W')!.shape).toEqual([5, 4]);
});

test('a seed fixes the initial parameters, and another seed gives others', () => {
  expect(model({ ...base, seed: 5 }).parameters).toEqual(model({ ...base, seed: 5 }).parameters);
  expect(model({ ...base, seed: 5 }).parameters).not.toEqual(model({ ...base, seed: 6 }).parameters);
});

test('initial parameters lie in the ranges of the cell, whatever the constraints store', () => {
  const plain = model({ ...base, constraints: 'none' });
  const soft = model(base);
  for (const { name, offset, size } of plain.layout) {
    const { constraint, initial } = plain.cell.params[name]!;
    if (typeof initial === 'string') continue;
    for (let k = offset; k < offset + size; k++) {
      expect(plain.parameters[k]).toBeGreaterThanOrEqual(initial.lo);
      expect(plain.parameters[k]).toBeLessThanOrEqual(initial.hi);
      const seen = constraint === 'positive' ? Math.log1p(Math.exp(soft.parameters[k]!)) : soft.parameters[k]!;
      expect(Math.abs(seen - plain.parameters[k]!)).toBeLessThan(1e-12);
    }
  }
});

const limited = cell({
  name: 'limited',
  paper: 'made for this test',
  equation: `dx/dt = b - a * x`,
  params: { a: bounded(vector('state', 0.2, 0.8), 0, 1), b: vector('state') },
});

test('clip moves parameters back inside their constraints, and nothing else does', () => {
  const values = [-1, 0.5, 2, -7, 8, 9];
  const net = (constraints: 'clip' | 'softplus' | 'none') => model({ cell: limited, inputs: 1, units: 3, constraints });
  for (const make of [Float32Array, Float64Array]) {
    const clipped = make.from(values);
    project(net('clip'), clipped);
    expect(Array.from(clipped)).toEqual([0, 0.5, 1, -7, 8, 9]);
    for (const constraints of ['softplus', 'none'] as const) {
      const kept = make.from(values);
      project(net(constraints), kept);
      expect(Array.from(kept)).toEqual(values);
    }
  }
  const positives = model({ ...base, constraints: 'clip' });
  const parameters = new Float64Array(positives.parameters.length).fill(-1);
  project(positives, parameters);
  for (const { name, offset } of positives.layout)
    expect(parameters[offset]).toBe(positives.cell.params[name]!.constraint === 'positive' ? 1e-6 : -1);
});

test('a bounded parameter is stored so that the equation sees its initial value', () => {
  const soft = model({ cell: limited, inputs: 1, units: 3 });
  const plain = model({ cell: limited, inputs: 1, units: 3, constraints: 'none' });
  for (let k = 0; k < 3; k++)
    expect(Math.abs(1 / (1 + Math.exp(-soft.parameters[k]!)) - plain.parameters[k]!)).toBeLessThan(1e-12);
});

test('other parameters make another model and leave the first as it was', () => {
  const of = model(base);
  const before = of.parameters.slice();
  const other = withParameters(of, new Float32Array(before.length).fill(0.5));
  expect(other.parameters).toEqual(new Float64Array(before.length).fill(0.5));
  expect(of.parameters).toEqual(before);
  expect({ ...other, parameters: before }).toEqual(of);
  expect(() => withParameters(of, [1, 2])).toThrow(
    `withParameters: 2 parameters given, but the model has ${before.length}`,
  );
});

const { units: _, ...unsized } = base;
const refused: Record<string, readonly [Record<string, unknown>, string]> = {
  'a cell that was not called': [
    { ...base, cell: () => limited },
    'model: cell is a function, but must be a cell itself, such as those in rivulet/cells',
  ],
  'a solver by name': [{ ...base, solver: 'rk4' }, 'model: solver is "rk4", but must be a solver itself'],
  'a wiring by name': [{ ...unsized, wiring: 'full' }, 'model: wiring is "full", but must be a wiring itself'],
  'an unknown option': [
    { ...base, solvr: euler },
    'model: there is no option "solvr"; the options are cell, inputs, wiring',
  ],
  'no inputs': [{ ...base, inputs: 0 }, 'model: inputs is 0, but must be a whole number of at least 1'],
  'half a neuron': [{ ...base, units: 2.5 }, 'model: units is 2.5, but must be a whole number of at least 1'],
  'no sub-steps': [{ ...base, unfolds: 0 }, 'model: unfolds is 0'],
  'a largest step of no length': [{ ...base, maxStep: 0 }, 'model: maxStep is 0, but must be a positive number'],
  'a time unit that is no number': [{ ...base, timeUnit: Number.NaN }, 'model: timeUnit is NaN'],
  'sub-steps by count and by length': [{ ...base, unfolds: 2, maxStep: 1 }, 'model: unfolds and maxStep both given'],
  'neither wiring nor units': [unsized, 'model: neither wiring nor units was given'],
  'wiring and units': [{ ...base, wiring: full(4) }, 'model: units is the size of the default wiring'],
  'more outputs than units': [
    { ...unsized, wiring: { ...full(2), outputs: 3 } },
    'model: wiring has 3 outputs, but only 2 units',
  ],
  'a readout without outputs': [{ ...base, readout: { outputs: 0, when: 'last' } }, 'model: readout.outputs is 0'],
  'a readout at another time': [
    { ...base, readout: { outputs: 1, when: 'first' } },
    'model: readout.when is "first", but must be "every" or "last"',
  ],
  'unknown constraints': [
    { ...base, constraints: 'square' },
    'model: constraints is "square", but must be "softplus", "clip" or "none"',
  ],
  'a cell without synapses under a sparse wiring': [
    { inputs: 3, cell: limited, wiring: sparse(3, 4, 2) },
    'model: cell "limited" has no wired parameter, so it cannot obey the wiring "custom"; use a full one',
  ],
  'an axis that the wiring does not have': [
    {
      ...base,
      cell: cell({
        name: 'layered',
        paper: 'made for this test',
        equation: `dx/dt = q @ P - x`,
        params: { q: vector('layer1'), P: matrix('layer1', 'state') },
      }),
    },
    'model: "q" of cell "layered" has the axis "layer1", but a "full" wiring has no such axis',
  ],
  'a parameter that the readout also has': [
    {
      ...base,
      cell: cell({
        name: 'own',
        paper: 'made for this test',
        equation: `dx/dt = readout_b - x`,
        params: { readout_b: vector('state') },
      }),
      readout: { outputs: 1, when: 'last' },
    },
    'model: cell "own" has a parameter "readout_b", which is the name of an array of the readout',
  ],
};

test.for(Object.keys(refused))('%s is refused by name', (name) => {
  const [options, message] = refused[name]!;
  expect(() => model(options as unknown as ModelOptions)).toThrow(message);
});

test('a wiring that names a unit there is not, or lists synapses out of order, is refused', () => {
  const wiring = (source: number[], target: number[], layers: number[][]): Wiring => ({
    name: 'mine',
    units: 3,
    outputs: 3,
    connect: (inputs) => {
      const of = (from: number[], to: number[]) => ({
        source: Int32Array.from(from),
        target: Int32Array.from(to),
        polarity: new Int8Array(from.length).fill(1),
      });
      return {
        inputs,
        units: 3,
        outputs: 3,
        full: false,
        sensory: of([0], [1]),
        recurrent: of(source, target),
        layers,
      };
    },
  });
  const make =
    (source: number[], target: number[], layers = [[0, 1, 2]]) =>
    () =>
      model({ cell: synaptic(), inputs: 1, wiring: wiring(source, target, layers) });
  expect(make([0, 7], [1, 2])).toThrow(
    'model: wiring "mine": recurrent.source[1] is 7, but must be a whole number from 0 to 2',
  );
  expect(make([0, 1], [2, 1])).toThrow('model: wiring "mine": recurrent is not in order of target, then source');
  expect(make([0, 1], [1, 2])).not.toThrow();
  expect(make([0], [1], [[0], [1, 3]])).toThrow(
    'model: wiring "mine": layers[1] names neuron 3, but wants whole numbers from 0 to 2, each once in all layers',
  );
  expect(make([0], [1], [[0, 2], [2]])).toThrow('model: wiring "mine": layers[1] names neuron 2');
});
