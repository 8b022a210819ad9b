import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular, looseWiring, withGaps } from '../test/networks.ts';
import { cell, vector } from './cells/cell.ts';
import { ltc } from './cells/ltc.ts';
import { type Model, type ModelOptions, model } from './model.ts';
import { program } from './program.ts';
import type { Sequences } from './sequences.ts';

const oracle = { backend: 'javascript', precision: 'float64' } as const;
const base = { inputs: 2, units: 3, seed: 4, unfolds: 2 } as const;
const ltcWith = (options: Partial<ModelOptions>) => model({ ...base, cell: ltc(), ...options });

/** Last seen values, then the times since; what the model does, done to the data by a plain loop. */
function filled({ batch, steps, x, dt, mask, ...rest }: Sequences): Sequences {
  const full = new Float64Array(batch * steps * 4);
  for (let b = 0; b < batch; b++) {
    const [held, since] = [
      [0, 0],
      [0, 0],
    ];
    for (let at = b * steps; at < (b + 1) * steps; at++) {
      if (mask?.[at] === 0) continue;
      for (let k = 0; k < 2; k++) {
        const value = x[at * 2 + k]!;
        held[k] = Number.isNaN(value) ? held[k]! : value;
        since[k] = Number.isNaN(value) ? since[k]! + dt![at]! : 0;
      }
      full.set([...held, ...since], at * 4);
    }
  }
  return { batch, steps, x: full, dt: dt!, ...(mask ? { mask } : {}), ...rest };
}

test("missing 'hold' is the network of twice the inputs, given the last values and the times since", () => {
  for (const name of Object.keys(everyCell)) {
    const made = everyCell[name]!();
    if (made.takesMissing) continue;
    const wiring = looseWiring(made, 4, 3, 2);
    const { units: _, ...rest } = base;
    const holding = model({ ...rest, cell: made, wiring, missing: 'hold' });
    const wide = model({ ...rest, cell: made, wiring, inputs: 4 });
    expect(holding.parameters).toEqual(wide.parameters);
    const sequences = withGaps(irregular(holding, 3, 6), 2);
    const [a, b] = [program(holding, oracle), program(wide, oracle)];
    const options = { tape: true, states: true } as const;
    const [given, wanted] = [a.forward(sequences, options), b.forward(filled(sequences), options)];
    expect(distance(given.outputs, wanted.outputs), name).toBeLessThan(1e-13);
    expect(distance(given.states!, wanted.states!), name).toBeLessThan(1e-13);
    const cotangent = draws(given.outputs.length);
    const [g, w] = [a.backward(cotangent), b.backward(cotangent)];
    expect(distance(g.parameters, w.parameters), name).toBeLessThan(1e-12);
    expect(distance(g.initial, w.initial), name).toBeLessThan(1e-12);
  }
});

test("missing 'zero' and means put a number in place, and no gradient reaches what was not there", () => {
  const mean = [0.3, -0.7];
  for (const [missing, instead] of [
    ['zero', [0, 0]],
    [{ mean }, mean],
  ] as const) {
    const net = ltcWith({ missing });
    const sequences = withGaps(irregular(net, 3, 5), 2);
    const put = { ...sequences, x: Float64Array.from(sequences.x, (v, k) => (Number.isNaN(v) ? instead[k % 2]! : v)) };
    for (const engine of [oracle, {}] as const) {
      const [a, b] = [program(net, engine), program(ltcWith({}), engine)];
      const [given, wanted] = [a.forward(sequences, { tape: true }), b.forward(put, { tape: true })];
      expect(given).toEqual(wanted);
      const cotangent = draws(given.outputs.length);
      const [g, w] = [a.backward(cotangent), b.backward(cotangent)];
      expect(g.parameters).toEqual(w.parameters);
      expect(Array.from(g.x)).toEqual(Array.from(w.x, (v, k) => (Number.isNaN(sequences.x[k]!) ? 0 : v)));
    }
  }
});

const reader = () =>
  cell({
    name: 'reader',
    paper: 'made for this test',
    equation: `
      x'[j] = a[j] * x[j] + sum[k](W[j,k] * (u[k] + 10 * seen[k])) + dt
    `,
    params: { a: vector('state', 0.5), W: { ...vector('state', 1), axes: ['state', 'input'] } },
  });

test('a cell that reads seen is told what is there, and u is 0 where nothing is', () => {
  const net = model({ cell: reader(), inputs: 2, units: 1 });
  const x = [1, Number.NaN, Number.NaN, Number.NaN, 3, 4];
  for (const engine of [oracle, { precision: 'float64' }, {}] as const) {
    const it = program(net, engine);
    // 1 + 10 + 1; then 0.5·12 + 1; then 0.5·7 + 27 + 1.
    expect(Array.from(it.forward({ batch: 1, steps: 3, x }).outputs)).toEqual([12, 7, 31.5]);
    const stream = it.stream();
    expect([x.slice(0, 2), x.slice(2, 4), x.slice(4)].map((each) => stream.push(each)[0])).toEqual([12, 7, 31.5]);
  }
});

test('a stream fills gaps as a batch does, also after its state was saved and restored', () => {
  for (const missing of ['hold', 'zero', { mean: [0.5, 0.25] }] as const) {
    const net = ltcWith({ missing });
    const sequences = withGaps(irregular(net, 1, 8, { masked: false }), 2);
    const { dt, x } = sequences;
    for (const engine of [oracle, { precision: 'float64' }] as const) {
      const it = program(net, engine);
      const wanted = it.forward({ batch: 1, steps: 8, x, dt: Float64Array.from(dt!).with(0, 1) }).outputs;
      let stream = it.stream();
      let seconds = 0;
      const got: number[] = [];
      for (let t = 0; t < 8; t++) {
        seconds += dt![t]!;
        got.push(...stream.push(Array.from(x).slice(2 * t, 2 * t + 2), seconds));
        if (t !== 4) continue;
        const saved = JSON.parse(JSON.stringify(stream.state));
        stream = it.stream();
        stream.restore(saved);
      }
      expect(distance(got, wanted)).toBeLessThan(1e-12);
    }
  }
});

const refusals: Record<string, [Partial<ModelOptions>, string]> = {
  'a word that means nothing': [
    { missing: 'drop' as 'hold' },
    'model: missing is "drop", but must be "hold", "zero" or',
  ],
  'a mean without means': [{ missing: 'mean' as 'hold' }, 'the means are wanted too: { mean: [one number per input] }'],
  'too few means': [
    { missing: { mean: [1] } },
    'model: missing.mean is [1], but must be 2 finite numbers, one per input',
  ],
  'a cell that sees for itself': [{ missing: 'zero', cell: reader() }, 'cell "reader" reads "seen"'],
};

test.for(Object.keys(refusals))('%s is refused', (name) => {
  const [options, message] = refusals[name]!;
  expect(() => ltcWith(options)).toThrow(message);
});

test('an infinite input is refused also where missing ones are taken', () => {
  const net: Model = ltcWith({ missing: 'zero' });
  expect(() => program(net).forward({ batch: 1, steps: 1, x: [1, Number.POSITIVE_INFINITY] })).toThrow(
    'sequences: x is Infinity at sequence 0, step 0, input 1, but inputs must be finite numbers (or the step masked; a missing one is NaN)',
  );
});
