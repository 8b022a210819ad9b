import { expect, test } from 'vitest';
import {
  distance,
  dot,
  draws,
  everyCell,
  everyPair,
  irregular,
  looseWiring,
  solverNamed,
  withGaps,
} from '../test/networks.ts';
import { type Model, type ModelOptions, model } from './model.ts';
import { withParameters } from './network.ts';
import { type Answer, type Gradients, program } from './program.ts';
import type { Sequences } from './sequences.ts';
import { full } from './wirings/full.ts';

// Central differences in float64: the truncation error of h = 1e-4 with Richardson's extrapolation is about 1e-14 and the rounding
// error about 1e-12 of the values, so 1e-6 of the largest entry leaves room for functions that are steep.
const STEP = 1e-4;
const TOLERANCE = 1e-6;
/** Where nothing depends on an array, as no gate of an LSTM on dt, its differences are rounding alone: this much of it is allowed. */
const LEAST = 1e-5;

/** Thousands of passes: on the fast backend, which program.test.ts holds against the plain one. */
const engine = { backend: 'wasm', precision: 'float64' } as const;

interface Point {
  readonly parameters: Float64Array;
  readonly x: Float64Array;
  readonly dt: Float64Array;
  readonly initial: Float64Array;
}

/** Compare the exact gradient with differences, array by array; entries behind the mask must be 0 exactly. */
function check(net: Model, sequences: Sequences): void {
  const it = program(net, engine);
  const { batch, steps, mask } = sequences;
  const point: Point = {
    parameters: net.parameters.slice(),
    x: Float64Array.from(sequences.x),
    dt: Float64Array.from(sequences.dt!),
    initial: Float64Array.from(sequences.initial!),
  };
  const at = (p: Point): Answer => {
    it.update((parameters) => parameters.set(p.parameters));
    return it.forward(
      { batch, steps, x: p.x, dt: p.dt, initial: p.initial, ...(mask ? { mask } : {}) },
      { tape: true },
    );
  };
  const { outputs } = at(point);
  const cotangent = draws(outputs.length);
  const exact: Gradients = it.backward(cotangent);
  const loss = (p: Point) => dot(at(p).outputs, cotangent);
  const isMasked: Record<keyof Point, (k: number) => boolean> = {
    parameters: () => false,
    x: (k) => mask?.[Math.floor(k / net.inputs)] === 0,
    dt: (k) => mask?.[k] === 0,
    initial: () => false,
  };
  for (const name of ['parameters', 'x', 'dt', 'initial'] as const) {
    const wanted = point[name].map((value, k) => {
      if (isMasked[name](k)) return 0;
      const slope = (h: number) => {
        // dt may not be negative, so at dt = 0 the difference is one-sided.
        const from = name === 'dt' && value === 0 ? [0, 1, 2] : [-1, 0, 1];
        const [low, middle, high] = from.map((n) => loss({ ...point, [name]: point[name].with(k, value + n * h) })) as [
          number,
          number,
          number,
        ];
        return from[0] === 0 ? (4 * middle - 3 * low - high) / (2 * h) : (high - low) / (2 * h);
      };
      return name === 'dt' && value === 0 ? slope(STEP / 10) : (4 * slope(STEP / 2) - slope(STEP)) / 3;
    });
    const difference = Math.max(...wanted.map((value, k) => Math.abs(exact[name][k]! - value)));
    const size = Math.max(LEAST, ...wanted.map(Math.abs));
    expect(difference, `the gradient with respect to ${name}`).toBeLessThan(TOLERANCE * size);
    for (let k = 0; k < wanted.length; k++) if (isMasked[name](k)) expect(exact[name][k]).toBe(0);
  }
}

const base = { inputs: 2, seed: 3, unfolds: 2 };

test.for(everyPair)('the gradient of $cell under $solver meets finite differences', ({ cell, solver }) => {
  const made = everyCell[cell]!();
  const net = model({ ...base, cell: made, wiring: full(3, 2), solver: solverNamed(solver) });
  check(net, irregular(net, 2, 3));
});

test.for(Object.keys(everyCell))(
  'the gradient of %s meets finite differences for sub-steps by length, a readout and any constraint',
  (name) => {
    const made = everyCell[name]!();
    const variants: Partial<ModelOptions>[] = [
      { maxStep: 0.6, constraints: 'none', readout: { outputs: 2, when: 'last' } },
      { unfolds: 1, constraints: 'clip', readout: { outputs: 2, when: 'every' } },
    ];
    for (const variant of variants) {
      const { unfolds: _, ...rest } = base;
      const net = model({ ...rest, cell: made, wiring: looseWiring(made, 2, 3, 2), ...variant });
      check(net, irregular(net, 3, 3));
    }
  },
);

test.for(Object.keys(everyCell))(
  'the gradient of %s meets finite differences where inputs are missing and move',
  (name) => {
    const made = everyCell[name]!();
    const flows = made.equation.lines.some(({ left }) => left.kind === 'flow');
    const net = model({
      ...base,
      cell: made,
      wiring: full(3, 2),
      ...(flows ? { interpolation: 'linear' } : {}),
      ...(made.takesMissing ? {} : { missing: 'hold' }),
    });
    check(net, withGaps(irregular(net, 2, 3), base.inputs));
  },
);

test('a gradient with respect to a stored parameter goes through its constraint', () => {
  const made = everyCell.synaptic!();
  const soft = model({ ...base, cell: made, wiring: full(3, 2) });
  const plain = withParameters(model({ ...base, cell: made, wiring: full(3, 2), constraints: 'none' }), seen(soft));
  const sequences = irregular(soft, 2, 3);
  const [a, b] = [soft, plain].map((net) => {
    const it = program(net, engine);
    const { outputs } = it.forward(sequences, { tape: true });
    return { outputs, gradients: it.backward(draws(outputs.length)).parameters };
  });
  expect(distance(a!.outputs, b!.outputs)).toBeLessThan(1e-13);
  for (const { name, offset, size } of soft.layout) {
    const factor = (k: number) =>
      made.params[name]!.constraint === 'positive' ? 1 / (1 + Math.exp(-soft.parameters[k]!)) : 1;
    const wanted = Array.from({ length: size }, (_, k) => b!.gradients[offset + k]! * factor(offset + k));
    expect(distance(a!.gradients.subarray(offset, offset + size), wanted), name).toBeLessThan(1e-12);
  }
});

/** The parameters as the equation of a softplus model sees them. */
const seen = (net: Model): Float64Array =>
  net.parameters.map((value, k) => {
    const { name } = net.layout.find(({ offset, size }) => k >= offset && k < offset + size)!;
    return net.cell.params[name]!.constraint === 'positive' ? Math.log1p(Math.exp(value)) : value;
  });
