import { expect, test } from 'vitest';
import { draws } from '../../test/networks.ts';
import { synaptic } from '../cells/synaptic.ts';
import { model } from '../model.ts';
import { euler } from '../solvers/euler.ts';
import { stack } from '../stack.ts';
import type { StartEvent } from './events.ts';
import { train } from './train.ts';

const [batch, steps, inputs] = [3, 4, 8];
const x = draws(batch * steps * inputs);
const part = { batch, steps, x, target: new Float64Array(batch * steps * 32) };

const start = async (net: Parameters<typeof train>[0]): Promise<StartEvent> => {
  const { value } = await train(net, { train: part, valid: part }, { loss: 'mse', epochs: 1 }).next();
  return value as StartEvent;
};

test('training warns with numbers of an explicit solver that will be unstable, also in a stack, and of no other', async () => {
  const options = { cell: synaptic(), inputs, units: 32, seed: 1 };
  const unstable = model({ ...options, solver: euler });
  const message = /^euler is unstable here: dt·rate reaches \d.*its limit is 2\.0; use semi-implicit or \d+ sub-steps$/;
  expect((await start(unstable)).warnings).toEqual([expect.stringMatching(message)]);
  const layers = [unstable, model({ ...options, inputs: 32 })];
  expect((await start(stack({ layers }))).warnings).toEqual([expect.stringMatching(message)]);
  expect((await start(model(options))).warnings).toEqual([]);
});
