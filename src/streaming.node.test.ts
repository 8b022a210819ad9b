import { PerformanceObserver } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { sparse } from '../test/networks.ts';
import { synaptic } from './cells/synaptic.ts';
import { model } from './model.ts';
import { program } from './program.ts';

/** Collections of garbage while a body runs. */
async function collections(body: () => void): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  body();
  // Entries arrive in a task of their own, some time after the body.
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  return count;
}

test('a push, and a look between two, allocates nothing: four million leave the garbage collector idle', async () => {
  const net = model({ cell: synaptic(), inputs: 2, wiring: sparse(2, 5, 1), timeUnit: 0.7 });
  const stream = program(net).stream();
  const x = new Float64Array(2);
  let seconds = 0;
  // Whole seconds: V8 allocates a fraction that is passed to a function, before the function is there to prevent it.
  const pushes = (count: number) => {
    for (let k = 0; k < count; k++) {
      x[0] = (k % 7) / 7;
      stream.push(x, seconds++);
    }
  };
  const looks = (count: number) => {
    for (let k = 0; k < count; k++) stream.predictAt(seconds + (k % 7));
  };
  for (const calls of [pushes, looks]) {
    calls(100_000);
    const witness = await collections(() => {
      const kept: number[][] = [];
      for (let k = 0; k < 1_000_000; k++) kept[k % 10] = [k, k];
    });
    expect(witness).toBeGreaterThan(0);
    // The least that can be allocated, 16 bytes a call, would be 64 MB; the test runner itself may cause a collection.
    expect(await collections(() => calls(4_000_000))).toBeLessThan(2);
  }
});
