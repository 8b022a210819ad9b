import { expect, test } from 'vitest';
import { everyCell, everyPair, irregular, isWired, looseWiring, solverNamed, withGaps } from '../test/networks.ts';
import { withSections } from './backends/wasm/sections.ts';
import { lstm } from './cells/lstm.ts';
import { ltc } from './cells/ltc.ts';
import { synaptic } from './cells/synaptic.ts';
import { saveModel } from './formats/model-file.ts';
import { load, SECTIONS } from './inference.ts';
import { type ModelOptions, model } from './model.ts';
import { models, type Network } from './network.ts';
import { program } from './program.ts';
import { saveCompiled } from './save-compiled.ts';
import type { Sequences } from './sequences.ts';
import { dopri5 } from './solvers/dopri5.ts';
import { bidirectional, stack } from './stack.ts';

const exact = { backend: 'wasm', fma: 'off' } as const;

/** A compiled network answers with the same bits as a program without multiply-add, at once and sample by sample. */
function agrees(of: Network, sequences: Sequences, precision: 'float32' | 'float64'): void {
  const [here, there] = [program(of, { ...exact, precision }), load(saveCompiled(of, {}, { precision })).program];
  const [wanted, given] = [here, there].map((it) => it.forward(sequences, { states: true }));
  expect(given).toEqual(wanted);
  const half = { ...sequences, initial: undefined };
  if (!('cell' in of) && of.kind === 'bidirectional') return;
  const streams = [here, there].map((it) => it.stream());
  const rows = Array.from(half.x);
  for (let t = 0; t < sequences.steps; t++) {
    if (sequences.mask?.[t] === 0) continue;
    const x = rows.slice(t * of.inputs, (t + 1) * of.inputs);
    const [a, b] = streams.map((each) => each.push(x, t));
    expect(b).toEqual(a);
  }
  const [a, b] = streams.map((each) => [each.state, each.stateAt(sequences.steps + 0.5)]);
  expect(b).toEqual(a);
}

// Every cell under one solver, and every solver on one cell: a file keeps kernels, whatever they were made from.
const pairs = everyPair.filter(({ cell, solver }) => solver === 'semi-implicit' || cell === 'ltc');

test.for(pairs)('a compiled $cell under $solver is its program', ({ cell: name, solver }) => {
  const of = everyCell[name]!();
  const net = model({
    cell: of,
    inputs: 2,
    wiring: looseWiring(of, 2, 5, 2),
    solver: solverNamed(solver),
    seed: 3,
    ...(isWired(of) ? { readout: { outputs: 2, when: 'last' } } : {}),
  });
  agrees(net, irregular(net, 9, 4), 'float32');
});

const small = (options: Partial<ModelOptions> = {}) =>
  model({ cell: ltc(), inputs: 2, units: 3, unfolds: 2, seed: 4, ...options });
const networks: Readonly<Record<string, Network>> = {
  'a model of wired synapses': model({
    cell: synaptic(),
    inputs: 2,
    wiring: looseWiring(synaptic(), 2, 9, 2),
    maxStep: 0.4,
  }),
  'a model that holds missing inputs': small({ missing: 'hold' }),
  'a model with means for missing inputs': small({ missing: { mean: [0.2, -3] } }),
  'a model of inputs that move': small({ interpolation: 'linear' }),
  'a stack': stack({ layers: [small(), model({ cell: lstm(), inputs: 3, units: 4 }), small({ inputs: 4 })] }),
  'a stack whose later layer chooses its steps': stack({
    layers: [small(), small({ inputs: 3, solver: dopri5(), unfolds: 1 })],
  }),
  'both directions': bidirectional({ forward: small(), backward: small({ seed: 9 }) }),
  'both directions added at the last step': bidirectional({
    forward: small({ readout: { outputs: 2, when: 'last' } }),
    backward: small({ seed: 9, readout: { outputs: 2, when: 'last' } }),
    merge: 'sum',
  }),
};

test.for(Object.keys(networks))('%s, compiled, is its program in both precisions', (name) => {
  const of = networks[name]!;
  const first = models(of)[0]!.model;
  const { initial: _, ...plain } = irregular(first, 9, 5);
  const sequences = first.missing === undefined ? plain : withGaps(plain, 2);
  for (const precision of ['float32', 'float64'] as const) agrees(of, sequences, precision);
});

test('what is no compiled network is refused, and notes come back', () => {
  const bytes = saveCompiled(small(), { unit: 'mm' });
  expect(load(bytes).notes).toEqual({ unit: 'mm' });
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(() => load(empty)).toThrow('load: this WebAssembly module is no compiled Rivulet network');
  expect(() => load(saveModel(small()))).toThrow('load: this engine cannot run the file: ');
  expect(() => load(bytes.subarray(0, 400))).toThrow('load: this engine cannot run the file: ');
  const later = withSections(empty, [[SECTIONS.facts, new TextEncoder().encode('{"version":9}')]]);
  expect(() => load(later)).toThrow('load: the file has version 9, but this library reads version 1');
});
