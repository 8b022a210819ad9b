import { expect, test } from 'vitest';
import { distance, dot, draws, everyCell, irregular, sparse } from '../../test/networks.ts';
import { cell, matrix, vector } from '../cells/cell.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { type ProgramOptions, program, type Reals } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { euler } from '../solvers/euler.ts';
import { implicitEuler } from '../solvers/implicit-euler.ts';
import { rk4 } from '../solvers/rk4.ts';
import { trapezoid } from '../solvers/trapezoid.ts';
import { tsit5 } from '../solvers/tsit5.ts';
import { full } from '../wirings/full.ts';

const fine = { precision: 'float64' } as const;
const engines: readonly ProgramOptions[] = [
  { backend: 'javascript' },
  { precision: 'float64' },
  { precision: 'float32' },
];
const pairs = { dopri5, tsit5 };
const driven = { dopri5: dopri5(), tsit5: tsit5(), 'implicit-euler': implicitEuler(), trapezoid: trapezoid() };
type Driven = keyof typeof driven;
const names = Object.keys(driven) as Driven[];

const net = (options: Partial<ModelOptions> = {}): Model =>
  model({
    cell: synaptic(),
    inputs: 3,
    wiring: options.missing ? full(5, 2) : sparse(3, 5, 2),
    unfolds: 1,
    seed: 2,
    ...options,
  });

/** Every point at which the solver of a model stands, of the first sequence: its share of the sample and the first state. */
function points(of: Model, sequences: Sequences, refine = 1): { step: number; share: number; x: number }[] {
  const found: { step: number; share: number; x: number }[] = [];
  const visit = (sequence: number, step: number, share: number, state: ArrayLike<number>) => {
    if (sequence === 0) found.push({ step, share, x: state[0]! });
  };
  program(of, fine).forward(sequences, { points: { refine, visit } });
  return found;
}

test.for(Object.keys(pairs) as (keyof typeof pairs)[])('the error of %s follows its tolerance', (name) => {
  const sequences = irregular(net(), 2, 4, { masked: false });
  const { final: wanted } = program(net({ solver: rk4, unfolds: 400 }), fine).forward(sequences);
  for (const rtol of [1e-3, 1e-5, 1e-7, 1e-9]) {
    const solver = pairs[name]({ rtol, atol: rtol / 100 });
    const error = distance(program(net({ solver }), fine).forward(sequences).final, wanted);
    // Local errors of a few steps, none above what is allowed, and at least one near it.
    expect(error, `${rtol}`).toBeLessThan(10 * rtol);
    expect(error, `${rtol}`).toBeGreaterThan(rtol / 1e5);
  }
});

test('steps are as long as the flow allows, and no longer than a sub-step', () => {
  const sequences = { batch: 1, steps: 1, x: [1, 0, -1], dt: [4] };
  const count = (options: Partial<ModelOptions>) => points(net(options), sequences).length;
  const counts = [1e-2, 1e-5, 1e-8].map((rtol) => count({ solver: dopri5({ rtol, atol: rtol / 100 }) }));
  expect(counts[0]!).toBeLessThan(counts[1]!);
  expect(counts[1]!).toBeLessThan(counts[2]!);
  expect(count({ solver: dopri5({ rtol: 1e-2 }), unfolds: 64 })).toBeGreaterThanOrEqual(64);
  const shares = points(net({ solver: tsit5() }), sequences).map(({ share }) => share);
  expect(shares.at(-1)).toBe(1);
  expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
});

test.for(Object.keys(pairs) as (keyof typeof pairs)[])(
  'inside a step %s knows its states to the fourth order',
  (name) => {
    const made = cell({
      name: 'wave',
      paper: 'made for this test',
      equation: 'dx/dt = cos(t + b) - x / 2',
      params: { b: vector('state', 0) },
    });
    // x' = cos t − x/2 from 0.
    const exact = (t: number) => (0.5 * Math.cos(t) + Math.sin(t) - 0.5 * Math.exp(-t / 2)) / 1.25;
    const error = (unfolds: number) => {
      // Tolerances so wide that every step is a sub-step, but for the first ones.
      const of = model({
        cell: made,
        inputs: 1,
        units: 1,
        constraints: 'none',
        unfolds,
        solver: pairs[name]({ rtol: 1, atol: 1e3 }),
      });
      const found = points(of, { batch: 1, steps: 1, x: [0], dt: [4] }, 5);
      return Math.max(...found.map(({ share, x }) => Math.abs(x - exact(4 * share))));
    };
    // Measured over steps that shrink eightfold; the order of the interpolant, whose error is largest.
    const order = Math.log2(error(8) / error(64)) / 3;
    expect(order).toBeGreaterThan(3.7);
    expect(order).toBeLessThan(5.3);
  },
);

