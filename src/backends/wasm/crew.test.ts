import { expect, test } from 'vitest';
import { crew, type Patience } from './crew.ts';
import { moduleBuilder } from './encoder.ts';

/** Bytes where scratch and gradient of the first thread stand, and from those of one thread to the next. */
const [SCRATCH, STRIDE] = [1024, 64];
/** Where the list of walks stands, in words, and where the marks that walks leave, in bytes: one for each shard. */
const [TABLE, MARKS] = [64, 2048];

/**
 * A module whose walks mark their shard with the address of the scratch they were given, which tells threads apart. A worker that walks
 * `backward` then fails or never ends.
 */
function marker(trouble: 'fails' | 'never ends') {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const builder = moduleBuilder({ memory: { min: 1, max: 1, shared: true } });
  for (const name of ['forward', 'backward']) {
    const f = builder.fn({ name, params: ['i32', 'i32', 'i32'] });
    f.get(2);
    f.i32(4);
    f.op('i32.mul');
    f.get(0);
    f.memory('i32.store', MARKS);
    if (name === 'forward') continue;
    f.get(0);
    f.i32(SCRATCH);
    f.op('i32.ne');
    f.if(() => {
      if (trouble === 'fails') f.op('unreachable');
      else f.loop(() => f.br(0));
    });
  }
  const module = new WebAssembly.Module(builder.encode());
  const walks = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
    'forward' | 'backward',
    (scratch: number, gradient: number, shard: number) => void
  >;
  return { module, memory, walks, words: new Int32Array(memory.buffer) };
}

/** Two shards of one block each, on a crew of two. */
function shop(trouble: 'fails' | 'never ends', patience: Patience) {
  const { module, memory, walks, words } = marker(trouble);
  const it = crew(module, memory, 2, patience);
  const marks = words.subarray(MARKS / 4, MARKS / 4 + 2);
  words.set([0, 1, 2], TABLE);
  words.set([0], TABLE + 3);
  words.set([1], TABLE + 3 + 8);
  const job = { table: TABLE, scratch: SCRATCH, gradient: SCRATCH, stride: STRIDE };
  /** Share both shards; this thread does not end its first before another thread has begun one, if it should `waitFor` one. */
  const share = (direction: 'forward' | 'backward', waitFor: boolean) => {
    marks.fill(0);
    it.share(direction, 2, job, (shard) => {
      walks[direction](SCRATCH, SCRATCH, shard);
      while (waitFor && marks.includes(0));
    });
    return Array.from(marks);
  };
  /** Share until a worker has come to help; a page must end its turn for one to start. */
  const warm = async () => {
    while (!share('forward', false).includes(SCRATCH + STRIDE)) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { it, share, warm };
}

const patience = { wait: 100, idle: 1000 };
test('a worker takes shards while this thread computes others, with scratch of its own', async () => {
  const { it, share, warm } = shop('fails', patience);
  expect(it.threads).toBe(2);
  await warm();
  for (let turn = 0; turn < 100; turn++) expect(share('forward', true).sort()).toEqual([SCRATCH, SCRATCH + STRIDE]);
});

test('nobody waits for a worker that has not started', () => {
  const { share } = shop('fails', patience);
  expect(share('forward', false)).not.toContain(0);
});

test('what fails in a worker is thrown here, and other workers come in its place', async () => {
  const { share, warm } = shop('fails', patience);
  for (let turn = 0; turn < 2; turn++) {
    await warm();
    expect(() => share('backward', true)).toThrow(/^threads: a worker failed: RuntimeError: unreachable/);
  }
});

test('a worker that never answers is an error, not a hang, and others come in its place', async () => {
  const { share, warm } = shop('never ends', patience);
  for (let turn = 0; turn < 2; turn++) {
    await warm();
    expect(() => share('backward', true)).toThrow(
      /1 of a pass's parts were taken by workers, who have not answered for/,
    );
  }
});

test('workers without work leave, and come again', async () => {
  const { warm } = shop('fails', { wait: 100, idle: 20 });
  for (let turn = 0; turn < 3; turn++) {
    await warm();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

test('where no worker can be started, this thread computes all, and is alone from then on', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  // What cannot be sent to a worker fails in the same place as a worker that a page forbids.
  const it = crew((() => {}) as unknown as WebAssembly.Module, memory, 2);
  const computed: number[] = [];
  it.share('forward', 3, { table: TABLE, scratch: SCRATCH, gradient: SCRATCH, stride: STRIDE }, (shard) =>
    computed.push(shard),
  );
  expect(computed).toEqual([2, 1, 0]);
  expect(it.threads).toBe(1);
});
