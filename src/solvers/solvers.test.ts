import { expect, test } from 'vitest';
import { distance, everyCell, everyPair, irregular, solverNamed, statesOf } from '../../test/networks.ts';
import { cell, vector } from '../cells/cell.ts';
import { drivers } from '../drivers/index.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { dopri5 } from './dopri5.ts';
import { implicitEuler } from './implicit-euler.ts';
import { solvers } from './index.ts';
import { rk4 } from './rk4.ts';
import {
  type AdaptiveDrive,
  type Drive,
  type Newton,
  rungeKutta,
  type Solver,
  solver,
  type Tolerances,
} from './solver.ts';
import { trapezoid } from './trapezoid.ts';
import { tsit5 } from './tsit5.ts';

const names = Object.keys(solvers);
const nodes = (a: AdaptiveDrive['a']) => a.map((row) => row.reduce((sum, v) => sum + v, 0));

/** The same method at steps of the length given: what an adaptive one does when its control is left out. */
function uncontrolled({ drive, ...rest }: Solver): Solver {
  if (drive?.kind !== 'adaptive') return drive ? { ...rest, drive } : rest;
  const a = drive.a.slice(0, -1);
  return rungeKutta({ ...rest, c: nodes(a), a, b: drive.a.at(-1)! });
}
const oracle = { backend: 'javascript', precision: 'float64' } as const;
const one = { inputs: 1, units: 1, constraints: 'none' } as const;

/** x' = −rate·x + drive. */
const relaxation = () =>
  cell({
    name: 'relaxation',
    paper: 'the test equation of Dahlquist 1963',
    equation: `dx/dt = -rate * x + drive`,
    params: { rate: vector('state', 1), drive: vector('state', 0) },
  });

/** The state of a one-neuron model after one sample of length dt, from `initial`. */
function after(of: Model, dt: number, initial: number): number {
  return program(of, oracle).forward({ batch: 1, steps: 1, x: [0], dt: [dt], initial: [initial] }).final[0]!;
}

/** What one step of length r makes of x = 1 under x' = −x. */
const gain = (solver: Solver, r: number) =>
  after(model({ ...one, cell: relaxation(), solver: uncontrolled(solver), unfolds: 1 }), r, 1);

test.for(names)('%s converges at its stated order', (name) => {
  const made = cell({
    name: 'smooth',
    paper: 'made for this test',
    equation: `dx/dt = -(1 + sigmoid(2 * x + b)) * x + sin(3 * t) + tanh(x - b)`,
    params: { b: vector('state', 0.7) },
  });
  const solver = uncontrolled(solverNamed(name));
  const at = (of: Solver, unfolds: number) => after(model({ ...one, cell: made, solver: of, unfolds }), 1, 0.4);
  const exact = at(rk4, 2048);
  const steps = solver.order > 2 ? 16 : 128;
  const error = (n: number) => Math.abs(at(solver, n) - exact);
  const measured = Math.log2(error(steps) / error(2 * steps));
  expect(Math.abs(measured - solver.order), `stated ${solver.order}, measured ${measured}`).toBeLessThan(0.1);
});

/** The coefficient of r^6: the product of what each stage has of the one before. */
const sixth = (of: Solver) => (of.drive as AdaptiveDrive).a.slice(1).reduce((product, row) => product * row.at(-1)!, 1);

const gains: Record<keyof typeof solvers, (r: number) => number> = {
  euler: (r) => 1 - r,
  heun: (r) => 1 - r + r ** 2 / 2,
  rk4: (r) => 1 - r + r ** 2 / 2 - r ** 3 / 6 + r ** 4 / 24,
  'semi-implicit': (r) => 1 / (1 + r),
  exponential: (r) => Math.exp(-r),
  'exponential-midpoint': (r) => Math.exp(-r),
  'implicit-euler': (r) => 1 / (1 + r),
  trapezoid: (r) => (1 - r / 2) / (1 + r / 2),
  dopri5: (r) => 1 - r + r ** 2 / 2 - r ** 3 / 6 + r ** 4 / 24 - r ** 5 / 120 + r ** 6 / 600,
  tsit5: (r) => 1 - r + r ** 2 / 2 - r ** 3 / 6 + r ** 4 / 24 - r ** 5 / 120 + sixth(tsit5()) * r ** 6,
};

test.for(names)('%s multiplies a decaying state by its known gain each step', (name) => {
  for (const r of [0.01, 0.3, 1, 1.7, 2.5, 40]) {
    const wanted = gains[name as keyof typeof gains](r);
    expect(Math.abs(gain(solverNamed(name), r) - wanted)).toBeLessThan(1e-13 * Math.max(1, Math.abs(wanted)));
  }
});

test.for(names)('%s is stable up to its stated limit and not beyond', (name) => {
  const solver = solverNamed(name);
  if (solver.stability === Number.POSITIVE_INFINITY) {
    for (const r of [1e-3, 1, 10, 1e3, 1e6]) {
      expect(Math.abs(gain(solver, r))).toBeLessThan(1);
    }
    return;
  }
  expect(Math.abs(gain(solver, solver.stability * (1 - 1e-6)))).toBeLessThan(1);
  expect(Math.abs(gain(solver, solver.stability * (1 + 1e-6)))).toBeGreaterThan(1);
});

