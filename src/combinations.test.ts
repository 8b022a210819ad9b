import { expect, test } from 'vitest';
import { distance, dot, draws, everyCell, irregular, isWired, solverNamed, sparse } from '../test/networks.ts';
import type { Cell } from './cells/cell.ts';
import { cells } from './cells/index.ts';
import { mixed } from './cells/mixed.ts';
import { type Model, model } from './model.ts';
import { withParameters } from './network.ts';
import { program } from './program.ts';
import { solvers } from './solvers/index.ts';
import { full } from './wirings/full.ts';
import { autoNcp, ncp } from './wirings/ncp.ts';
import { random } from './wirings/random.ts';
import type { Wiring } from './wirings/wiring.ts';

const inputs = 2;
const wirings: Readonly<Record<string, Wiring>> = {
  full: full(5, 2),
  random: random({ units: 6, outputs: 2, sparsity: 0.5 }),
  ncp: ncp({
    inter: 3,
    command: 2,
    motor: 2,
    sensoryFanout: 2,
    interFanout: 1,
    recurrentCommandSynapses: 2,
    motorFanin: 1,
  }),
  'auto-ncp': autoNcp({ units: 8, outputs: 2 }),
  custom: sparse(inputs, 5, 2),
};
const listed: Readonly<Record<string, () => Cell>> = {
  ...Object.fromEntries(Object.keys(cells).map((name) => [name, everyCell[name]!])),
  'mixed ltc': () => mixed(cells.ltc()),
};
const hasFlow = (cell: Cell) => cell.equation.lines.some(({ left }) => left.kind === 'flow');

const allowed = Object.entries(listed).flatMap(([name, make]) => {
  const made = make();
  return Object.entries(wirings).flatMap(([wiring, built]) =>
    wiring !== 'full' && !isWired(made)
      ? []
      : [
          {
            cell: name,
            wiring,
            nets: (solver: string) =>
              model({ cell: made, inputs, wiring: built, solver: solverNamed(solver), unfolds: 1, seed: 8 }),
          },
        ],
  );
});
/** A cell without a flow has no use for a solver. */
const solversFor = (cell: string) => (hasFlow(listed[cell]!()) ? Object.keys(solvers) : ['euler']);

/** How far the derivative along a random direction of parameters is from the difference quotient, over the size of the gradient. */
function slip(net: Model): number {
  const sequences = irregular(net, 2, 2);
  const it = program(net, { precision: 'float64' });
  const { outputs } = it.forward(sequences, { tape: true });
  const cotangent = draws(outputs.length);
  const exact = it.backward(cotangent).parameters;
  const direction = draws(net.parameters.length, 3);
  const loss = (h: number) => {
    it.update((parameters) => parameters.set(net.parameters.map((value, k) => value + h * direction[k]!)));
    return dot(it.forward(sequences).outputs, cotangent);
  };
  const quotient = (h: number) => (loss(h) - loss(-h)) / (2 * h);
  const wanted = (4 * quotient(5e-5) - quotient(1e-4)) / 3;
  return Math.abs(dot(exact, direction) - wanted) / Math.hypot(...exact);
}

test.for(allowed)(
  'the gradient of $cell on a wiring $wiring meets differences under every solver',
  ({ cell, nets }) => {
    // Rounding of about 1e-12 over 1e-4, and the steps of an adaptive solver, which change with the parameters.
    for (const solver of solversFor(cell)) expect(slip(nets(solver)), solver).toBeLessThan(1e-6);
  },
);

test.for(allowed)('every kernel of $cell on a wiring $wiring equals the oracle', ({ cell, nets }) => {
  for (const solver of hasFlow(listed[cell]!()) ? ['semi-implicit', 'dopri5'] : ['euler']) {
    const net = nets(solver);
    const sequences = irregular(net, 2, 2);
    const [wanted, given] = ([{ backend: 'javascript' }, { precision: 'float64' }] as const).map((engine) => {
      const it = program(withParameters(net, net.parameters), engine);
      const { outputs } = it.forward(sequences, { tape: true });
      return { outputs, ...it.backward(draws(outputs.length)) };
    });
    for (const name of ['outputs', 'parameters', 'x', 'dt', 'initial'] as const)
      expect(distance(given![name], wanted![name]), `${name}, ${solver}`).toBeLessThan(1e-11);
  }
});
