import { type Cell, cell, constant, matrix, positive, vector, wired } from '../src/cells/cell.ts';
import { cells } from '../src/cells/index.ts';
import type { Model } from '../src/model.ts';
import { random } from '../src/random.ts';
import type { Sequences } from '../src/sequences.ts';
import { solvers } from '../src/solvers/index.ts';
import type { Solver } from '../src/solvers/solver.ts';
import { custom } from '../src/wirings/custom.ts';
import { full } from '../src/wirings/full.ts';
import type { Wiring } from '../src/wirings/wiring.ts';

const paper = 'made for the tests';
const W = wired(matrix('state', 'input', -0.8, 0.8));
const R = wired(matrix('state', 'state', -0.8, 0.8));
const b = vector('state', -0.5, 0.5);
const tau = positive(vector('state', 0.5, 2));

/** Small cells that use what the registered ones do not, named by that. */
const odd: Readonly<Record<string, () => Cell>> = {
  'a flow that reads the time': () =>
    cell({
      name: 'clock',
      paper,
      equation: `
        dx/dt = -(b^2 + 1) * x + sin(t + W @ u)
        y = motor(x) * cos(t)
      `,
      params: { W, b },
    }),
  'a jump that reads the time': () =>
    cell({ name: 'clocked-jump', paper, equation: `x' = tanh(W @ u + R @ x + b * t)`, params: { W, R, b } }),
  'jumps before and after a flow': () =>
    cell({
      name: 'mixed',
      paper,
      states: { x: ['state'], c: ['state'] },
      equation: `
        c' = sigmoid(W @ u + R @ x) * c + b
        dx/dt = (tanh(c) - x) / tau
        x' = x * exp(-dt / tau) + 0.1 * c
        y = motor(x) + motor(c)
      `,
      params: { W, R, b, tau },
    }),
  'two states that flow together': () =>
    cell({
      name: 'pair',
      paper,
      states: { x: ['state'], c: ['state'] },
      equation: `
        dx/dt = c - b * x
        dc/dt = tanh(W @ u + R @ x) - sigmoid(x) * c
      `,
      params: { W, R, b },
    }),
  'slots, softmax and a constant': () =>
    cell({
      name: 'slots',
      paper,
      states: { x: ['state', 'slot'] },
      axes: { slot: 3 },
      equation: `
        s[j,m] = softmax[m](-(sum[k](V[k,j] * u[k]) + b[j] - table[m])^2)
        q[j] = tanh(sum[m](s[j,m] * x[j,m]) + b[j])
        x'[j,m] = ((1 - s[j,m]) * x[j,m] + s[j,m] * q[j]) * exp(-dt / scale[m])
        y[j] = sum[m](x[j,m]) - max[m](x[j,m])
      `,
      params: {
        V: matrix('input', 'state', -0.8, 0.8),
        b,
        table: constant(['slot'], (m) => m - 1),
        scale: positive(vector('slot', 0.5, 2)),
      },
    }),
  'synapses between neurons of several slots': () =>
    cell({
      name: 'lanes',
      paper,
      states: { x: ['state', 'slot'] },
      axes: { slot: 2 },
      equation: `
        drive[j,m] = sum[i](w[i,j] * tanh(x[i,m] + v[i,j])) + sum[k](s[k,j] * u[k])
        dx[j,m]/dt = drive[j,m] - scale[m] * x[j,m]
        y[j] = sum[m](x[j,m])
      `,
      params: {
        w: wired(matrix('state', 'state', -0.8, 0.8)),
        v: wired(matrix('state', 'state', -0.8, 0.8)),
        s: wired(matrix('input', 'state', -0.8, 0.8)),
        scale: positive(vector('slot', 0.5, 2)),
      },
    }),
  'two layers of the same synapses': () =>
    cell({
      name: 'two-layers',
      paper,
      equation: `
        h = tanh(R @ x + W @ u + b)
        dx/dt = R @ h - x
      `,
      params: { W, R, b },
    }),
  'synapses of several slots that know much early': () =>
    cell({
      name: 'early',
      paper,
      states: { x: ['state', 'slot'] },
      axes: { slot: 2 },
      equation: `
        g[m] = sum[k](s[k,m] * u[k])
        drive[j,m] = sum[i](w[i,j] * tanh(v[i,j] + scale[m]) * x[i,m] + w[i,j] * tanh(v[i,j] * g[m] + x[i,m]))
        dx[j,m]/dt = drive[j,m] - x[j,m]
        y[j] = sum[m](x[j,m])
      `,
      params: {
        w: wired(matrix('state', 'state', -0.8, 0.8)),
        v: wired(matrix('state', 'state', -0.8, 0.8)),
        s: matrix('input', 'slot', -0.8, 0.8),
        scale: vector('slot', -0.5, 0.5),
      },
    }),
  'powers of what is negative': () =>
    cell({
      name: 'powers',
      paper,
      equation: `
        c = -1 - (W @ u + R @ x + b) / 32
        dx/dt = tanh(c^17 / 10 + c^20 / 10 + c^65 / 100 + c^66 / 100 + c^-3) - x
      `,
      params: { W, R, b },
    }),
  'every function of the language': () =>
    cell({
      name: 'functions',
      paper,
      equation: `
        a = W @ u + R @ x + b
        f = exp(a / 4) + log(3 + a^2) - sqrt(2 + sin(a)) + erf(a) + softplus(a) + phi(a) + silu(a) + gelu(a) + lecun_tanh(a)
        g = relu(a) + abs(a) + min(a, 0.3) - max(b, a) + hardtanh(a) + cos(a) + (2 + sigmoid(a))^1.5
        dx/dt = tanh(f + g) / 2 - x / (1 + a^2)
      `,
      params: { W, R, b },
    }),
};

