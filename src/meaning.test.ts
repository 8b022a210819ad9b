import { expect, test } from 'vitest';
import { naive } from '../test/naive.ts';
import { distance, draws, everyCell, irregular, isWired, looseWiring } from '../test/networks.ts';
import { cell, constant, matrix, vector, wired } from './cells/cell.ts';
import { model } from './model.ts';
import { program } from './program.ts';
import { euler } from './solvers/euler.ts';
import { custom } from './wirings/custom.ts';
import { full } from './wirings/full.ts';

const oracle = { backend: 'javascript' } as const;

/** The largest relative error of the oracle against the naive reading of the equation; only the order of sums differs. */
function errorOf(options: Parameters<typeof model>[0]): number {
  const of = model({ solver: euler, unfolds: 2, seed: 3, ...options });
  const sequences = irregular(of, 3, 3, { masked: false });
  return distance(program(of, oracle).forward(sequences).outputs, naive(of, sequences));
}

test.for(Object.keys(everyCell))('%s computes what its equation says, whatever its wiring', (name) => {
  const of = everyCell[name]!();
  expect(errorOf({ cell: of, inputs: 3, wiring: full(4, 2) })).toBeLessThan(1e-12);
  expect(errorOf({ cell: of, inputs: 3, wiring: looseWiring(of, 3, 5, 2) })).toBeLessThan(1e-12);
  expect(errorOf({ cell: of, inputs: 1, wiring: full(1, 1) })).toBeLessThan(1e-12);
  const none = (rows: number) => Array.from({ length: rows }, () => [0, 0, 0]);
  if (isWired(of)) expect(errorOf({ cell: of, inputs: 2, wiring: custom(none(3), none(2), 3) })).toBeLessThan(1e-12);
});

const paper = 'made for this test';
const w = wired(matrix('state', 'state', -0.8, 0.8));
const s = wired(matrix('input', 'state', -0.8, 0.8));

test.for([
  [
    'an output over the inputs',
    'dx/dt = x @ w - x + u @ s\ny[k] = u[k] + sum[j](d[k, j] * x[j])',
    { w, s, d: matrix('input', 'state') },
  ],
  [
    'an output over an axis of its own',
    'dx/dt = x @ w - x + u @ s\ny = motor(x) @ P',
    { w, s, P: matrix('motor', 'slot') },
  ],
  ['an output that nothing moves', 'dx/dt = x @ w - x + u @ s\ny = P', { w, s, P: vector('slot', -1, 1) }],
  [
    'a wired array that is summed alone',
    'g[j] = sum[i](w[i, j])\ndx[j]/dt = sum[i](w[i, j] * x[i]) - g[j]^2 * x[j]',
    { w },
  ],
  [
    'a wired constant',
    'dx[j]/dt = sum[i](w[i, j] * q[i, j] * x[i]) - x[j]',
    { w, q: wired(constant(['state', 'state'], 0.3)) },
  ],
  [
    'a wired array with its transpose of no wiring',
    'dx[j]/dt = sum[i](w[i, j] * d[i, j] * d[j, i] * x[i]) - x[j]',
    { w, d: matrix('state', 'state') },
  ],
  [
    'a wired factor before a sum over others',
    'dx[j]/dt = sum[i](sum[k](w[i, j] * s[k, j] * tanh(x[i] + u[k]))) - x[j]',
    { w, s },
  ],
  ['synapses that reach two steps back', 'dx[j]/dt = sum[i](sum[k](w[i, j] * v[i, k] * x[k])) - x[j]', { w, v: w }],
  ['a product of matrices', 'dx/dt = (d @ e) @ x - x', { d: matrix('state', 'state'), e: matrix('state', 'state') }],
] as const)('%s is computed as it reads', ([name, equation, params]) => {
  const of = cell({ name, paper, axes: equation.includes('P') ? { slot: 3 } : {}, equation, params });
  expect(errorOf({ cell: of, inputs: 3, wiring: isWired(of) ? looseWiring(of, 3, 5, 2) : full(5, 2) })).toBeLessThan(
    1e-12,
  );
});

test('a cell may call its arrays what the program calls its own', () => {
  const make = (names: readonly [string, string, string]) =>
    cell({
      name: 'names',
      paper: 'made for this test',
      states: { x: ['state'], [names[0]]: ['state'] },
      equation: `
        ${names[0]}' = 0.5 * ${names[0]} + ${names[1]} @ u
        ${names[2]} = tanh(${names[0]})
        dx/dt = ${names[2]} - x
      `,
      params: { [names[1]]: matrix('state', 'input') },
    });
  const answers = (
    [
      ['active', 'fraction', 'sample'],
      ['c', 'W', 'f'],
      ['toString', 'valueOf', 'constructor'],
    ] as const
  ).map((names) => {
    const of = model({ cell: make(names), inputs: 2, units: 3, seed: 1 });
    const it = program(of);
    const { outputs } = it.forward(irregular(of, 3, 3), { tape: true });
    return { outputs, gradients: it.backward(draws(outputs.length)) };
  });
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[2]).toEqual(answers[1]);
});
