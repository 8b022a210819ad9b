import { expect, test } from 'vitest';
import { distance, irregular } from '../../test/networks.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { euler } from '../solvers/euler.ts';
import { rk4 } from '../solvers/rk4.ts';
import { semiImplicit } from '../solvers/semi-implicit.ts';
import { odeRnn } from './ode-rnn.ts';

const oracle = { backend: 'javascript' } as const;
const [inputs, units, hidden, unfolds] = [2, 3, 5, 4];
const net = model({ cell: odeRnn({ hidden }), inputs, units, unfolds, seed: 6, solver: euler });

const parameter = (name: string): Float64Array => {
  const { offset, size } = net.layout.find((slot) => slot.name === name)!;
  return net.parameters.subarray(offset, offset + size);
};
const times = (name: string, v: readonly number[]): number[] =>
  Array.from({ length: parameter(name).length / v.length }, (_, row) =>
    v.reduce((sum, value, k) => sum + parameter(name)[row * v.length + k]! * value, 0),
  );
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** Between samples Euler's method on the network F, at the sample a gated recurrent unit: Rubanova et al. 2019, algorithm 1. */
function states(x: ArrayLike<number>, dt: ArrayLike<number>, initial: readonly number[]): number[] {
  const all: number[] = [];
  let h = [...initial];
  for (let step = 0; step < dt.length; step++) {
    for (let k = 0; k < unfolds; k++) {
      const inner = times('F_in', h).map((z, i) => Math.tanh(z + parameter('c_in')[i]!));
      const slope = times('F_out', inner).map((z, i) => z + parameter('c_out')[i]!);
      h = h.map((value, i) => value + (dt[step]! / unfolds) * slope[i]!);
    }
    const u = Array.from({ length: inputs }, (_, k) => x[step * inputs + k]!);
    const layer = (gate: string, v: readonly number[]) => {
      const recurrent = times(`R_${gate}`, v);
      return times(`W_${gate}`, u).map((z, i) => z + recurrent[i]! + parameter(`b_${gate}`)[i]!);
    };
    const reset = layer('r', h).map(sigmoid);
    const update = layer('z', h).map(sigmoid);
    const proposed = layer(
      'n',
      h.map((value, i) => value * reset[i]!),
    ).map(Math.tanh);
    h = h.map((value, i) => (1 - update[i]!) * proposed[i]! + update[i]! * value);
    all.push(...h);
  }
  return all;
}

test('an ode-rnn flows for the time since the last sample, and then takes the sample in', () => {
  const sequences = irregular(net, 1, 6, { masked: false });
  const { states: given } = program(net, oracle).forward(sequences, { states: true });
  // float64; only the order of sums differs.
  expect(
    distance(given!, states(sequences.x as Float64Array, sequences.dt!, [...(sequences.initial as Float64Array)])),
  ).toBeLessThan(1e-14);
});

test('after no time at all an ode-rnn is a gated recurrent unit', () => {
  const sequences = { batch: 1, steps: 1, x: [0.3, -1], dt: [0], initial: [0.1, 0.2, -0.3] };
  const [few, many] = [1, 9].map((count) => program({ ...net, unfolds: count }, oracle).forward(sequences).final);
  expect(few).toEqual(many);
});

test('the fused solver of an ode-rnn is the method of Euler, and rk4 is nearer to the truth', () => {
  const sequences = irregular(net, 1, 4, { masked: false });
  const answer = (solver: typeof rk4, count: number) =>
    program({ ...net, solver, unfolds: count }, oracle).forward(sequences).outputs;
  expect(answer(semiImplicit, 4)).toEqual(answer(euler, 4));
  const fine = answer(rk4, 64);
  // 4th order with a quarter of a unit of time, against 1st.
  expect(distance(answer(rk4, 4), fine)).toBeLessThan(distance(answer(euler, 4), fine) / 1000);
});

test('the derivative has a hidden layer of the size that was asked for', () => {
  const sizes = [1, 7].map((hidden) => model({ cell: odeRnn({ hidden }), inputs, units }).parameters.length);
  // Each hidden unit has a row, a column and a bias.
  expect(sizes[1]! - sizes[0]!).toBe(6 * (2 * units + 1));
  expect(() => odeRnn({ hidden: 0 })).toThrow('ode-rnn: hidden is 0, but must be a whole number of at least 1');
});
