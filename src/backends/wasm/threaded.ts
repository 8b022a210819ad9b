import { LISTED, type Machine, type Way, walks } from '../backend.ts';
import { crew } from './crew.ts';
import { MAX_PAGES } from './machine.ts';

/** Memory that threads share, a page at first, or undefined where this engine, or this page, has none. */
export function sharedMemory(): WebAssembly.Memory | undefined {
  if (typeof SharedArrayBuffer === 'undefined') return undefined;
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
  } catch {
    return undefined;
  }
}

/** A machine of a module, on shared memory, that walks with so many threads. */
export function threaded(
  machine: Machine & Required<Pick<Machine, 'walk'>>,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  threads: number,
): Machine {
  const hands = crew(module, memory, threads);
  return {
    ...machine,
    get scalars() {
      return machine.scalars;
    },
    get threads() {
      return hands.threads;
    },
    walk(direction, shards, at) {
      if (hands.threads === 1 || shards.length === 1) return machine.walk(direction, shards, at);
      const bytes = machine.scalars.BYTES_PER_ELEMENT;
      const names: readonly (keyof Way<typeof direction>)[] = walks[direction];
      const words = new Int32Array(memory.buffer);
      const table = (at.table * bytes) / 4;
      let row = 0;
      shards.forEach((shard, number) => {
        words[table + number] = row;
        for (const way of shard) {
          const from = table + shards.length + 1 + row++ * LISTED;
          for (const [k, name] of names.entries()) words[from + k] = way[name];
        }
      });
      words[table + shards.length] = row;
      const job = { table, scratch: at.scratch * bytes, gradient: at.gradient * bytes, stride: at.threadSize * bytes };
      hands.share(direction, shards.length, job, (shard) => machine.walk(direction, [shards[shard]!], at));
    },
  };
}