test.for(Object.keys(pairs) as (keyof typeof pairs)[])(
  'the gradient of %s is that of the steps it took, however loose its tolerance',
  (name) => {
    for (const made of [
      synaptic(),
      everyCell['jumps before and after a flow']!(),
      everyCell['a flow that reads the time']!(),
    ]) {
      const of = net({
        cell: made,
        solver: pairs[name]({ rtol: 1e-2, atol: 1e-3 }),
        missing: 'hold',
        interpolation: 'linear',
      });
      const sequences = irregular(of, 2, 3);
      const it = program(of, fine);
      const { outputs } = it.forward(sequences, { tape: true });
      const cotangent = draws(outputs.length);
      const exact = it.backward(cotangent).parameters;
      const loss = (direction: Float64Array, h: number) => {
        it.update((parameters) => {
          for (let k = 0; k < parameters.length; k++) parameters[k] = of.parameters[k]! + h * direction[k]!;
        });
        return dot(it.forward(sequences).outputs, cotangent);
      };
      for (const seed of [1, 2, 3]) {
        const direction = draws(of.parameters.length, seed);
        const h = 1e-5;
        const slope = (loss(direction, h) - loss(direction, -h)) / (2 * h);
        // Of the difference: h² by its third derivative, and rounding over h.
        expect(Math.abs(slope - dot(exact, direction)), made.name).toBeLessThan(1e-8 * Math.max(1, Math.abs(slope)));
      }
    }
  },
);

test.for(names)('%s gives no sequence a result that depends on who else is in the batch, bit for bit', (name) => {
  const of = net({ solver: driven[name], cell: everyCell['a flow that reads the time']!() });
  const stiff = net({ solver: driven[name] });
  for (const [each, engine] of [of, stiff].flatMap((each) => engines.map((engine) => [each, engine] as const))) {
    const all = irregular(each, 11, 3, { masked: false });
    const it = program(each, engine);
    const run = (sequences: Sequences, cotangent: ArrayLike<number>) => {
      const { final } = it.forward(sequences, { tape: true });
      const { x, dt, initial } = it.backward(cotangent);
      return [final, x, dt, initial];
    };
    const cotangent = draws(11 * 3 * each.outputs);
    const together = run(all, cotangent);
    for (const which of [0, 7, 10]) {
      const part = (array: ArrayLike<number>) =>
        Array.from(array).slice((which * array.length) / 11, ((which + 1) * array.length) / 11);
      const [x, dt, initial] = [all.x, all.dt!, all.initial!].map(part) as [number[], number[], number[]];
      const alone = run({ batch: 1, steps: 3, x, dt, initial }, part(cotangent));
      alone.forEach((array, k) => {
        expect(Array.from(array), `${which}`).toEqual(part(together[k]!));
      });
    }
  }
});

test.for(names)('%s goes on from a carry, forward and backward, as if nothing had been cut', (name) => {
  const of = net({ solver: driven[name], interpolation: 'linear', missing: 'hold' });
  const { x, dt, initial } = irregular(of, 2, 4, { masked: false });
  const it = program(of, fine);
  const rows = (array: ArrayLike<number>, from: number, to: number) =>
    [0, 1].flatMap((b) =>
      Array.from(array)
        .slice((array.length / 2) * b, (array.length / 2) * (b + 1))
        .slice((from * array.length) / 8, (to * array.length) / 8),
    );
  const part = (from: number, to: number) => ({
    batch: 2,
    steps: to - from,
    x: rows(x, from, to),
    dt: rows(dt!, from, to),
  });
  const whole = it.forward({ batch: 2, steps: 4, x, dt: dt!, initial: initial! }, { tape: true });
  const cotangent = draws(whole.outputs.length);
  const wanted = it.backward(cotangent);
  const first = it.forward({ ...part(0, 2), initial: initial! });
  const second = it.forward(part(2, 4), { tape: true, carry: first.carry });
  expect(second.final).toEqual(whole.final);
  const late = it.backward(rows(cotangent, 2, 4));
  it.forward({ ...part(0, 2), initial: initial! }, { tape: true });
  const early = it.backward(rows(cotangent, 0, 2), late.carry);
  expect(distance(early.initial, wanted.initial)).toBeLessThan(1e-13);
  expect(
    distance(
      early.parameters.map((g, k) => g + late.parameters[k]!),
      wanted.parameters,
    ),
  ).toBeLessThan(1e-13);
});

test.for(names)('%s gives the same gradient however often it is asked for', (name) => {
  const of = net({ solver: driven[name], unfolds: 2 });
  const it = program(of, fine);
  const { outputs } = it.forward(irregular(of, 3, 3), { tape: true });
  const cotangent = draws(outputs.length);
  expect(it.backward(cotangent)).toEqual(it.backward(cotangent));
});