test('the exponential step is exact where slope and rest stand still, whatever its length', () => {
  const of = model({ ...one, cell: relaxation(), solver: solvers.exponential, unfolds: 1 });
  for (const [rate, drive, dt] of [
    [0.5, 2, 3],
    [4, -1, 0.1],
    [1e-9, 1, 1],
    [0, 3, 2],
    [30, 6, 5],
  ] as const) {
    const settled =
      rate === 0 ? 0.2 + drive * dt : 0.2 * Math.exp(-rate * dt) - (drive / rate) * Math.expm1(-rate * dt);
    const value = after(withParameters(of, [rate, drive]), dt, 0.2);
    expect(Math.abs(value - settled)).toBeLessThan(1e-14 * Math.max(1, Math.abs(settled)));
  }
});

test('where the slope is 0 the semi-implicit and the exponential step are Euler steps', () => {
  const still = cell({
    name: 'still',
    paper: 'made for this test',
    equation: `dx/dt = tanh(x) + b`,
    params: { b: vector('state', 0.3) },
  });
  const [euler, ...others] = (['euler', 'semi-implicit', 'exponential'] as const).map((name) =>
    after(model({ ...one, cell: still, solver: solvers[name] }), 0.8, 0.5),
  );
  for (const value of others) expect(value).toBe(euler);
});

// A jump need not stand still when no time passes.
const onlyFlow = everyPair.filter(({ cell: name }) =>
  everyCell[name]!().equation.lines.every((line) => line.left.kind !== 'jump'),
);

test.for(onlyFlow)(
  'no time leaves the state of $cell under $solver as it was, to the bit',
  ({ cell: name, solver }) => {
    const made = everyCell[name]!();
    const of = model({ cell: made, inputs: 2, units: 3, solver: solverNamed(solver), seed: 2 });
    const { x, initial } = irregular(of, 3, 2, { masked: false });
    for (const engine of [oracle, { precision: 'float64' }, { precision: 'float32' }] as const) {
      const it = program(of, engine);
      const { final } = it.forward({ batch: 3, steps: 2, x, dt: new Float64Array(6), initial: initial! });
      expect(Array.from(final)).toEqual(
        Array.from(it.precision === 'float32' ? Float32Array.from(initial!) : initial!),
      );
    }
  },
);

const options = (name: string): ModelOptions => ({
  cell: everyCell.synaptic!(),
  inputs: 2,
  units: 3,
  solver: solverNamed(name),
  seed: 2,
});

test.for(names)('%s takes the same sub-steps by count as by length', (name) => {
  const byCount = model({ ...options(name), unfolds: 3 });
  const byLength = model({ ...options(name), maxStep: 0.5 });
  const sequences = { ...irregular(byCount, 2, 2, { masked: false }), dt: [1.5, 1.3, 1.2, 1.01] };
  expect(program(byLength, oracle).forward(sequences)).toEqual(program(byCount, oracle).forward(sequences));
});

test.for(names)('%s takes sub-steps by length for each sequence and sample', (name) => {
  const byLength = model({ ...options(name), maxStep: 0.5 });
  const dt = [0, 0.3, 0.5, 1, 1.6, 4];
  const unfolds = [1, 1, 1, 2, 4, 8];
  const { x, initial } = irregular(byLength, 6, 1, { masked: false });
  const { final } = program(byLength, oracle).forward({ batch: 6, steps: 1, x, dt, initial: initial! });
  const states = statesOf(byLength);
  unfolds.forEach((count, b) => {
    const part = (array: ArrayLike<number>, width: number) => Array.from(array).slice(b * width, (b + 1) * width);
    const alone = program(model({ ...options(name), unfolds: count }), oracle).forward({
      batch: 1,
      steps: 1,
      x: part(x, 2),
      dt: [dt[b]!],
      initial: part(initial!, states),
    });
    expect(Array.from(alone.final)).toEqual(part(final, states));
  });
});

test('smaller sub-steps bring all solvers to the same answer', () => {
  const sequences = irregular(model(options('rk4')), 2, 3, { masked: false });
  const { final: wanted } = program(model({ ...options('rk4'), unfolds: 64 }), oracle).forward(sequences);
  for (const name of names) {
    const errors = [16, 64].map((unfolds) =>
      distance(program(model({ ...options(name), unfolds }), oracle).forward(sequences).final, wanted),
    );
    expect(errors[1]!, name).toBeLessThan(Math.max(errors[0]! / 2, 1e-7));
    expect(errors[1]!, name).toBeLessThan(0.05);
  }
});

