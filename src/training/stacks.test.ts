import { expect, test } from 'vitest';
import { gru } from '../cells/gru.ts';
import { ltc } from '../cells/ltc.ts';
import { loadModel, saveModel } from '../formats/model-file.ts';
import { random } from '../random.ts';
import type { Labelled } from '../sequences.ts';
import { stack } from '../stack.ts';
import { evaluate } from './evaluate.ts';
import { fit } from './train.ts';

/** Sequences of signs of several lengths, NaN behind the mask; what is wanted at a step is the sign of the step `ahead` of it. */
function signs(seed: number, batch: number, ahead: number): Labelled {
  const draw = random(seed);
  const steps = 8;
  const lengths = Array.from({ length: batch }, () => 5 + draw.integer(4));
  const x = Float64Array.from({ length: batch * steps }, () => (draw.integer(2) === 0 ? -1 : 1));
  const mask = x.map((_, k) => (k % steps < lengths[Math.floor(k / steps)]! ? 1 : 0));
  const target = x.map((_, k) => {
    const at = (k % steps) + ahead;
    return at >= 0 && at < lengths[Math.floor(k / steps)]! ? Math.max(0, x[k + ahead]!) : 0;
  });
  return { batch, steps, x: x.map((value, k) => (mask[k] ? value : Number.NaN)), mask, target };
}

const readout = { outputs: 2, when: 'every' } as const;
const accuracy = (net: Parameters<typeof evaluate>[0], data: Labelled) =>
  evaluate(net, data, { loss: 'cross-entropy' }).metrics.accuracy!.value;
const options = { loss: 'cross-entropy', epochs: 30, learningRate: 0.03 } as const;

test('two layers learn, each of them, and what was learned survives a file', async () => {
  const net = stack({ cell: ltc(), inputs: 1, units: [8, 8], dropout: 0.1, readout, seed: 1 });
  const trained = await fit(net, { train: signs(1, 96, -1), valid: signs(2, 32, -1) }, options);
  const test = signs(3, 64, -1);
  expect(accuracy(trained, test)).toBeGreaterThan(0.9);
  expect(accuracy(loadModel(saveModel(trained)).model, test)).toBe(accuracy(trained, test));
  for (const name of ['0.W', '0.tau', '1.W', '1.readout_W']) {
    const { offset, size } = net.layout.find((slot) => slot.name === name)!;
    const [before, after] = [net, trained].map(({ parameters }) => parameters.slice(offset, offset + size));
    expect(after, name).not.toEqual(before);
  }
  expect((await fit(net, { train: signs(1, 96, -1), valid: signs(2, 32, -1) }, options)).parameters).toEqual(
    trained.parameters,
  );
});

test('both directions learn what one alone cannot know: the sample to come', async () => {
  const data = { train: signs(1, 96, 1), valid: signs(2, 32, 1) };
  const [both, one] = await Promise.all(
    [true, false].map((bidirectional) =>
      fit(stack({ cell: gru(), inputs: 1, units: [6], bidirectional, readout, seed: 1 }), data, options),
    ),
  );
  expect(accuracy(both!, signs(3, 64, 1))).toBeGreaterThan(0.95);
  // Signs to come are tosses of a coin; of about 6.5 steps a sequence, only the target of the last, which is always 0, follows from nothing.
  expect(accuracy(one!, signs(3, 64, 1))).toBeLessThan(0.7);
});
