import { expect, test } from 'vitest';
import { draws, everyCell, irregular, looseWiring, solverNamed, withGaps } from '../test/networks.ts';
import { adjoint } from './gradients/adjoint.ts';
import { bptt } from './gradients/bptt.ts';
import { checkpointed } from './gradients/checkpointed.ts';
import { truncated } from './gradients/truncated.ts';
import { type ModelOptions, model } from './model.ts';
import { models, type Network } from './network.ts';
import { type ProgramOptions, program } from './program.ts';
import type { Labelled, Sequences } from './sequences.ts';
import { stack } from './stack.ts';
import type { TrainOptions } from './training/settings.ts';
import { train } from './training/train.ts';

/** Threads that share memory are in Node, and in pages that are cross-origin isolated. */
const most = typeof SharedArrayBuffer === 'undefined' ? 1 : 8;

const net = (name: string, options: Partial<ModelOptions> = {}) => {
  const cell = everyCell[name]!();
  const wiring = looseWiring(cell, options.missing === 'hold' ? 4 : 2, 5, 2);
  return model({ cell, inputs: 2, seed: 3, wiring, readout: { outputs: 2, when: 'every' }, ...options });
};

/** All that passes give, back and forward, with a tape and without; over growing batches, so that memory grows between them. */
function everything(of: Network, batches: readonly Sequences[], options: ProgramOptions): readonly ArrayLike<number>[] {
  const it = program(of, options);
  expect(it.threads).toBe(Math.min(options.threads ?? 1, most));
  return batches.flatMap((sequences) => {
    const taped = it.forward(sequences, { tape: true, dropout: 3 });
    const back = it.backward(draws(taped.outputs.length));
    const others = [{}, { dropout: 3 }, { states: true }].map((wishes) => it.forward(sequences, wishes));
    return [taped, back, ...others].flatMap((arrays) => Object.values<ArrayLike<number>>({ ...arrays }));
  });
}

/** The first place where lists of arrays are not the same to the bit. */
function difference(lists: readonly ArrayLike<number>[], wanted: readonly ArrayLike<number>[]): string | undefined {
  if (lists.length !== wanted.length) return `${lists.length} arrays instead of ${wanted.length}`;
  for (const [n, list] of lists.entries()) {
    if (list.length !== wanted[n]!.length) return `array ${n} has ${list.length} entries, not ${wanted[n]!.length}`;
    for (let k = 0; k < list.length; k++)
      if (!Object.is(list[k], wanted[n]![k])) return `array ${n} is ${list[k]} at ${k}, not ${wanted[n]![k]}`;
  }
  return undefined;
}

const kinds: Readonly<Record<string, () => Network>> = {
  'sub-steps by length': () => net('synaptic', { maxStep: 0.4 }),
  'jumps before and after a flow, one answer a sequence': () =>
    net('jumps before and after a flow', { readout: { outputs: 2, when: 'last' } }),
  'missing inputs held, and moving': () => net('ltc', { missing: 'hold', interpolation: 'linear' }),
  'a stack that reads both ways, with dropout': () =>
    stack({ cell: everyCell.synaptic!(), inputs: 2, units: [4, 3], bidirectional: true, dropout: 0.2, seed: 2 }),
};
const cases = Object.keys(kinds).flatMap((kind) =>
  (['float32', 'float64'] as const).map((precision) => ({ kind, precision })),
);

test.for(cases)('one thread and several give the same bits ($kind, $precision)', ({ kind, precision }) => {
  const of = kinds[kind]!();
  const first = models(of)[0]!.model;
  // One block, three blocks, and once more blocks than there are shards.
  const batches = (precision === 'float32' ? [3, 20, 540] : [3, 20]).map((batch) => {
    const { initial: _, ...sequences } = irregular(first, batch, 6);
    return first.missing === 'hold' ? withGaps(sequences, 2) : sequences;
  });
  const alone = everything(of, batches, { precision });
  for (const threads of precision === 'float32' ? [2, 8] : [3])
    expect(difference(everything(of, batches, { precision, threads }), alone)).toBe(undefined);
});

/** The parameters after two epochs of training. */
const trained = async (gradient: TrainOptions['gradient'], threads: number) => {
  const of = net('synaptic', { unfolds: 2 });
  const labelled = (batch: number, seed: number): Labelled => {
    const { initial: _, ...sequences } = irregular(of, batch, 6, { seed });
    return { ...sequences, target: draws(batch * 6 * 2, seed) };
  };
  const data = { train: labelled(60, 1), valid: labelled(20, 2) };
  let { parameters } = of;
  for await (const event of train(of, data, { loss: 'mse', epochs: 2, batch: 24, clip: 1, gradient, threads }))
    if (event.kind === 'end') parameters = event.model.parameters;
  return parameters;
};

test.for([bptt(), checkpointed(2), truncated(3), adjoint()])(
  'training by $name has the same bits with one, two and eight threads',
  async (gradient) => {
    const alone = await trained(gradient, 1);
    for (const threads of [2, 8]) expect(difference([await trained(gradient, threads)], [alone])).toBe(undefined);
  },
);

test('one thread is used where more could not help, with the same bits', () => {
  const sequences = irregular(net('ltc'), 20, 3);
  for (const [of, options] of [
    [net('ltc', { solver: solverNamed('dopri5') }), {}],
    [net('ltc', { solver: solverNamed('trapezoid') }), {}],
    [net('ltc'), { backend: 'javascript' }],
  ] as const) {
    const [alone, four] = [1, 4].map((threads) => program(of, { ...options, threads }));
    expect(four!.threads).toBe(1);
    expect(four!.forward(sequences)).toEqual(alone!.forward(sequences));
  }
});

test('threads are a whole number of at least 1', () => {
  for (const threads of [0, 1.5, -2, Number.NaN])
    expect(() => program(net('ltc'), { threads })).toThrow(
      `program: threads is ${threads}, but must be a whole number of at least 1`,
    );
});