test('a flow that is not affine in its own state runs under solvers that do not split it, and the others name the term', () => {
  const logistic = cell({
    name: 'logistic',
    paper: 'Verhulst 1838',
    equation: `dx/dt = rate * x * (1 - x)`,
    params: { rate: vector('state', 1) },
  });
  for (const name of names) {
    const compiled = () => after(model({ ...one, cell: logistic, solver: solverNamed(name), unfolds: 64 }), 1, 0.5);
    if (!solverNamed(name).step.source.includes('slope'))
      expect(Math.abs(compiled() - 1 / (1 + Math.exp(-1)))).toBeLessThan(2e-3);
    else
      expect(compiled).toThrow(
        /solver ".*" needs dx\/dt = slope\*x \+ rest, but .*x\[.*is not affine in x\[state\]; explicit solvers/,
      );
  }
});

test('a table whose rows do not add up is no solver', () => {
  const heun = { name: 'heun', order: 2, stability: 2, c: [0, 1], a: [[], [1]], b: [1 / 2, 1 / 2] };
  expect(() => rungeKutta(heun)).not.toThrow();
  expect(() => rungeKutta({ ...heun, a: [[], [0.9]] })).toThrow('heun: row 1 of a adds up to 0.9, but c[1] is 1');
  expect(() => rungeKutta({ ...heun, b: [1 / 2, 1 / 3] })).toThrow(/heun: b adds up to 0.83\d*, but must add up to 1/);
  expect(() => rungeKutta({ ...heun, a: [[], [0.5, 0.5]] })).toThrow(
    'heun: row 1 of a has 2 entries; an explicit method has at most 1',
  );
});

test.for([
  ["x' = x @ field(x)", 'a step has no "@"'],
  ["x' = constructor(x)", 'constructor(x) is not a call of field, slope, rest or of a function with its arguments'],
  ["x' = x + dt*field(x, x)", 'field(x, x) is not a call of field, slope, rest or of a function with its arguments'],
  ["x' = x + dt*k1", '"k1" is neither x, dt, slope, rest nor an earlier line of its text'],
  ['k1 = field(x)', 'its text has no line "x\' = …"'],
])('a step that reads %s is refused', ([step, message]) => {
  const odd = solver({ name: 'odd', order: 1, stability: 1, step: step! });
  expect(() => program(model({ ...one, cell: relaxation(), solver: odd }))).toThrow(`solver "odd": ${message}`);
});

test('the list of solvers calls each by its own name', () => {
  for (const [name, solver] of Object.entries(solvers)) expect(solver.name).toBe(name);
});

test.for([
  [{ rtol: -1 }, 'rtol is -1, but must be a number of at least 0'],
  [{ atol: 0 }, 'atol is 0, but must be a positive number'],
  [{ maxSteps: 1.5 }, 'maxSteps is 1.5, but must be a whole number of at least 1'],
  [{ tolerance: 1 }, 'there is no option "tolerance"; the options are rtol, atol, maxSteps'],
] as const)('an adaptive solver refuses %o', ([options, message]) => {
  expect(() => dopri5(options as Tolerances)).toThrow(message);
  expect(() => tsit5(options as Tolerances)).toThrow(message);
});

test.for([
  [{ iteration: 3 }, 'there is no option "iteration"; the options are iterations'],
  [{ iterations: '9' }, 'iterations is "9", but must be a whole number of at least 1'],
] as const)('an implicit solver refuses %o', ([options, message]) => {
  expect(() => trapezoid(options as Newton)).toThrow(`trapezoid: ${message}`);
  expect(() => implicitEuler(options as Newton)).toThrow(`implicit-euler: ${message}`);
});

const drives: Record<string, readonly [Drive, string]> = {
  'a theta of 0': [{ kind: 'implicit', theta: 0, iterations: 3 }, 'theta is 0, but must be above 0 and at most 1'],
  'no iterations': [{ kind: 'implicit', theta: 1, iterations: 0 }, 'iterations is 0, but must be a whole number'],
  'weights that do not add up': [
    { ...(dopri5().drive as AdaptiveDrive), a: (dopri5().drive as AdaptiveDrive).a.with(-1, [1, 0, 0, 0, 0, 1]) },
    'the sum of the last row of a is 2, but must be 1',
  ],
  'an error estimate of a steady flow': [
    { ...(dopri5().drive as AdaptiveDrive), error: [1, 0, 0, 0, 0, 0, 0] },
    'the sum of error is 1, but must be 0',
  ],
  'an interpolant that does not arrive': [
    { ...(tsit5().drive as AdaptiveDrive), dense: (tsit5().drive as AdaptiveDrive).dense.with(0, [1]) },
    'the sum of row 0 of dense is 1, but must be 0.09646076681806523',
  ],
};

test.for(Object.keys(drives))('a drive with %s, or without its driver, is no solver', (name) => {
  const [drive, message] = drives[name]!;
  const odd = { name: 'odd', order: 1, stability: 1, step: "x' = field(x)", drive };
  expect(() => solver({ ...odd, driver: drivers[drive.kind] })).toThrow(`solver "odd": ${message}`);
  expect(() => solver(odd)).toThrow('solver "odd": drive is given, but no driver');
});
