import { expect, test } from 'vitest';
import { distance, dot, draws, everyCell, irregular, looseWiring, withGaps } from '../test/networks.ts';
import { type Model, type ModelOptions, model } from './model.ts';
import { program } from './program.ts';
import type { Sequences } from './sequences.ts';

const engines = [{ backend: 'javascript' }, { precision: 'float64' }, { precision: 'float32' }] as const;
const net = (name: string, options: Partial<ModelOptions> = {}): Model => {
  const cell = everyCell[name]!();
  const features = options.missing === 'hold' ? 4 : 2;
  return model({ cell, inputs: 2, seed: 3, unfolds: 2, wiring: looseWiring(cell, features, 3, 2), ...options });
};
/** Models whose states are not all seen by a caller. */
const hiding: Readonly<Record<string, Model>> = {
  'the running time': net('a flow that reads the time'),
  'inputs that are held': net('ltc', { missing: 'hold' }),
  'the last input': net('two states that flow together', { interpolation: 'linear' }),
  both: net('a flow that reads the time', { missing: 'hold', interpolation: 'linear' }),
};

/** The steps of sequences from `from` to `to` − 1, from another state. */
const between = ({ batch, steps, x, dt, mask }: Sequences, from: number, to: number): Sequences => {
  const cut = (array: ArrayLike<number>, width: number) =>
    Array.from(array).filter((_, k) => {
      const step = Math.floor(k / width) % steps;
      return step >= from && step < to;
    });
  return { batch, steps: to - from, x: cut(x, 2), dt: cut(dt!, 1), mask: cut(mask!, 1) };
};

test.for(engines)('two passes, the second from the carry of the first, are one pass, to the bit (%o)', (engine) => {
  const nets = [...Object.values(hiding), ...Object.keys(everyCell).map((name) => net(name))];
  for (const of of nets) {
    const all = withGapsWhere(of, irregular(of, 5, 6));
    const it = program(of, engine);
    const whole = it.forward(all);
    const early = it.forward({ ...between(all, 0, 4), initial: all.initial! });
    const late = it.forward(between(all, 4, 6), { carry: early.carry });
    expect({ final: late.final, carry: late.carry }).toEqual({ final: whole.final, carry: whole.carry });
    const rows = whole.outputs.filter((_, k) => Math.floor(k / of.outputs) % 6 >= 4);
    expect(late.outputs).toEqual(rows);
  }
});

const withGapsWhere = (of: Model, sequences: Sequences): Sequences =>
  of.missing ? withGaps(sequences, of.inputs) : sequences;

test.for(Object.keys(hiding))('the gradient with respect to the carry meets finite differences: %s', (name) => {
  const of = hiding[name]!;
  const [early, late] = [irregular(of, 2, 3, { masked: false }), irregular(of, 2, 3, { masked: false, seed: 2 })];
  const it = program(of, { backend: 'javascript' });
  const { carry } = it.forward(early);
  const answer = it.forward(late, { carry, tape: true });
  const [by, later] = [draws(answer.outputs.length), draws(carry.length, 3)];
  const { carry: exact } = it.backward(by, later);
  const loss = (at: ArrayLike<number>) => {
    const { outputs, carry } = it.forward(late, { carry: at });
    return dot(outputs, by) + dot(carry, later);
  };
  // Central differences of h = 1e-5 are off by about 1e-10 for their length and 1e-11 for rounding.
  const wanted = Array.from(carry, (v, k) => {
    const at = (h: number) => loss(Array.from(carry).with(k, v + h));
    return (at(1e-5) - at(-1e-5)) / 2e-5;
  });
  expect(distance(exact, wanted)).toBeLessThan(1e-7);
});

test('without a carry, its gradient is that of the first states, those that a caller sees first', () => {
  const of = hiding['the running time']!;
  const it = program(of, { precision: 'float64' });
  const { outputs, carry } = it.forward(irregular(of, 3, 4), { tape: true });
  const gradients = it.backward(draws(outputs.length));
  expect(carry).toHaveLength(3 * 4);
  expect(gradients.carry.filter((_, k) => k % 4 < 3)).toEqual(gradients.initial);
});

test('a carry of another length is refused', () => {
  const of = hiding['the running time']!;
  const it = program(of);
  const sequences = irregular(of, 3, 4);
  const message = "carry has 9 entries, but this model's sequences carry 12";
  expect(() => it.forward(sequences, { carry: draws(9) })).toThrow(`forward: ${message}`);
  const { outputs } = it.forward(sequences, { tape: true });
  expect(() => it.backward(outputs, draws(9))).toThrow(`backward: ${message}`);
});
