import { expect, test } from 'vitest';
import { gru } from '../cells/gru.ts';
import { ltc } from '../cells/ltc.ts';
import { synaptic } from '../cells/synaptic.ts';
import { type Bounds, certify } from '../certificates/certify.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { random } from '../random.ts';
import { bidirectional, stack } from '../stack.ts';
import { networkBounds } from './network-bounds.ts';

const net = stack({ cell: synaptic(), inputs: 2, units: [5, 4, 3], seed: 4 });
const certificates = networkBounds(net, [-1, 1]);
const certain = (k: number) => {
  const found = certificates[k]!;
  if ('why' in found) throw new Error(found.why);
  return found;
};
const width = ({ lo, hi }: Bounds) => hi! - lo!;

test('a layer is given what the layer before is certain to put out, so its bounds are closer than for all numbers', () => {
  expect(certain(1).inputs).toEqual(certain(0).outputs);
  expect(certain(2).inputs).toEqual(certain(1).outputs);
  const alone = certify(net.parts[2] as Parameters<typeof certify>[0]);
  certain(2).units.forEach(({ range, tau }, k) => {
    expect(width(range)).toBeLessThanOrEqual(width(alone.units[k]!.range));
    expect(width(tau)).toBeLessThan(width(alone.units[k]!.tau));
  });
});

test('no input in the range takes a layer out of its bounds', () => {
  const draw = random(3);
  const [batch, steps] = [20, 30];
  // Corners of the range and what is between, at irregular times.
  const x = Array.from({ length: batch * steps * 2 }, () => Math.max(-1, Math.min(1, 4 * draw.uniform() - 2)));
  const dt = Array.from({ length: batch * steps }, () => 10 ** (4 * draw.uniform() - 2));
  const { states } = program(net, { precision: 'float64' }).forward({ batch, steps, x, dt }, { states: true });
  const units = certificates.flatMap((_, k) => certain(k).units);
  // The certificate is about exact arithmetic: each sub-step may round a few times.
  const room = 6 * steps * 4 * 2 ** -52;
  states!.forEach((value, at) => {
    const { lo, hi } = units[at % units.length]!.range;
    expect(value).toBeGreaterThanOrEqual(lo! - room * Math.abs(lo!) - Number.MIN_VALUE);
    expect(value).toBeLessThanOrEqual(hi! + room * Math.abs(hi!) + Number.MIN_VALUE);
  });
});

test('both directions are given the inputs, and a sum of their outputs is bounded by the sum of their bounds', () => {
  const part = (seed: number) => model({ cell: ltc(), inputs: 1, units: 2, seed });
  const both = bidirectional({ forward: part(1), backward: part(2), merge: 'sum' });
  const layers = networkBounds(stack({ layers: [both, model({ cell: ltc(), inputs: 2, units: 2 })] }), [0, 1]);
  const [forward, backward, last] = layers.map((each) => ('why' in each ? undefined : each));
  expect([forward!.inputs, backward!.inputs]).toEqual([[{ lo: 0, hi: 1 }], [{ lo: 0, hi: 1 }]]);
  last!.inputs.forEach(({ lo, hi }, k) => {
    const [a, b] = [forward!.outputs[k]!, backward!.outputs[k]!];
    expect(lo).toBeCloseTo(a.lo! + b.lo!, 12);
    expect(hi).toBeCloseTo(a.hi! + b.hi!, 12);
  });
});

test('behind a model without a certificate the next one is given all numbers', () => {
  const layers = [model({ cell: gru(), inputs: 1, units: 2 }), model({ cell: ltc(), inputs: 2, units: 2 })];
  const [first, second] = networkBounds(stack({ layers }), [0, 1]);
  expect(first).toEqual({ why: expect.stringContaining('"gru" has no flow') });
  expect(second).toEqual(certify(layers[1]!));
});

test('a range that is none is refused, and not taken for a model without a certificate', () => {
  const net = model({ cell: ltc(), inputs: 1, units: 2 });
  expect(() => networkBounds(net, [1, 0])).toThrow(
    'networkBounds: inputs is [1,0], but must be two numbers in order, [lo, hi]',
  );
});
