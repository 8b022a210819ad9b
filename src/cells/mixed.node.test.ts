import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { distance } from '../../test/networks.ts';
import { type Model, model, type Slot, synapsesOf } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { custom } from '../wirings/custom.ts';
import { mixed } from './mixed.ts';
import { synaptic } from './synaptic.ts';

/** `LTC(2, AutoNCP(8, 2), mixed_memory=True)` of ncps in float64; matrices of the LTC are [source, target], those of the LSTM [gates × units, …]. */
const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/mixed-ltc-autoncp-8.json', import.meta.url), 'utf8'),
) as {
  readonly shape: Readonly<Record<'batch' | 'steps' | 'inputs' | 'units' | 'outputs', number>>;
  readonly recurrent: readonly (readonly number[])[];
  readonly sensory: readonly (readonly number[])[];
  readonly param: Readonly<Record<string, readonly number[]>>;
  readonly grad: Readonly<Record<string, readonly number[]>>;
} & Readonly<
  Record<'x' | 'dt' | 'h0' | 'c0' | 'y' | 'h' | 'c' | 'cotangent' | 'grad_x' | 'grad_h0' | 'grad_c0', readonly number[]>
>;
const { batch, steps, inputs, units, outputs } = golden.shape;

/** The numbers of one of our parameters among those of ncps. */
const numbersOf = (net: Model, slot: Slot, from: Readonly<Record<string, readonly number[]>>): readonly number[] => {
  const [, kind, gate] = slot.name.match(/^memory_([WRb])_([gifo])$/) ?? [];
  if (kind) {
    const array = { W: 'input_map.weight', R: 'recurrent_map.weight', b: 'input_map.bias' }[kind]!;
    return from[`lstm.${array}`]!.slice('gifo'.indexOf(gate!) * slot.size).slice(0, slot.size);
  }
  const dense = from[`rnn_cell.${slot.name}`]!;
  if (slot.relation === undefined) return dense;
  const { source, target } = synapsesOf(net.connections, slot.relation);
  return Array.from(source, (i, k) => dense[i * units + target[k]!]!);
};

/** Two states after each other, as a model has them: (rows, units) each. */
const joined = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: a.length / units }, (_, row) =>
    [a, b].flatMap((of) => of.slice(row * units, (row + 1) * units)),
  ).flat();

const empty = model({ cell: mixed(synaptic()), inputs, wiring: custom(golden.recurrent, golden.sensory, outputs) });
const net = withParameters(
  empty,
  empty.layout.flatMap((slot) => [...numbersOf(empty, slot, golden.param)]),
);

test.for([
  // float64 adds in another order than PyTorch. float32 has 24 bits, and softplus and 24 sub-steps to lose some.
  { backend: 'javascript', precision: 'float64', value: 1e-12, gradient: 1e-12 },
  { backend: 'wasm', precision: 'float64', value: 1e-12, gradient: 1e-12 },
  { backend: 'wasm', precision: 'float32', value: 2e-5, gradient: 2e-4 },
] as const)('a synaptic cell with a memory is the mixed memory of ncps on $backend, $precision', (engine) => {
  const it = program(net, { backend: engine.backend, precision: engine.precision });
  const sequences = { batch, steps, x: golden.x, dt: golden.dt, initial: joined(golden.h0, golden.c0) };
  const answer = it.forward(sequences, { tape: true, states: true });
  expect(distance(answer.outputs, golden.y)).toBeLessThan(engine.value);
  expect(distance(answer.states!, joined(golden.h, golden.c))).toBeLessThan(engine.value);
  const back = it.backward(golden.cotangent);
  expect(distance(back.x, golden.grad_x)).toBeLessThan(engine.gradient);
  expect(distance(back.initial, joined(golden.grad_h0, golden.grad_c0))).toBeLessThan(engine.gradient);
  for (const slot of net.layout) {
    const own = back.parameters.subarray(slot.offset, slot.offset + slot.size);
    expect(distance(own, numbersOf(net, slot, golden.grad)), slot.name).toBeLessThan(engine.gradient);
  }
});