/** Every registered cell with its default options, those with hidden layers small, and the odd ones, by name. */
export const everyCell: Readonly<Record<string, () => Cell>> = {
  ...cells,
  'ode-rnn': () => cells['ode-rnn']({ hidden: 4 }),
  cfc: () => cells.cfc({ backboneUnits: 5 }),
  ...odd,
};

/** Names of all pairs of a cell and a solver; cells without a flow need one solver only. */
export const everyPair: readonly { readonly cell: string; readonly solver: string }[] = Object.entries(
  everyCell,
).flatMap(([name, make]) => {
  const flows = make().equation.lines.some((line) => line.left.kind === 'flow');
  return (flows ? Object.keys(solvers) : ['euler']).map((solver) => ({ cell: name, solver }));
});

/**
 * A solver by its name; an adaptive one with tolerances so tight that how it chooses its steps, which its gradient takes as given,
 * does not show in a difference quotient.
 */
export function solverNamed(name: string): Solver {
  const { drive, ...rest } = (solvers as Record<string, Solver>)[name]!;
  if (drive?.kind === 'adaptive') return { ...rest, drive: { ...drive, rtol: 1e-9, atol: 1e-11 } };
  return drive ? { ...rest, drive } : rest;
}

/** Whether a cell can have a wiring that is not full. */
export const isWired = (of: Cell): boolean => Object.values(of.params).some((p) => p.wired);

/** A wiring with about two synapses of three, some neurons without any, drawn from a seed. */
export function sparse(inputs: number, units: number, outputs: number, seed = 1): Wiring {
  const draw = random(seed);
  const some = (rows: number) =>
    Array.from({ length: rows }, () =>
      Array.from({ length: units }, (_, j) => (j === 1 || draw.integer(3) === 0 ? 0 : draw.integer(2) * 2 - 1)),
    );
  return custom(some(units), some(inputs), outputs);
}

/** The sparse wiring where the cell allows it, else the full one. */
export const looseWiring = (of: Cell, inputs: number, units: number, outputs: number): Wiring =>
  isWired(of) ? sparse(inputs, units, outputs) : full(units, outputs);

/** The number of states of a model, over all its state arrays. */
export const statesOf = ({ cell, sizes }: Model): number =>
  Object.values(cell.states).reduce((all, axes) => all + axes.reduce((size, axis) => size * sizes[axis]!, 1), 0);

/**
 * Random sequences with irregular dt (0 at some steps) and an initial state; with `masked`, about a quarter of the steps do not exist
 * and hold NaN: the first step of sequence 0, the last of sequence 1, all of sequence 2.
 */
export function irregular(of: Model, batch: number, steps: number, { seed = 1, masked = true } = {}): Sequences {
  const draw = random(seed);
  const some = (n: number, lo: number, hi: number) =>
    Float64Array.from({ length: n }, () => lo + (hi - lo) * draw.uniform());
  const x = some(batch * steps * of.inputs, -1, 1);
  const dt = some(batch * steps, 0.1, 1.9);
  for (let k = 3; k < dt.length; k += 5) dt[k] = 0;
  const initial = some(batch * statesOf(of), -0.5, 0.5);
  if (!masked) return { batch, steps, x, dt, initial };
  const mask = Uint8Array.from({ length: batch * steps }, (_, k) => {
    const [sequence, step] = [Math.floor(k / steps), k % steps];
    if ((sequence === 0 && step === 0) || (sequence === 1 && step === steps - 1) || sequence === 2) return 0;
    return draw.integer(5) === 0 ? 0 : 1;
  });
  mask.forEach((kept, k) => {
    if (kept) return;
    x.fill(Number.NaN, k * of.inputs, (k + 1) * of.inputs);
    dt[k] = Number.NaN;
  });
  return { batch, steps, x, dt, mask, initial };
}

/** The same sequences with about a third of their inputs missing at the steps that exist, among them the first input of the first step. */
export function withGaps(sequences: Sequences, inputs: number, seed = 5): Sequences {
  const draw = random(seed);
  const x = Float64Array.from(sequences.x, (value, k) => (k === 0 || draw.integer(3) === 0 ? Number.NaN : value));
  for (let at = 0; at < sequences.batch * sequences.steps; at++)
    if (sequences.mask?.[at] === 0) x.fill(Number.NaN, at * inputs, (at + 1) * inputs);
  return { ...sequences, x };
}

/** Random numbers from −1 to 1. */
export function draws(length: number, seed = 7): Float64Array {
  const draw = random(seed);
  return Float64Array.from({ length }, () => 2 * draw.uniform() - 1);
}

/** The largest difference of two lists over the largest entry of the second (or over 1, where that is 0). */
export function distance(a: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  if (a.length !== wanted.length) return Number.NaN;
  for (let k = 0; k < a.length; k++) {
    difference = Math.max(difference, Math.abs(a[k]! - wanted[k]!));
    size = Math.max(size, Math.abs(wanted[k]!));
  }
  return difference / (size || 1);
}

/** Σ a·b. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
