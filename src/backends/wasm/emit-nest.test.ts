import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular } from '../../../test/networks.ts';
import { type Cell, cell, matrix, vector } from '../../cells/cell.ts';
import { compile } from '../../compiler/compile.ts';
import { schedule } from '../../compiler/schedule.ts';
import { visit } from '../../expression/node.ts';
import { type ModelOptions, model } from '../../model.ts';
import { program } from '../../program.ts';
import { euler } from '../../solvers/euler.ts';
import { fuse } from './emit-node.ts';

/** How far the outputs and all gradients are from the oracle's, the most of them. */
function errorOf(options: ModelOptions, batch = 3): number {
  const of = model({ unfolds: 1, seed: 3, ...options });
  const sequences = irregular(of, batch, 2);
  const [given, wanted] = (['wasm', 'javascript'] as const).map((backend) => {
    const it = program(of, { backend, precision: 'float64' });
    const { outputs } = it.forward(sequences, { tape: true });
    return { outputs, ...it.backward(draws(outputs.length)) };
  });
  return Math.max(
    ...(['outputs', 'parameters', 'x', 'dt', 'initial'] as const).map((name) => distance(given![name], wanted![name])),
  );
}

/** As many roundings as sums of tens of terms in another order have, and a gradient's some steps back. */
const ROUNDING = 1e-12;

const dense: Readonly<Record<string, (units: number) => Cell>> = {
  gru: () => everyCell.gru!(),
  synaptic: () => everyCell.synaptic!(),
  ctgru: () => everyCell.ctgru!(),
  'synapses between neurons of several slots': () => everyCell['synapses between neurons of several slots']!(),
  'two sums and a maximum over the same loops': () =>
    cell({
      name: 'sums',
      paper: 'made for this test',
      equation: `
        s[j] = sum[i](R[j, i] * x[i])
        q[j] = sum[i](Q[i, j] * x[i]) + sum[k](V[k, j] * u[k])
        g[j] = max[i](R[j, i] * x[i] + Q[i, j])
        dx[j]/dt = tanh(s[j] + q[j] + g[j]) - x[j]
      `,
      params: { R: matrix('state', 'state'), Q: matrix('state', 'state'), V: matrix('input', 'state') },
    }),
};

test.for(Object.keys(dense))(
  'whatever number of turns is left beside those worked on side by side, dense nests of %s equal the oracle',
  (name) => {
    for (const units of [1, 2, 3, 4, 5, 7, 9]) {
      const readout = { outputs: (units % 5) + 1, when: 'every' } as const;
      const error = errorOf({ cell: dense[name]!(units), inputs: (units % 3) + 1, units, readout, solver: euler });
      expect(error, `${units} units`).toBeLessThan(ROUNDING);
    }
  },
);

test('what a maximum is taken of is computed alike in a nest and in its reverse, so that the gradient finds it again', () => {
  const of = model({
    cell: dense['two sums and a maximum over the same loops']!(4),
    inputs: 2,
    units: 4,
    solver: euler,
  });
  const nests = Object.values(compile(of, { gradient: true }).kernels).flatMap((kernel) => kernel.nests);
  const compared = nests.flatMap((nest) =>
    nest.sinks.flatMap(({ value, reduction }) => (reduction === 'maximum' ? [value] : [])),
  );
  expect(compared.length).toBe(1);
  for (const nest of nests) {
    for (const { compute } of schedule(nest).depths) {
      const { absorbed } = fuse(compute, nest.sinks, new Set());
      visit(compared, (node) => expect(absorbed.has(node)).toBe(false));
    }
  }
});

test('a cell of more numbers than a module has room for equals the oracle', () => {
  // In float64 a module has room for 248.
  const sums = Array.from({ length: 2 }, (_, n) =>
    Array.from({ length: 150 }, (_, k) => `sin(b + ${(150 * n + k + 1) / 1024})`).join(' + '),
  );
  const numbers = cell({
    name: 'numbers',
    paper: 'made for this test',
    equation: `
      ${sums.map((sum, n) => `s${n} = ${sum}`).join('\n')}
      dx/dt = W @ u - x + tanh(x) * (s0 + s1) / 300
    `,
    params: { W: matrix('state', 'input'), b: vector('state', -1, 1) },
  });
  expect(errorOf({ cell: numbers, inputs: 2, units: 3, solver: euler })).toBeLessThan(ROUNDING);
});
