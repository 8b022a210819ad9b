import { describe, expect, test } from 'vitest';
import { everyCell, everyPair, looseWiring, solverNamed, sparse } from '../../test/networks.ts';
import { cell, hasFlow, matrix, vector, wired } from '../cells/cell.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type Op, visit } from '../expression/node.ts';
import { type ModelOptions, model } from '../model.ts';
import { full } from '../wirings/full.ts';
import { type Compiled, compile } from './compile.ts';
import type { Kernel, Nest, Place } from './kernel.ts';
import { slope } from './observation.ts';
import { verify } from './verify.ts';

const compiled = (options: Partial<ModelOptions> = {}, gradient = true): Compiled =>
  compile(model({ cell: synaptic(), inputs: 2, wiring: sparse(2, 4, 2), ...options }), { gradient });

describe('what a compilation gives is legal', () => {
  test.for(everyPair)('for $cell under $solver, with any wiring, readout and constraints', ({ cell: name, solver }) => {
    const made = everyCell[name]!();
    const common = { cell: made, solver: solverNamed(solver) };
    const loose = looseWiring(made, 2, 4, 2);
    verify(compiled({ ...common, wiring: full(4, 2) }));
    verify(compiled({ ...common, wiring: loose, readout: { outputs: 3, when: 'every' }, constraints: 'clip' }));
    verify(compiled({ ...common, wiring: loose, readout: { outputs: 3, when: 'last' }, constraints: 'none' }));
    verify(compiled({ ...common, wiring: loose }, false));
  });

  test.for(Object.keys(everyCell))('for %s that holds missing inputs, moves between samples and drops out', (name) => {
    const made = everyCell[name]!();
    const of = model({
      cell: made,
      inputs: 2,
      wiring: looseWiring(made, made.takesMissing ? 2 : 4, 4, 2),
      ...(made.takesMissing ? {} : { missing: 'hold' }),
      ...(hasFlow(made) ? { interpolation: 'linear', maxStep: 0.5 } : {}),
    });
    verify(compile(of, { gradient: true, dropout: true }));
  });

  test('for a slope that is put out', () => {
    verify(compile(model({ cell: ltc(), inputs: 2, units: 3 }), { gradient: false, observe: slope() }));
  });
});

/** A compilation with one thing changed. */
const broken: Record<string, readonly [(of: Compiled) => Compiled, string]> = {
  'a loop that is missing': [
    (of) => inStep(of, (nest) => (nest.edge ? nest : { ...nest, loops: [] })),
    'is read at an index of axis state that no loop binds',
  ],
  'an array without a place': [
    (of) => ({ ...of, places: new Map([...of.places].filter(([name]) => name !== 'sigma')) }),
    'array sigma has no place',
  ],
  'an array beyond its region': [
    (of) => ({ ...of, regions: { ...of.regions, sample: of.regions.sample - 1 } }),
    'ends beyond its region sample',
  ],
  'an array with other axes': [
    (of) => place(of, 'x', (x) => ({ ...x, axes: ['state', 'state'] })),
    'x has 2 axes, but is read at 1 indices',
  ],
  'an array that is too short for its index': [
    (of) => place(of, 'x', (x) => ({ ...x, axes: ['motor'] })),
    'has 2 entries along motor, but its index runs to 4',
  ],
  'a kernel that runs once for all sequences, but reads one': [
    (of) => kernel(of, 'step', (step) => ({ ...step, scalar: true })),
    'but the kernel runs once for all sequences',
  ],
  'an array of synapses read in a nest without them': [
    (of) => inStep(of, ({ edge: _, ...nest }) => nest),
    'but the nest does not run over them',
  ],
  'an array of synapses read backwards': [
    (of) => place(of, 'sigma', (sigma) => ({ ...sigma, edge: { relation: 'state->state', source: 1 } })),
    'sigma is read against the direction of its synapses',
  ],
  'synapses whose sources run outside their targets': [
    (of) => inStep(of, (nest) => (nest.edge ? { ...nest, loops: nest.loops.toReversed() } : nest)),
    'the innermost loops of synapses run over targets, then sources',
  ],
  'synapses of an unknown relation': [(of) => ({ ...of, relations: {} }), 'there is no relation state->state'],
  'a sum that forgets to be one': [
    (of) => inStep(of, (nest) => ({ ...nest, sinks: nest.sinks.map(({ reduction: _, ...sink }) => sink) })),
    'is written at fewer indices than the loops have, without a reduction',
  ],
};

const kernel = (of: Compiled, name: string, change: (kernel: Kernel) => Kernel): Compiled => ({
  ...of,
  kernels: { ...of.kernels, [name]: change(of.kernels[name]!) },
});
const inStep = (of: Compiled, change: (nest: Nest) => Nest): Compiled =>
  kernel(of, 'step', (step) => ({ ...step, nests: step.nests.map(change) }));
const place = (of: Compiled, name: string, change: (place: Place) => Place): Compiled => ({
  ...of,
  places: new Map([...of.places, [name, change(of.places.get(name)!)]]),
});

test.for(Object.keys(broken))('verify refuses %s', (name) => {
  const [change, message] = broken[name]!;
  const sound = compiled();
  verify(sound);
  expect(() => verify(change(sound))).toThrow(message);
});

