import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draws } from '../../test/networks.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { solvers } from '../solvers/index.ts';
import { type AdaptiveDrive, rungeKutta, type Solver } from '../solvers/solver.ts';
import { liquid } from './liquid.ts';

const seed = { seed: 5 };

/** A model with its arrays given by name. */
function withArrays(of: Model, arrays: Readonly<Record<string, readonly number[]>>): Model {
  const parameters = Float64Array.from(of.parameters);
  for (const { name, offset } of of.layout) parameters.set(arrays[name] ?? [], offset);
  return withParameters(of, parameters);
}

/** One neuron without recurrence, which relaxes to alpha·tanh(beta) with the time constant tau. */
const neuron = (
  solver: Solver,
  { tau = 1, alpha = 0.8, beta = 0.5 },
  options: Partial<ModelOptions> = { constraints: 'none' },
): Model =>
  withArrays(model({ cell: liquid(), inputs: 1, units: 1, solver, unfolds: 1, ...options }), {
    W_in: [0],
    W_rec: [0],
    alpha: [alpha],
    beta: [beta],
    tau: [tau],
  });
const drive = ({ alpha = 0.8, beta = 0.5 }) => alpha * Math.tanh(beta);

/** How far the neuron is from what it relaxes to, after each step of length dt from 1 beyond that. */
function errors(of: Model, dt: number, steps: number): number[] {
  const settled = drive({});
  const { states } = program(of, { backend: 'javascript' }).forward(
    { batch: 1, steps, x: new Float64Array(steps), dt: new Float64Array(steps).fill(dt), initial: [settled + 1] },
    { states: true },
  );
  return Array.from(states!, (x) => x - settled);
}
/** A step's own rounding, and that of the steps before it, which an unstable solver makes larger as it does the rest. */
const near = (value: number, wanted: number) => Math.abs(value - wanted) <= 1e-13 * Math.max(1, Math.abs(wanted));

test('an Euler step leaves the share 1 − dt/τ: monotone to 1, oscillating but stable below 2, growing like (r − 1)ⁿ above', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 4, noNaN: true }),
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      (r, tau) => {
        const left = errors(neuron(solvers.euler, { tau }), r * tau, 12);
        left.forEach((error, n) => {
          expect(near(error, (1 - r) ** (n + 1))).toBe(true);
        });
      },
    ),
    seed,
  );
  const at = (r: number) => errors(neuron(solvers.euler, { tau: 0.5 }), r / 2, 40);
  expect(at(1).every((error) => Math.abs(error) < 1e-15)).toBe(true);
  expect(at(0.999).every((error) => error > -1e-15)).toBe(true);
  expect(at(1.001)[0]).toBeLessThan(0);
  const [below, flipping, above] = [at(1.999), at(2), at(2.001)];
  expect(Math.abs(below.at(-1)!)).toBeLessThan(0.97);
  // A power of two: the steps are exact, but for the rounding of the sum with what it relaxes to.
  flipping.forEach((error, n) => {
    expect(Math.abs(error - (-1) ** (n + 1))).toBeLessThan(1e-13);
  });
  expect(Math.abs(above.at(-1)!)).toBeGreaterThan(1.03);
});

test('with softplus and dt = 1 Euler diverges below a raw τ of −0.43275 and is not monotone below 0.54132', () => {
  const [unstable, oscillating] = [Math.log(Math.exp(0.5) - 1), Math.log(Math.E - 1)];
  expect(unstable).toBeCloseTo(-0.43275, 5);
  expect(oscillating).toBeCloseTo(0.54132, 5);
  const at = (raw: number) => errors(neuron(solvers.euler, { tau: raw }, { constraints: 'softplus' }), 1, 100);
  // A hundred steps of 1 − 1/τ, where τ moves by half as much as its raw value or less.
  expect(Math.abs(at(unstable - 1e-3).at(-1)!)).toBeGreaterThan(1.1);
  expect(Math.abs(at(unstable + 1e-3).at(-1)!)).toBeLessThan(0.9);
  expect(at(oscillating - 1e-3)[0]).toBeLessThan(-1e-4);
  expect(at(oscillating + 1e-3).every((error) => error > -1e-15)).toBe(true);
  // The softplus of 0 is τ = 0.6931, so r = 1.4427: it oscillates, and is stable.
  const zero = at(0);
  expect(near(zero[0]!, 1 - 1 / Math.LN2)).toBe(true);
  expect(Math.abs(zero.at(-1)!)).toBeLessThan(1e-15);
});

