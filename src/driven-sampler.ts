import type { Machine, Sampler } from './backends/backend.ts';
import { blockSampler } from './backends/block-sampler.ts';
import type { Anatomy } from './compiler/compile.ts';
import type { Driver } from './drivers/driver.ts';

/** A driver, and the machine on which it takes a stream's sub-steps. */
export interface Driven {
  readonly machine: Machine;
  readonly driver: Driver;
}

/** A sampler whose solver has a driver: a block with one lane in use. */
export function drivenSampler(compiled: Anatomy, { machine, driver }: Driven): Sampler {
  const ask = { keep: false, where: () => 'push' };
  const step = (pointers: Int32Array) => void driver.forward(pointers, ask);
  return blockSampler(compiled, machine, driver.end, { isWhole: driver.isWhole, step });
}
