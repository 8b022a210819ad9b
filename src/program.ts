import type { Stream } from './computation.ts';
import { type Computed, compute, type ProgramOptions } from './compute.ts';
import type { Network } from './network.ts';
import { openStream } from './open-stream.ts';

export type { Answer, Gradients, Wishes } from './computation.ts';
export type { ProgramOptions } from './compute.ts';
export type { Reals } from './reals.ts';

/** A compiled network. */
export interface Program<N extends Network = Network> extends Computed<N> {
  /** Open a stream with the present parameters; later updates do not reach it. */
  stream(): Stream;
}

/** Compile a network for a backend. Throws when an option is unknown, or the backend cannot run here or does not know the precision. */
export function program<N extends Network>(network: N, options: ProgramOptions = {}): Program<N> {
  const computed = compute(network, options);
  const { stream } = computed;
  return Object.assign(computed, { stream: () => stream(openStream) });
}
