import { expect, test } from 'vitest';
import { draws, everyCell, irregular, looseWiring, withGaps } from '../../test/networks.ts';
import type { Reals } from '../backends/backend.ts';
import { wasm } from '../backends/wasm/wasm.ts';
import { hasFlow } from '../cells/cell.ts';
import { POINTERS } from '../compiler/kernel.ts';
import type { Wishes } from '../computation.ts';
import { intakeOf } from '../intake.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { timing } from '../timing.ts';
import { backwardPass } from './backward-pass.ts';
import { shards } from './blocks.ts';
import { forwardPass } from './forward-pass.ts';
import { makeRunner } from './make-runner.ts';
import type { Runner } from './runner.ts';

const net = (name: string, options: Partial<ModelOptions> = {}) => {
  const cell = everyCell[name]!();
  const wiring = looseWiring(cell, options.missing === 'hold' ? 4 : 2, 5, 2);
  return model({ cell, inputs: 2, seed: 3, wiring, readout: { outputs: 2, when: 'every' }, ...options });
};

/** Everything that a forward and a backward pass give. */
function passes(runner: Runner, of: Model, sequences: Sequences, wishes: Wishes): readonly Reals[] {
  const { compiled, machine, states } = runner;
  const plan = timing(intakeOf(of), states, sequences, machine.scalars instanceof Float32Array ? 'float32' : 'float64');
  const { answer, tape } = forwardPass(runner, sequences, plan, wishes);
  const forward = [answer.outputs, answer.final, answer.carry];
  if (!wishes.tape) return forward;
  const back = backwardPass(runner, tape, draws(answer.outputs.length), draws(answer.carry.length, 8));
  const totals = machine.start + compiled.totals.offset;
  const gradients = machine.scalars.slice(totals, totals + compiled.totals.size);
  return [...forward, back.x(), back.dt(), back.initial(), back.carry(), gradients];
}

test.for(
  Object.keys(everyCell).flatMap((cell) => (['float32', 'float64'] as const).map((precision) => ({ cell, precision }))),
)('a walk inside WebAssembly gives the bits of the host’s ($cell, $precision)', ({ cell, precision }) => {
  const made = everyCell[cell]!();
  const everything: Partial<ModelOptions> = {
    maxStep: 0.3,
    readout: { outputs: 2, when: 'last' },
    ...(hasFlow(made) ? { interpolation: 'linear' } : {}),
    ...(made.takesMissing ? {} : { missing: 'hold' }),
  };
  for (const options of [{}, everything]) {
    const of = net(cell, options);
    const making = { backend: wasm, precision, fma: wasm.hasFma(), gradient: true } as const;
    const runner = makeRunner(of, of.parameters, making);
    const host = { ...runner, machine: Object.create(runner.machine, { walk: { value: undefined } }) };
    runner.machine.run('prepare', new Int32Array(POINTERS));
    // Two blocks, the second of one sequence, and more samples than stand in memory at once without a tape.
    const plain = irregular(of, 9, 11);
    const sequences = made.takesMissing || options === everything ? withGaps(plain, 2) : plain;
    for (const wishes of [{}, { tape: true, dropout: 4 }])
      expect(passes(runner, of, sequences, wishes)).toEqual(passes(host, of, sequences, wishes));
  }
});

test('without a tape, and with the states asked for, answers have the same bits', () => {
  const of = net('jumps before and after a flow', { maxStep: 0.3 });
  const sequences = irregular(of, 20, 21);
  const it = program(of);
  const { outputs, final, carry } = it.forward(sequences);
  for (const wishes of [{ tape: true }, { states: true }, { tape: true, states: true }])
    expect(it.forward(sequences, wishes)).toMatchObject({ outputs, final, carry });
});

test('gradients that are not wanted are not there, and those that are have the same bits', () => {
  const it = program(net('synaptic'));
  const sequences = irregular(net('synaptic'), 9, 4);
  const cotangent = draws(it.forward(sequences, { tape: true }).outputs.length);
  const all = it.backward(cotangent);
  expect(it.backward(cotangent, undefined, ['parameters', 'dt'])).toEqual({ parameters: all.parameters, dt: all.dt });
});

test('shards are at most 64 runs of neighbours, which the number of blocks alone decides', () => {
  for (const count of [1, 2, 63, 64, 65, 127, 128, 129, 1000]) {
    const list = Array.from({ length: count }, (_, k) => k);
    const cut = shards(list);
    expect(cut.length).toBe(Math.min(64, count));
    expect(cut.flat()).toEqual(list);
    const sizes = cut.map((shard) => shard.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
});

test('the gradient of more blocks than there are shards is the sum over the blocks', () => {
  const of = net('ltc', { unfolds: 2 });
  const [batch, steps] = [1037, 2];
  const sequences = irregular(of, batch, steps);
  const it = program(of, { precision: 'float64' });
  const cotangent = draws(it.forward(sequences, { tape: true }).outputs.length);
  const { parameters } = it.backward(cotangent);
  const sum = new Float64Array(parameters.length);
  const part = (array: ArrayLike<number>, from: number, to: number) =>
    Array.from(array).slice((from * array.length) / batch, (to * array.length) / batch);
  for (let from = 0; from < batch; from += 512) {
    const to = Math.min(batch, from + 512);
    const [x, dt, mask, initial] = [sequences.x, sequences.dt!, sequences.mask!, sequences.initial!].map((array) =>
      part(array, from, to),
    ) as [number[], number[], number[], number[]];
    it.forward({ batch: to - from, steps, x, dt, mask, initial }, { tape: true });
    it.backward(part(cotangent, from, to)).parameters.forEach((value, k) => {
      sum[k]! += value;
    });
  }
  // Sums of some thousand terms in another order: a few roundings of their size, which is below 1000.
  for (const [k, value] of parameters.entries()) expect(Math.abs(value - sum[k]!)).toBeLessThan(1e-11);
});