test('implicit steps solve their equation to rounding, however stiff', () => {
  const x = [0.3, -0.8, 0.5];
  /** The flow at a state: what an Euler step of length 1 adds to it. */
  const flowAt = (initial: Reals) => {
    const { final } = program(net({ solver: euler }), fine).forward({ batch: 1, steps: 1, x, dt: [1], initial });
    return final.map((value, k) => value - initial[k]!);
  };
  for (const [name, theta] of [
    ['implicit-euler', 1],
    ['trapezoid', 1 / 2],
  ] as const) {
    for (const length of [0.1, 1, 100, 1e4]) {
      const initial = draws(5);
      const it = program(net({ solver: driven[name] }), fine);
      const { final } = it.forward({ batch: 1, steps: 1, x, dt: [length], initial });
      const [before, after] = [flowAt(initial), flowAt(final)];
      for (let k = 0; k < 5; k++) {
        const wanted = initial[k]! + length * ((1 - theta) * before[k]! + theta * after[k]!);
        // The flow is a sum of terms of size 1 to 10, each rounded, and taken `length` times.
        expect(Math.abs(final[k]! - wanted), `${name} ${length}`).toBeLessThan(1e-14 * (1 + length));
      }
    }
  }
});

test('an implicit step settles where all that is left of the state is the rounding of what cancels', () => {
  const made = cell({
    name: 'crossing',
    paper: 'made for this test',
    equation: 'dx/dt = tanh(W @ u - 2 * x) - 0.4',
    params: { W: matrix('state', 'input', 1, 1) },
  });
  for (const engine of engines) {
    for (const solver of [driven['implicit-euler'], driven.trapezoid]) {
      const it = program(model({ cell: made, inputs: 1, units: 1, constraints: 'none', unfolds: 1, solver }), engine);
      const after = (u: number, initial: number) =>
        it.forward({ batch: 1, steps: 1, x: [u], dt: [0.3], initial: [initial] }).final[0]!;
      // Halving closes in on the input, and on the state before, after which the state is 0.
      for (const land of [(v: number) => after(v, 0), (v: number) => after(-0.2, v)]) {
        let [below, above] = [-1, 1];
        for (let k = 0; k < 60; k++) {
          const middle = (below + above) / 2;
          if (land(middle) < 0) below = middle;
          else above = middle;
        }
        expect(Math.abs(land(above))).toBeLessThan(engine.precision === 'float32' ? 1e-6 : 1e-15);
      }
    }
  }
});

const failing = (equation: string) =>
  cell({ name: 'failing', paper: 'made for this test', equation, params: { b: vector('state', 1) } });

test('a solver that finds no step says which sequence and sample it was, and how far it came', () => {
  const blow = failing('dx/dt = b * x^2');
  const sequences = { batch: 2, steps: 2, x: [0, 0, 0, 0], dt: [0.1, 0.1, 0.1, 3], initial: [1, 1] };
  const run = (solver: Model['solver'], engine: ProgramOptions = fine) =>
    program(model({ cell: blow, inputs: 1, units: 1, constraints: 'none', unfolds: 1, solver }), engine).forward(
      sequences,
    );
  for (const engine of engines) {
    expect(() => run(dopri5(), engine)).toThrow(
      /^solver "dopri5": sequence 1, step 1: after \d+ steps 0\.\d+ of a sample of dt 3 is done/,
    );
    expect(() => run(trapezoid(), engine)).toThrow(
      'solver "trapezoid": sequence 1, step 1: Newton\'s method did not settle in 20 iterations on a sub-step of 3; more sub-steps would help',
    );
  }
  expect(() => run(tsit5({ maxSteps: 7 }))).toThrow('sequence 1, step 1: after 7 steps');
  const root = model({
    cell: failing('dx/dt = sqrt(x - b)'),
    inputs: 1,
    units: 1,
    constraints: 'none',
    solver: dopri5(),
  });
  expect(() => program(root, fine).forward({ batch: 1, steps: 1, x: [0], dt: [1] })).toThrow(
    /after \d+ steps 0 of a sample of dt 1 is done, and the next step is 0; the flow is not finite there/,
  );
});

test('a pass that throws leaves a program that works, without the tape of the pass before', () => {
  const of = model({
    cell: failing('dx/dt = b * x^2'),
    inputs: 1,
    units: 1,
    constraints: 'none',
    unfolds: 1,
    solver: dopri5(),
  });
  const it = program(of, fine);
  const good = { batch: 1, steps: 1, x: [0], dt: [0.5], initial: [1] };
  const wanted = it.forward(good, { tape: true });
  expect(() => it.forward({ ...good, dt: [3] })).toThrow('solver "dopri5"');
  expect(() => it.backward([1])).toThrow('kept no tape');
  expect(it.forward(good)).toEqual(wanted);
  const stream = it.stream();
  stream.push([0], 0);
  stream.restore({ ...stream.state, values: [1] });
  const before = stream.state;
  expect(() => stream.push([0], 3)).toThrow('solver "dopri5": push: after');
  expect(stream.state).toEqual(before);
  expect(Array.from(stream.push([0], 0.5))).toEqual(Array.from(wanted.outputs));
});

test('a liquid network of many units settles with iterations to spare', () => {
  const of = model({ cell: ltc(), inputs: 2, units: 24, solver: trapezoid({ iterations: 14 }), unfolds: 2, seed: 1 });
  expect(() => program(of, fine).forward(irregular(of, 3, 3))).not.toThrow();
});
