import { expect, test } from 'vitest';
import { cell, matrix, vector } from '../cells/cell.ts';
import { gru } from '../cells/gru.ts';
import { ltc } from '../cells/ltc.ts';
import { neuralOde } from '../cells/neural-ode.ts';
import { synaptic } from '../cells/synaptic.ts';
import { certify } from '../certificates/certify.ts';
import { type ModelOptions, model } from '../model.ts';
import { program } from '../program.ts';
import { solvers } from '../solvers/index.ts';
import { rungeKutta, type Solver } from '../solvers/solver.ts';
import { stabilityWarning } from '../stability-warning.ts';
import { gains } from './gains.ts';
import { stability } from './stability.ts';

/** Two neurons that decay at 6 and at 12 a time unit. */
const decay = (options: Partial<ModelOptions>) => {
  const of = model({
    cell: cell({
      name: 'decay',
      paper: 'made for this test',
      equation: 'dx/dt = -rate * x',
      params: { rate: vector('state') },
    }),
    inputs: 1,
    units: 2,
    constraints: 'none',
    ...options,
  });
  of.parameters.set([6, 12]);
  return of;
};

test('the sub-step times the greatest rate is held against the limits of every solver that steps', () => {
  const result = stability(decay({ solver: solvers.euler, unfolds: 6 }), 0.75);
  const { units, solvers: judged, ...rest } = result;
  expect(rest).toEqual({
    solver: 'euler',
    dt: 0.75,
    subSteps: 6,
    step: 0.125,
    verdict:
      'euler takes 6 sub-steps of 0.125: sub-step·rate is at most 1.5 (x[1]), its limit is 2, so it is stable, but above 1 it may overshoot; 9 sub-steps would be monotone',
  });
  expect(units.map(({ state, unit, by }) => [state, unit, by])).toEqual([
    ['x', 0, 'certificate'],
    ['x', 1, 'certificate'],
  ]);
  units.forEach(({ rate }, unit) => {
    // Bounds of a number that is known, rounded outwards.
    expect(rate.lo).toBeLessThanOrEqual([6, 12][unit]!);
    expect(rate.hi).toBeGreaterThanOrEqual([6, 12][unit]!);
    expect(rate.hi! - rate.lo!).toBeLessThan(1e-13);
  });
  const table = Object.fromEntries(judged.map(({ name, ...of }) => [name, of]));
  const always = {
    limit: null,
    monotoneLimit: null,
    stable: true,
    monotone: true,
    enough: { stable: 1, monotone: 1 },
  };
  expect(table).toEqual({
    euler: { limit: 2, monotoneLimit: 1, stable: true, monotone: false, enough: { stable: 5, monotone: 9 } },
    heun: { limit: 2, monotoneLimit: 2, stable: true, monotone: true, enough: { stable: 5, monotone: 5 } },
    rk4: {
      limit: 2.785293563,
      monotoneLimit: 2.785293563,
      stable: true,
      monotone: true,
      enough: { stable: 4, monotone: 4 },
    },
    'semi-implicit': always,
    exponential: always,
    'exponential-midpoint': always,
    'implicit-euler': always,
    trapezoid: { ...always, monotoneLimit: 2, enough: { stable: 1, monotone: 5 } },
  });
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});

test('a solver is stable and monotone where it says so, and not where it does not', () => {
  for (const solver of Object.values(solvers)) {
    for (const dt of [0.1, 0.2, 1]) {
      const of = decay({ solver, unfolds: 1 });
      const own = stability(of, dt).solvers.find(({ name }) => name === solver.name);
      if (!own) continue;
      // The faster neuron from 1 towards 0.
      const { states } = program(of, { precision: 'float64' }).forward(
        { batch: 1, steps: 60, x: new Float64Array(60), dt: new Float64Array(60).fill(dt), initial: [1, 1] },
        { states: true },
      );
      const path = Array.from(states!).filter((_, k) => k % 2 === 1);
      expect(Math.abs(path.at(-1)!) < 1, `${solver.name} ${dt}`).toBe(own.stable);
      const steadily = path.every((x, k) => x >= 0 && x <= (path[k - 1] ?? 1));
      expect(steadily, `${solver.name} ${dt}`).toBe(own.monotone);
    }
  }
});

test('the sub-steps that are enough are enough, and one fewer is not', () => {
  for (const name of ['euler', 'heun', 'rk4', 'trapezoid'] as const) {
    const at = (unfolds: number) => stability(decay({ solver: solvers[name], unfolds }), 3).solvers[0]!;
    const { stable, monotone } = at(1).enough;
    expect(at(stable!).stable).toBe(true);
    expect(at(monotone!).monotone).toBe(true);
    if (stable! > 1) expect(at(stable! - 1).stable).toBe(false);
    if (monotone! > 1) expect(at(monotone! - 1).monotone).toBe(false);
  }
});

test('the verdict says what is wrong and what would be enough', () => {
  const of = (solver: ModelOptions['solver'], more: Partial<ModelOptions> = {}) =>
    stability(decay({ solver: solver!, ...more })).verdict;
  expect(of(solvers.rk4, { unfolds: 2 })).toBe(
    'rk4 takes 2 sub-steps of 0.5: sub-step·rate is at most 6 (x[1]), its limit is 2.79, so it may be unstable; 5 sub-steps would be enough',
  );
  expect(of(solvers.heun, { maxStep: 0.11 })).toBe(
    'heun takes 10 sub-steps of 0.1: sub-step·rate is at most 1.2 (x[1]), its limit is 2, so it is stable and monotone',
  );
  expect(of(solvers['semi-implicit'], { unfolds: 1 })).toBe(
    'semi-implicit takes 1 sub-step of 1, and is stable and monotone whatever the sub-step and the rate of decay',
  );
  expect(of(solvers.trapezoid, { unfolds: 12 })).toBe(
    'trapezoid takes 12 sub-steps of 0.0833: sub-step·rate is at most 1 (x[1]), it has no limit, so it is stable and, up to 2, monotone',
  );
  expect(of(solvers.dopri5)).toBe(
    'dopri5 chooses its own steps by their error, so it keeps within its limit by itself',
  );
});

