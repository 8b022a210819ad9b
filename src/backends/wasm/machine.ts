import { type Machine, type Precision, type Way, walks } from '../backend.ts';

/** Bytes of a page of WebAssembly memory. */
export const PAGE = 65536;

/** The most pages there can be. */
export const MAX_PAGES = 65536;

/** Bytes of a scalar. */
export const bytesOf = (precision: Precision): number => (precision === 'float32' ? 4 : 8);

/** Where a module has its static region, and what is free behind it, in scalars. */
export type Room = Pick<Machine, 'start' | 'free'>;

/** A machine that runs the kernels of a module on one thread, and has a page of memory of its own at first, or that which is given. */
export function wasmMachine(
  module: WebAssembly.Module,
  precision: Precision,
  { start, free }: Room,
  memory = new WebAssembly.Memory({ initial: 1 }),
): Machine & Required<Pick<Machine, 'walk'>> {
  const bytes = bytesOf(precision);
  const view = () => (precision === 'float32' ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer));
  let scalars = view();
  const reserve = (wanted: number) => {
    const pages = Math.ceil((wanted * bytes) / PAGE);
    const have = memory.buffer.byteLength / PAGE;
    if (pages <= have) return;
    if (pages > MAX_PAGES)
      throw new Error(
        `wasm: this batch needs ${pages / 16} MiB, but WebAssembly memory ends at ${MAX_PAGES / 16} MiB; use a smaller batch or shorter sequences`,
      );
    memory.grow(pages - have);
    scalars = view();
  };
  reserve(free);
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = instance.exports as Record<string, (...pointers: number[]) => void>;
  return {
    get scalars() {
      return scalars;
    },
    start,
    free,
    threads: 1,
    reserve,
    run(kernel, p) {
      kernels[kernel]!(
        p[0]! * bytes,
        p[1]! * bytes,
        p[2]! * bytes,
        p[3]! * bytes,
        p[4]! * bytes,
        p[5]! * bytes,
        p[6]! * bytes,
      );
    },
    walk(direction, shards, { scratch, gradient }) {
      const names: readonly (keyof Way<typeof direction>)[] = walks[direction];
      for (const shard of shards)
        for (const way of shard)
          kernels[direction]!(scratch * bytes, gradient * bytes, ...names.map((name) => way[name]));
    },
  };
}
