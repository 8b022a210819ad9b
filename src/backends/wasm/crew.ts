import { type Direction, LISTED } from '../backend.ts';

/** Threads that share a module and its memory: this one, and workers that come to help when there is work for two. */
export interface Crew {
  /** How many threads there are, this one among them; 1 where no worker can be started. */
  readonly threads: number;
  /**
   * Compute so many shards in a direction. `compute` does one here; `job` says where workers find them: in 32-bit words where the list of
   * shards stands, in bytes where their scratch and gradient stand, and how far apart those of two threads are. Throws when a worker failed.
   */
  share(direction: Direction, shards: number, job: Job, compute: (shard: number) => void): void;
}

/** Where workers find what they compute, and compute it. */
export interface Job {
  readonly table: number;
  readonly scratch: number;
  readonly gradient: number;
  readonly stride: number;
}

/** How long, in milliseconds, a crew waits for a worker at least, and a worker without work for more. */
export interface Patience {
  readonly wait: number;
  readonly idle: number;
}

/** What threads tell each other, by its place among 32-bit words: behind it, whether each thread is there, and what went wrong. */
const word = {
  /** Goes up with every job. */
  call: 0,
  /** Shards that nobody has taken; a number that is not positive says none. */
  left: 1,
  /** Shards computed by workers. */
  done: 2,
  direction: 3,
  shards: 4,
  table: 5,
  scratch: 6,
  gradient: 7,
  stride: 8,
  /** Characters of what went wrong in a worker. */
  failure: 9,
  threads: 10,
} as const;

/** The most characters of a failure. */
const MESSAGE = 200;

/** How long a thread looks for what comes next, in milliseconds, before it sleeps: to be woken takes about as long. */
const ALERT = 0.2;

/** Of a wait this much counts at once, in milliseconds, so that a machine that slept is not taken for a worker that died. */
const SLICE = 100;

/** The program of a worker, in plain JavaScript, because no bundler need know of it. */
const source = `
const work = ({ module, memory, control, thread, word, listed, alert, idle, message }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const compute = (shard) => {
    const words = new Int32Array(memory.buffer);
    const [shards, table] = [control[word.shards], control[word.table]];
    const walk = control[word.direction] ? exports.backward : exports.forward;
    const [scratch, gradient] = [word.scratch, word.gradient].map((at) => control[at] + thread * control[word.stride]);
    for (let row = words[table + shard]; row < words[table + shard + 1]; row++) {
      const at = table + shards + 1 + row * listed;
      walk(scratch, gradient, ...words.subarray(at, at + listed));
    }
  };
  for (;;) {
    const call = Atomics.load(control, word.call);
    for (let left; (left = Atomics.sub(control, word.left, 1)) > 0; ) {
      try {
        compute(left - 1);
      } catch (error) {
        const text = String(error).slice(0, message);
        for (let k = 0; k < text.length; k++) control[control.length - message + k] = text.charCodeAt(k);
        Atomics.store(control, word.failure, text.length);
      }
      Atomics.add(control, word.done, 1);
      Atomics.notify(control, word.done);
    }
    for (const end = performance.now() + alert; Atomics.load(control, word.call) === call && performance.now() < end; );
    if (Atomics.wait(control, word.call, call, idle) === 'timed-out') break;
  }
  Atomics.store(control, word.threads + thread, 0);
};
if (typeof require === 'function') work(require('node:worker_threads').workerData);
else onmessage = ({ data }) => {
  work(data);
  close();
};
`;

/** A worker that runs. */
interface Hand {
  terminate(): unknown;
}

/** The address of that program in a page. */
let url: string | undefined;

/** Start a worker, in Node or in a page, or return undefined where that is forbidden. It does not keep a process alive. */
function hire(data: unknown): Hand | undefined {
  try {
    const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
    if (node) {
      const worker = new node.Worker(source, { eval: true, workerData: data, execArgv: [] });
      worker.on('error', () => {});
      worker.unref();
      return worker;
    }
    url ??= URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(url);
    worker.postMessage(data);
    return worker;
  } catch {
    return undefined;
  }
}

/** Whether this thread may sleep until another one wakes it; the main thread of a page may not. */
function maySleep(control: Int32Array<SharedArrayBuffer>): boolean {
  try {
    return Atomics.wait(control, word.call, -1, 0) === 'not-equal';
  } catch {
    return false;
  }
}

/** A crew of so many threads, whose workers start when they are first needed. `memory` is shared. */
export function crew(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  threads: number,
  { wait, idle }: Patience = { wait: 10_000, idle: 5_000 },
): Crew {
  const begin = () => new Int32Array(new SharedArrayBuffer(4 * (word.threads + threads + MESSAGE)));
  let control = begin();
  let hands: (Hand | undefined)[] = [];
  let isAlone = false;
  const sleeps = maySleep(control);

  const muster = () => {
    for (let thread = 1; thread < threads; thread++) {
      if (Atomics.exchange(control, word.threads + thread, 1) === 1) continue;
      hands[thread] = hire({
        module,
        memory,
        control,
        thread,
        word,
        listed: LISTED,
        alert: ALERT,
        idle,
        message: MESSAGE,
      });
      if (!hands[thread]) isAlone = true;
    }
  };
  /** Leave these workers to themselves, whatever they do; others come in their place. */
  const dismiss = () => {
    for (const hand of hands) hand?.terminate();
    hands = [];
    control = begin();
  };
  /** Wait until workers have computed so many shards; `longest` is how long one took here. */
  const settle = (shards: number, longest: number) => {
    const began = performance.now();
    const limit = Math.max(wait, 100 * longest);
    for (let [waited, before] = [0, began]; ; ) {
      const done = Atomics.load(control, word.done);
      if (done === shards) return;
      if (waited > limit)
        throw new Error(
          `threads: ${shards - done} of a pass's parts were taken by workers, who have not answered for ${(waited / 1000).toFixed(1)} s`,
        );
      if (sleeps && before - began > ALERT) Atomics.wait(control, word.done, done, SLICE);
      const now = performance.now();
      waited += Math.min(now - before, SLICE);
      before = now;
    }
  };

  return {
    get threads() {
      return isAlone ? 1 : threads;
    },
    share(direction, shards, { table, scratch, gradient, stride }, compute) {
      muster();
      const numbers = { direction: direction === 'forward' ? 0 : 1, shards, table, scratch, gradient, stride };
      for (const [name, value] of Object.entries(numbers)) control[word[name as keyof typeof numbers]] = value;
      // One shard is computed here in any case: how long it takes says how long others may.
      Atomics.store(control, word.done, 0);
      Atomics.store(control, word.left, shards - 1);
      Atomics.add(control, word.call, 1);
      Atomics.notify(control, word.call);
      let [own, longest, before] = [0, 0, performance.now()];
      try {
        for (let shard = shards - 1; shard >= 0; shard = Atomics.sub(control, word.left, 1) - 1) {
          compute(shard);
          own++;
          const now = performance.now();
          longest = Math.max(longest, now - before);
          before = now;
        }
        settle(shards - own, longest);
      } catch (error) {
        dismiss();
        throw error;
      }
      const failure = Atomics.exchange(control, word.failure, 0);
      if (failure === 0) return;
      const text = String.fromCharCode(...control.subarray(control.length - MESSAGE).subarray(0, failure));
      dismiss();
      throw new Error(`threads: a worker failed: ${text}`);
    },
  };
}