test('a solver of one’s own is judged by its own step', () => {
  const kutta3 = rungeKutta({
    name: 'kutta3',
    order: 3,
    stability: 2.512745326,
    c: [0, 1 / 2, 1],
    a: [[], [1 / 2], [-1, 2]],
    b: [1 / 6, 2 / 3, 1 / 6],
  });
  const { solvers: judged } = stability(decay({ solver: kutta3 }));
  expect(judged).toHaveLength(9);
  const { name, monotoneLimit } = judged[0]!;
  expect(name).toBe('kutta3');
  // The real root of 1 − r + r²/2 − r³/6.
  const r = monotoneLimit!;
  expect(Math.abs(1 - r + r ** 2 / 2 - r ** 3 / 6)).toBeLessThan(1e-10);
});

test('gains are those of the published stability functions, and infinite where a step divides by zero', () => {
  expect(gains(solvers.euler)([-0.5, -3, 1])).toEqual(Float64Array.of(0.5, -2, 2));
  expect(gains(solvers['semi-implicit'])([-1, -3, 0.5])).toEqual(Float64Array.of(0.5, 0.25, 2));
  expect(gains(solvers['semi-implicit'])([1])[0]).toBe(Number.POSITIVE_INFINITY);
});

test('where the rate has no bound that is said, and sequences tell of themselves', () => {
  const unbounded = cell({
    name: 'driven',
    paper: 'made for this test',
    equation: 'dx/dt = -exp(W @ u) * x',
    params: { W: matrix('state', 'input', 1, 1) },
  });
  const of = model({ cell: unbounded, inputs: 1, units: 1, constraints: 'none', solver: solvers.euler, unfolds: 2 });
  const { units, verdict, solvers: judged } = stability(of);
  expect(units).toEqual([{ state: 'x', unit: 0, rate: { lo: 0, hi: null }, by: 'no bound' }]);
  expect(verdict).toBe(
    'euler takes 2 sub-steps of 0.5, and its limit is 2, but the rate of x[0] has no bound: it can be told along sequences only',
  );
  expect(judged[0]).toMatchObject({ stable: null, monotone: null, enough: { stable: null, monotone: null } });
  const sequences = { batch: 1, steps: 3, x: [0, Math.log(3), 9], mask: [1, 1, 0] };
  const along = stability(of, 1, { sequences });
  expect(along.units[0]!.by).toBe('sequences');
  expect(along.units[0]!.rate.lo).toBeCloseTo(1, 12);
  expect(along.units[0]!.rate.hi).toBeCloseTo(3, 12);
  expect(along.verdict).toContain('sub-step·rate is at most 1.5 (x[0] along the sequences)');
  const certificate = certify(of, { inputs: [0, Math.log(3)] });
  expect(stability(of, 1, { certificate }).units[0]).toMatchObject({ by: 'certificate' });
});

test('where a state may grow, or none decays, the verdict says that first, whatever the solver', () => {
  const wild = (solver: Solver) => {
    const of = model({ cell: ltc({ activation: 'tanh' }), inputs: 1, units: 2, constraints: 'none', solver, seed: 1 });
    of.parameters.set([0.5, 2], of.layout.find(({ name }) => name === 'tau')!.offset);
    return of;
  };
  const grows = 'the rate of x[1] may be as low as −0.5, and below 0 a state grows under any solver; of what decays, ';
  expect(stability(wild(solvers['semi-implicit'])).verdict).toBe(
    `${grows}semi-implicit takes 6 sub-steps of 0.167, and is stable and monotone whatever the sub-step and the rate of decay`,
  );
  expect(stability(wild(solvers.dopri5)).verdict).toBe(
    `${grows}dopri5 chooses its own steps by their error, so it keeps within its limit by itself`,
  );
  const still = model({ cell: neuralOde(), inputs: 1, units: 2 });
  expect(stability(still).verdict).toBe(
    'no state decays by itself: all rates are 0, so that what drives a state adds up under any solver',
  );
});

test('what a certificate calls stable no data makes unstable', () => {
  for (const seed of [1, 2, 3]) {
    const options = { cell: synaptic(), inputs: 4, units: 16, seed };
    const { enough } = stability(model({ ...options, solver: solvers.euler })).solvers[0]!;
    const of = model({ ...options, solver: solvers.euler, unfolds: enough.stable! });
    const x = Float64Array.from({ length: 4 * 50 }, (_, k) => 1e3 * Math.sin(k * k));
    expect(stabilityWarning(of, { batch: 1, steps: 50, x })).toBe(undefined);
  }
});

test('a cell without a flow, and what is no option, is refused in words', () => {
  const of = model({ cell: gru(), inputs: 1, units: 1 });
  expect(() => stability(of)).toThrow('stability: cell "gru" has no flow, so no solver takes a step');
  expect(() => stability(decay({}), -1)).toThrow('stability: dt is -1, but must be a number of at least 0');
  expect(() => stability(decay({}), 1, { inputs: [0, 1] } as object)).toThrow('there is no option "inputs"');
});