/** The same method at steps of the length given: what an adaptive one does when its control is left out. */
function uncontrolled({ name, order, stability, drive }: Solver): Solver {
  const { a } = drive as AdaptiveDrive;
  const c = a.slice(0, -1).map((row) => row.reduce((sum, v) => sum + v, 0));
  return rungeKutta({ name, order, stability, c, a: a.slice(0, -1), b: a.at(-1)! });
}

test.for([
  ['rk4', 2.785293563, solvers.rk4],
  ['the step of dopri5', 3.306567893, uncontrolled(solvers.dopri5)],
] as const)('%s is stable to dt/τ = %s and not beyond', ([, limit, solver]) => {
  const it = program(neuron(solver, {}), { backend: 'javascript' });
  const settled = drive({});
  const grows = (r: number) => {
    const { final } = it.forward({ batch: 1, steps: 1, x: [0], dt: [r], initial: [settled + 1] });
    return Math.abs(final[0]! - settled) > 1;
  };
  let [low, high] = [2, 4];
  expect([grows(low), grows(high)]).toEqual([false, true]);
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2;
    if (grows(middle)) high = middle;
    else low = middle;
  }
  // The limit is stated with nine decimals.
  expect(Math.abs(low - limit)).toBeLessThan(5e-10);
  expect(solver.stability).toBe(limit);
});

test.for(['semi-implicit', 'exponential', 'exponential-midpoint', 'implicit-euler'] as const)(
  'a step of %s goes part of the way and no further, whatever dt/τ',
  (name) => {
    const it = program(neuron(solvers[name], {}), { backend: 'javascript' });
    const r = Array.from({ length: 241 }, (_, k) => 10 ** (k / 20 - 6));
    const starts = [-3, -0.2, 0, 0.3, 5];
    const settled = drive({});
    for (const start of starts) {
      const steps = r.length;
      const { final } = it.forward({
        batch: steps,
        steps: 1,
        x: new Float64Array(steps),
        dt: r,
        initial: new Float64Array(steps).fill(start),
      });
      const left = Array.from(final, (x) => (x - settled) / (start - settled));
      left.forEach((share, k) => {
        // Never past what it relaxes to, and longer steps go further; the rounding is that of a state over its way of 0.07 or more.
        expect(share).toBeGreaterThan(-4e-15);
        expect(share).toBeLessThanOrEqual(k === 0 ? 1 : left[k - 1]! + 4e-15);
      });
      expect(left[0]).toBeGreaterThan(1 - 2e-6);
      expect(left.at(-1)).toBeLessThan(2e-6);
    }
  },
);

/** Neurons of a network. */
const units = 4;
const network = (
  solver: Solver,
  scale: number,
  of: { readonly seed: number; readonly tau: readonly number[] },
): Model => {
  const some = (length: number, k: number) => Array.from(draws(length, of.seed + k));
  return withArrays(model({ cell: liquid(), inputs: 2, units, solver, unfolds: 1, constraints: 'none' }), {
    W_in: some(2 * units, 1),
    W_rec: some(units * units, 2).map((w) => w * scale),
    alpha: some(units, 3),
    beta: some(units, 4),
    tau: of.tau,
  });
};
const parameter = ({ layout, parameters }: Model, name: string) => {
  const { offset, size } = layout.find((slot) => slot.name === name)!;
  return parameters.subarray(offset, offset + size);
};
const setting = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  tau: fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: units, maxLength: units }),
  dt: fc.double({ min: 1e-3, max: 100, noNaN: true }),
});
const step = (of: Model, dt: number, initial: readonly number[], x: readonly number[]) =>
  program(of, { backend: 'javascript' }).forward({ batch: 1, steps: 1, x, dt: [dt], initial }).final;