/** How many different expressions of an operation a kernel computes, in nests over a relation or over none. */
const countOf = (of: Compiled, name: string, op: Op, relation?: string): number => {
  let count = 0;
  for (const nest of of.kernels[name]!.nests) {
    if (nest.edge?.relation !== relation) continue;
    visit(
      nest.sinks.map((sink) => sink.value),
      (node) => {
        if (node.op === op) count++;
      },
    );
  }
  return count;
};

describe('the synaptic cell', () => {
  test('computes what depends on parameters only once a call', () => {
    const of = compiled();
    expect(countOf(of, 'prepare', 'softplus', 'state->state')).toBe(1);
    expect(countOf(of, 'prepare', 'softplus', 'input->state')).toBe(1);
    expect(countOf(of, 'prepare', 'softplus')).toBe(2);
    for (const name of ['sample', 'step', 'output']) {
      for (const relation of [undefined, 'state->state', 'input->state'])
        expect(countOf(of, name, 'softplus', relation)).toBe(0);
    }
    expect(of.kernels.prepare!.scalar).toBe(true);
  });

  test('computes its sensory sums once a sample, its other sums once a sub-step', () => {
    const of = compiled();
    const relations = (name: string) =>
      of.kernels[name]!.nests.flatMap((nest) => (nest.edge ? [nest.edge.relation] : []));
    expect(relations('sample')).toEqual(['input->state']);
    expect(relations('step')).toEqual(['state->state']);
    expect(relations('output')).toEqual([]);
  });

  test('divides once a neuron and sub-step, and by the capacity once a call', () => {
    const of = compiled();
    expect(countOf(of, 'step', 'div')).toBe(1);
    expect(countOf(of, 'sample', 'div')).toBe(0);
    expect(countOf(of, 'prepare', 'div')).toBe(1);
  });

  test('sums its numerator and its denominator in one loop, with one sigmoid a synapse, forward and backward', () => {
    const of = compiled();
    const [nest, ...others] = of.kernels.step!.nests.filter(({ edge }) => edge);
    expect(others).toEqual([]);
    expect(nest!.sinks.map((sink) => sink.reduction)).toEqual(['sum', 'sum']);
    for (const name of ['step', 'step~']) {
      expect(countOf(of, name, 'sigmoid', 'state->state')).toBe(1);
      expect(countOf(of, name, 'sigmoid')).toBe(0);
    }
    expect(countOf(of, 'sample', 'sigmoid', 'input->state')).toBe(1);
  });

  test('keeps for the way back the state, whether it moved, and its two sums', () => {
    expect(compiled().regions.frame).toBe(4 + 1 + 2 * 4);
    expect(compiled({}, false).regions.frame).toBe(4 + 1);
  });
});

test('sums run over the synapses that exist, and over no others', () => {
  const net = model({ cell: synaptic(), inputs: 2, wiring: sparse(2, 4, 2) });
  const of = compile(net, { gradient: true });
  const { recurrent, sensory } = net.connections;
  expect(recurrent.source.length).toBeLessThan(16);
  expect(of.relations['state->state']).toMatchObject({ full: false, count: recurrent.source.length });
  expect(of.relations['input->state']).toMatchObject({ full: false, count: sensory.source.length });
  for (const name of ['sigma', 'mu', 'w', 'erev']) expect(of.places.get(name)!.size).toBe(recurrent.source.length);
  const { start, source } = of.relations['state->state']!;
  const edges = Array.from({ length: 4 }, (_, j) =>
    Array.from(source.slice(start[j], start[j + 1]), (i) => [i, j]),
  ).flat();
  expect(edges).toEqual(Array.from(recurrent.source, (i, k) => [i, recurrent.target[k]]));
});

test('a dense layer of a wired cell runs over its synapses, forward and backward', () => {
  const of = compiled({ cell: ltc() });
  for (const name of ['step', 'step~']) {
    const edges = of.kernels[name]!.nests.filter((nest) => nest.loops.length > 1);
    expect(edges.map((nest) => nest.edge?.relation)).toEqual(['state->state']);
  }
});

test('a line used twice is computed once', () => {
  const twice = cell({
    name: 'twice',
    paper: 'made for this test',
    equation: `
      f = tanh(R @ x + b)
      dx/dt = f - f * x
    `,
    params: { R: wired(matrix('state', 'state')), b: vector('state') },
  });
  const of = compiled({ cell: twice });
  const tanhs = ['step', 'step~'].map((name) => countOf(of, name, 'tanh'));
  expect(tanhs).toEqual([1, 1]);
});

test('a kernel has its reverse only when gradients are wanted', () => {
  const names = ['prepare', 'sample', 'step', 'output'];
  expect(Object.keys(compiled({}, false).kernels)).toEqual(names);
  expect(Object.keys(compiled().kernels).toSorted()).toEqual([...names, ...names.map((name) => `${name}~`)].toSorted());
});

test('compiling twice gives the same kernels', () => {
  const names = ({ kernels }: Compiled) =>
    Object.values(kernels).map(({ nests }) => nests.map(({ sinks }) => sinks.map(({ array }) => array)));
  expect(names(compiled())).toEqual(names(compiled()));
});
