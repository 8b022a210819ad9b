import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, draws } from '../../test/networks.ts';
import { type Model, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { type GruDOptions, gruD } from './gru-d.ts';

const oracle = { backend: 'javascript' } as const;
const [inputs, units] = [3, 4];

/** A model whose parameters are all of a size; with them some relus of the fading are 0 and some are not. */
const made = (options: GruDOptions = {}): Model => {
  const net = model({ cell: gruD(options), inputs, units });
  return withParameters(net, draws(net.parameters.length, 11));
};
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** Che et al. 2018, the GRU-D model; NaN where an input is missing. δ counts from the first sample's dt, and x_last starts at the mean. */
function outputs(net: Model, x: readonly number[], dt: readonly number[], mean: readonly number[]): number[] {
  const parameter = (name: string) => {
    const { offset, size } = net.layout.find((slot) => slot.name === name)!;
    return net.parameters.subarray(offset, offset + size);
  };
  const times = (name: string, v: readonly number[]) =>
    Array.from({ length: units }, (_, row) =>
      v.reduce((sum, value, k) => sum + parameter(name)[row * v.length + k]! * value, 0),
    );
  const all: number[] = [];
  let h = Array.from({ length: units }, () => 0);
  const last = [...mean];
  const delta = mean.map(() => 0);
  const wasSeen = mean.map(() => false);
  for (let step = 0; step < dt.length; step++) {
    const u = x.slice(step * inputs, (step + 1) * inputs);
    const m = u.map((value) => (Number.isNaN(value) ? 0 : 1));
    for (let d = 0; d < inputs; d++) delta[d] = dt[step]! + (wasSeen[d] ? 0 : delta[d]!);
    const gammaX = delta.map((own, d) => Math.exp(-Math.max(0, parameter('w_u')[d]! * own + parameter('b_u')[d]!)));
    const filled = u.map((value, d) => (m[d] ? value : gammaX[d]! * last[d]! + (1 - gammaX[d]!) * mean[d]!));
    const gammaH = times('W_h', delta).map((z, j) => Math.exp(-Math.max(0, z + parameter('b_h')[j]!)));
    h = h.map((value, j) => gammaH[j]! * value);
    const layer = (gate: string, state: readonly number[]) => {
      const [a, b, c] = [times(`W_${gate}`, filled), times(`R_${gate}`, state), times(`V_${gate}`, m)];
      return a.map((z, j) => z + b[j]! + c[j]! + parameter(`b_${gate}`)[j]!);
    };
    const reset = layer('r', h).map(sigmoid);
    const update = layer('z', h).map(sigmoid);
    const proposed = layer(
      'n',
      h.map((value, j) => reset[j]! * value),
    ).map(Math.tanh);
    h = h.map((value, j) => (1 - update[j]!) * value + update[j]! * proposed[j]!);
    for (let d = 0; d < inputs; d++) {
      if (m[d]) last[d] = u[d]!;
      wasSeen[d] = m[d] === 1;
    }
    all.push(...h);
  }
  return all;
}

const given = fc.oneof({ weight: 2, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) }, fc.constant(Number.NaN));
const samples = fc
  .array(fc.tuple(fc.tuple(given, given, given), fc.double({ min: 0, max: 3, noNaN: true })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((list) => ({ x: list.flatMap(([u]) => u), dt: list.map(([, dt]) => dt) }));

test('gru-d computes the formulas of its paper, whatever is missing', () => {
  const nets = ([{}, { mean: 0.7 }, { mean: 'learned' }] as const).map((options) => {
    const net = made(options);
    const slot = net.layout.find(({ name }) => name === 'mean');
    const own = slot && [...net.parameters.subarray(slot.offset, slot.offset + slot.size)];
    const mean = own ?? Array.from({ length: inputs }, () => ('mean' in options ? (options.mean as number) : 0));
    return { net, mean, it: program(net, oracle) };
  });
  fc.assert(
    fc.property(samples, ({ x, dt }) => {
      for (const { net, mean, it } of nets) {
        const answer = it.forward({ batch: 1, steps: dt.length, x, dt }).outputs;
        // float64; only the order of sums differs.
        expect(distance(answer, outputs(net, x, dt, mean))).toBeLessThan(1e-12);
      }
    }),
    { seed: 3, numRuns: 60 },
  );
});

test('the gradient with respect to the mean is that of what a missing input fades to', () => {
  const net = made({ mean: 'learned' });
  const [x, dt] = [
    [0.4, Number.NaN, 1, Number.NaN, -0.3, Number.NaN],
    [1, 0.6],
  ];
  const it = program(net, oracle);
  const { outputs: answer } = it.forward({ batch: 1, steps: 2, x, dt }, { tape: true });
  const cotangent = draws(answer.length);
  const back = it.backward(cotangent);
  const slot = net.layout.find(({ name }) => name === 'mean')!;
  for (let d = 0; d < inputs; d++) {
    const at = (by: number) => {
      const mean = [...net.parameters.subarray(slot.offset, slot.offset + inputs)];
      mean[d]! += by;
      return outputs(net, x, dt, mean).reduce((sum, value, k) => sum + value * cotangent[k]!, 0);
    };
    // Central differences of step 1e-5: truncation about 1e-10, rounding about 1e-11.
    expect(back.parameters[slot.offset + d]!).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8);
  }
  // Where an input is missing there is nothing whose change could matter.
  expect([back.x[1], back.x[3], back.x[5]]).toEqual([0, 0, 0]);
  expect([back.x[0], back.x[2], back.x[4]].every((value) => value !== 0)).toBe(true);
});

test('a mean that is no mean is refused', () => {
  expect(() => gruD({ mean: 'median' as never })).toThrow(
    'gru-d: mean is "median", but must be a finite number or "learned"',
  );
  expect(() => gruD({ mean: Number.NaN })).toThrow('gru-d: mean is NaN, but must be a finite number or "learned"');
});