test('a fused step solves (x′ − x)·τ = dt·(φ(x) − x′)', () => {
  fc.assert(
    fc.property(setting, ({ dt, ...of }) => {
      const net = network(solvers['semi-implicit'], 1, of);
      const [x, u] = [Array.from(draws(units, of.seed)), Array.from(draws(2, of.seed + 9))];
      const next = step(net, dt, x, u);
      const [W_in, W_rec, alpha, beta] = ['W_in', 'W_rec', 'alpha', 'beta'].map((name) => parameter(net, name)) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      for (let i = 0; i < units; i++) {
        const sum =
          u.reduce((s, v, k) => s + W_in[i * 2 + k]! * v, 0) + x.reduce((s, v, k) => s + W_rec[i * units + k]! * v, 0);
        const phi = alpha[i]! * Math.tanh(sum + beta[i]!);
        const r = dt / of.tau[i]!;
        expect(Math.abs((next[i]! - x[i]! - r * (phi - next[i]!)) / (1 + r))).toBeLessThan(1e-12);
      }
    }),
    seed,
  );
});

test('fused and exponential steps, and Euler’s up to dt/τ = 1, keep every neuron within the larger of |x₀| and |α|', () => {
  fc.assert(
    fc.property(setting, fc.constantFrom('semi-implicit', 'exponential', 'euler'), ({ dt, ...of }, name) => {
      const net = network(solvers[name], 5, of);
      const length = name === 'euler' ? Math.min(dt, ...of.tau) : dt;
      const initial = Array.from(draws(units, of.seed), (x) => 3 * x);
      const steps = 20;
      const { states } = program(net, { backend: 'javascript' }).forward(
        {
          batch: 1,
          steps,
          x: draws(2 * steps, of.seed).map((x) => 100 * x),
          dt: new Float64Array(steps).fill(length),
          initial,
        },
        { states: true },
      );
      const alpha = parameter(net, 'alpha');
      states!.forEach((x, k) => {
        const most = Math.max(Math.abs(initial[k % units]!), Math.abs(alpha[k % units]!));
        // Each step rounds a few times.
        expect(Math.abs(x)).toBeLessThanOrEqual(most * (1 + 1e-14));
      });
    }),
    seed,
  );
});

test('a fused step brings any two states nearer wherever ‖D·W_rec‖ < 1, whatever dt, and Euler’s does not', () => {
  const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));
  let apart = 0;
  fc.assert(
    fc.property(setting, fc.double({ min: 0.1, max: 0.99, noNaN: true }), ({ dt, ...of }, norm) => {
      const drawn = network(solvers['semi-implicit'], 1, of);
      const [alpha, W] = [parameter(drawn, 'alpha'), parameter(drawn, 'W_rec')];
      // D ≤ diag |α|, so that this bounds the norm (largest absolute row sum) of D·W_rec for any states.
      const rows = Array.from(
        alpha,
        (a, i) => Math.abs(a) * W.subarray(i * units, (i + 1) * units).reduce((s, w) => s + Math.abs(w), 0),
      );
      const scale = norm / Math.max(...rows);
      const [x, y] = [Array.from(draws(units, of.seed + 5)), Array.from(draws(units, of.seed + 6))];
      const u = Array.from(draws(2, of.seed + 9));
      const ratio = (solver: Solver) => {
        const net = network(solver, scale, of);
        const [a, b] = [step(net, dt, x, u), step(net, dt, y, u)];
        return largest(Array.from(a, (v, i) => v - b[i]!)) / largest(x.map((v, i) => v - y[i]!));
      };
      const r = dt / Math.max(...of.tau);
      // Rows of the Jacobian: (1 + rᵢ·norm)/(1 + rᵢ), largest where r is least. Rounding: states of size 1.
      expect(ratio(solvers['semi-implicit'])).toBeLessThan((1 + r * norm) / (1 + r) + 1e-14);
      if (ratio(solvers.euler) > 1) apart++;
    }),
    seed,
  );
  expect(apart).toBeGreaterThan(10);
});
