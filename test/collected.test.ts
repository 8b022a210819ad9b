import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ltc } from '../src/cells/ltc.ts';
import { model } from '../src/model.ts';
import type { Network } from '../src/network.ts';
import { program } from '../src/program.ts';
import { dopri5 } from '../src/solvers/dopri5.ts';
import { stack } from '../src/stack.ts';
import { train } from '../src/training/train.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const base = { cell: ltc(), inputs: 1 };
const networks: Readonly<Record<string, Network>> = {
  'a model': model({ ...base, units: 6 }),
  'a stack that reads both ways': stack({ ...base, units: [4, 3], bidirectional: true }),
  'an adaptive solver': model({ ...base, units: 3, solver: dopri5() }),
};
const x = Float64Array.from({ length: 32 * 5 }, (_, k) => Math.sin(k));
const data = { batch: 32, steps: 5, x };

/** Use a program in every way and hold on to nothing but weak references. */
async function used(net: Network, threads: number): Promise<WeakRef<object>[]> {
  const running = program(net, { threads });
  const answer = running.forward(data, { tape: true });
  running.backward(new Float64Array(answer.outputs.length).fill(1));
  const held: object[] = [running, answer.outputs];
  if (!('kind' in net)) {
    const stream = running.stream();
    stream.push([0.5], 0);
    held.push(stream);
  }
  // A training that is left in its midst.
  const labelled = { ...data, target: new Float64Array(32 * 5 * net.outputs) };
  const training = train(net, { train: labelled, valid: labelled }, { loss: 'mse', threads });
  for await (const event of training) {
    held.push(event);
    if (event.kind === 'epoch') break;
  }
  return [...held, training].map((each) => new WeakRef(each));
}

test.for(Object.keys(networks).flatMap((name) => [1, 2].map((threads) => ({ name, threads }))))(
  'what is not held is collected, and nothing need be released: $name on $threads threads',
  async ({ name, threads }) => {
    const weak = await used(networks[name]!, threads);
    expect(weak.length).toBeGreaterThan(5);
    // A weak reference keeps its object to the end of the task that made it.
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    expect(weak.filter((each) => each.deref() !== undefined)).toEqual([]);
  },
);
