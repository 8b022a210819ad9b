import { type Cell, cell, constant, matrix, positive, vector, wired } from '../src/cells/cell.ts';
import { cells } from '../src/cells/index.ts';
import type { Model } from '../src/model.ts';
import { random } from '../src/random.ts';
import type { Sequences } from '../src/sequences.ts';
import { custom } from '../src/wirings/custom.ts';
import { full } from '../src/wirings/full.ts';
import type { Wiring } from '../src/wirings/wiring.ts';

const paper = 'made for the tests';
const W = wired(matrix('state', 'input', -0.8, 0.8));
const R = wired(matrix('state', 'state', -0.8, 0.8));
const b = vector('state', -0.5, 0.5);

/** Small cells that use what the registered ones do not. `affine` is false when only explicit solvers can run the flow. */
export const oddCells: Readonly<Record<string, { readonly cell: Cell; readonly affine: boolean }>> = {
  'a flow that reads the running time': {
    affine: true,
    cell: cell({
      name: 'clock',
      paper,
      equation: `
        dx/dt = -b * x + sin(t + W @ u)
        y = motor(x) * cos(t)
      `,
      params: { W, b: vector('state', 0.5, 1.5) },
    }),
  },
  'a jump that reads the running time': {
    affine: true,
    cell: cell({
      name: 'clocked-jump',
      paper,
      equation: `x' = tanh(W @ u + R @ x + b * t)`,
      params: { W, R, b },
    }),
  },
  'jumps before and after a flow, and two states': {
    affine: true,
    cell: cell({
      name: 'mixed',
      paper,
      states: { x: ['state'], c: ['state'] },
      equation: `
        c' = sigmoid(W @ u + R @ x) * c + b
        dx/dt = (tanh(c) - x) / tau
        x' = x * exp(-dt) + 0.1 * c
        y = motor(x) + motor(c)
      `,
      params: { W, R, b, tau: positive(vector('state', 0.5, 2)) },
    }),
  },
  'two states that flow together': {
    affine: true,
    cell: cell({
      name: 'pair',
      paper,
      states: { x: ['state'], c: ['state'] },
      equation: `
        dx/dt = c - b * x
        dc/dt = tanh(W @ u + R @ x) - c * x
      `,
      params: { W, R, b },
    }),
  },
  'slots with softmax, a constant table and dt in a jump': {
    affine: true,
    cell: cell({
      name: 'slots',
      paper,
      states: { x: ['state', 'slot'] },
      axes: { slot: 3 },
      equation: `
        q[j] = tanh(sum[k](W[k,j] * u[k]) + sum[i,](0))
        x'[j,m] = x[j,m]
      `.replace(/[\s\S]*/, `
        s[j,m] = softmax[m](-(sum[k](W[k,j] * u[k]) + b[j] - table[m])^2)
        q[j] = tanh(sum[m](s[j,m] * x[j,m]) + b[j])
        x'[j,m] = ((1 - s[j,m]) * x[j,m] + s[j,m] * q[j]) * exp(-dt / tau[m])
        y[j] = sum[m](x[j,m])
      `),
      params: {
        W: matrix('input', 'state', -0.8, 0.8),
        b,
        table: constant(['slot'], (m) => m - 1),
        tau: positive(vector('slot', 0.5, 2)),
      },
    }),
  },
};
