import { expect, test } from 'vitest';
import { distance, everyCell, irregular, looseWiring, solverNamed } from '../test/networks.ts';
import { cell, vector } from './cells/cell.ts';
import { model } from './model.ts';
import { program } from './program.ts';

const oracle = { backend: 'javascript', precision: 'float64' } as const;
const flowing = Object.keys(everyCell).filter((name) => {
  const lines = everyCell[name]!().equation.lines;
  return (
    lines.every(({ left }) => left.kind !== 'jump') && !lines.some(({ right }) => JSON.stringify(right).includes('"t"'))
  );
});

test.for(flowing)(
  'a linear input under %s is that of as many samples as there are sub-steps, each at its start',
  (name) => {
    const made = everyCell[name]!();
    const [inputs, steps, unfolds] = [2, 4, 3];
    const options = { cell: made, inputs, wiring: looseWiring(made, inputs, 3, 2), seed: 5 };
    for (const solver of ['euler', 'semi-implicit', 'exponential'].map(solverNamed)) {
      let made: [ReturnType<typeof model>, ReturnType<typeof model>];
      try {
        made = [
          model({ ...options, solver, unfolds, interpolation: 'linear' }),
          model({ ...options, solver, unfolds: 1 }),
        ];
        program(made[0], oracle);
      } catch {
        continue; // a flow that is not affine has no such solver
      }
      const [linear, stepwise] = made;
      const { x, dt, initial } = irregular(linear, 1, steps, { masked: false });
      const fine = { x: [] as number[], dt: [] as number[] };
      for (let t = 0; t < steps; t++) {
        for (let s = 0; s < unfolds; s++) {
          fine.dt.push(dt![t]! / unfolds);
          for (let k = 0; k < inputs; k++) {
            const [now, before] = [x[t * inputs + k]!, x[Math.max(0, t - 1) * inputs + k]!];
            // Where no time passes the path has no length, and nothing moves.
            fine.x.push(before + (s / unfolds) * (now - before));
          }
        }
      }
      const given = program(linear, oracle).forward({ batch: 1, steps, x, dt: dt!, initial: initial! });
      const wanted = program(stepwise, oracle).forward({
        batch: 1,
        steps: steps * unfolds,
        ...fine,
        initial: initial!,
      });
      expect(distance(given.final, wanted.final), solver.name).toBeLessThan(1e-12);
    }
  },
);

test('a linear input is integrated exactly by Heun, over gaps and masked samples', () => {
  const integral = cell({
    name: 'integral',
    paper: 'made for this test',
    equation: `dx[j]/dt = sum[k](u[k]) * a[j]`,
    params: { a: vector('state', 1) },
  });
  const net = model({
    cell: integral,
    inputs: 1,
    units: 1,
    solver: solverNamed('heun'),
    unfolds: 2,
    interpolation: 'linear',
  });
  const sequences = { batch: 1, steps: 4, x: [1, Number.NaN, 5, 2], dt: [1, Number.NaN, 2, 0.5], mask: [1, 0, 1, 1] };
  for (const engine of [oracle, { precision: 'float64' }] as const) {
    const it = program(net, engine);
    // Held at 1; from 1 to 5 over 2; from 5 to 2 over 0.5.
    expect(it.forward(sequences).final[0]).toBeCloseTo(1 + 6 + 1.75, 13);
    const stream = it.stream();
    stream.push([1], 10);
    stream.push([5], 12);
    expect(stream.push([2], 12.5)[0]).toBeCloseTo(8.75, 13);
  }
});

test('a cell without a flow has no path of inputs to follow', () => {
  const jump = cell({
    name: 'jump',
    paper: 'made for this test',
    equation: `x' = tanh(a)`,
    params: { a: vector('state') },
  });
  expect(() => model({ cell: jump, inputs: 1, units: 1, interpolation: 'linear' })).toThrow(
    'model: interpolation is "linear", but cell "jump" has no flow that could see the input change',
  );
});
