import type { Precision, Sampler } from '../backend.ts';

/** A run of scalars in memory. */
export interface Span {
  readonly at: number;
  readonly size: number;
}

/** Where the memory of one sequence holds what a caller reads and writes; plain data. */
export interface StreamLayout extends Readonly<Record<'input' | 'dt' | 'fraction' | 'output' | 'states', Span>> {
  readonly precision: Precision;
  readonly pages: number;
  readonly seen?: Span;
  /** Where each element of the states stands. */
  readonly positions: readonly number[];
  readonly visible: number;
  /** The function that lets time pass between two samples. */
  readonly flow: 'flow' | 'advance';
}

/** A sampler of a module for one sequence. */
export function streamSampler(module: WebAssembly.Module, layout: StreamLayout): Sampler {
  const { precision, pages, positions, visible, seen } = layout;
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const scalars = precision === 'float32' ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
  const view = ({ at, size }: Span) => scalars.subarray(at, at + size);
  return {
    input: view(layout.input),
    ...(seen ? { seen: view(seen) } : {}),
    dt: view(layout.dt),
    fraction: view(layout.fraction),
    output: view(layout.output),
    states: view(layout.states),
    values: () => positions.map((at) => scalars[at]!),
    visible,
    restore: (values) => {
      positions.forEach((at, k) => {
        scalars[at] = values[k]!;
      });
    },
    advance: exports.advance as Sampler['advance'],
    flow: exports[layout.flow] as Sampler['flow'],
  };
}
