import type { Network } from '../network.ts';
import type { Arrays, Dense } from './arrays.ts';
import type { Settings } from './family.ts';
import { gather, type Mapping } from './mapping.ts';

/** A kind of whole network of another library, made of its families. */
export interface Origin<N extends Network = Network> {
  /** As the other library calls it. */
  readonly name: string;
  /** The settings that mean something here; default none. */
  readonly knows?: readonly (keyof Settings)[];
  /** Whether arrays are of this kind, by their names. */
  recognises(arrays: Arrays): boolean;
  /** The network of these arrays, before its parameters are read. Throws when shapes contradict each other or the settings. */
  network(arrays: Arrays, settings: Settings): N;
  /** Where each parameter of the network stands. */
  mapping(of: N): Mapping;
  /** Arrays beside the parameters, such as masks. */
  fixed?(of: N): ReadonlyMap<string, Dense>;
}

/** The network of arrays. Throws when arrays are missing, contradict each other or the settings, or are none of this kind's. */
export function networkOf<N extends Network>(origin: Origin<N>, arrays: Arrays, settings: Settings): N {
  const empty = origin.network(arrays, settings);
  const mapping = origin.mapping(empty);
  const parts = new Set([
    ...empty.layout.map(({ name }) => mapping[name]?.array),
    ...(origin.fixed?.(empty).keys() ?? []),
  ]);
  const other = arrays.names.find((name) => !parts.has(name));
  if (other !== undefined) throw new Error(`there is an array "${other}", which is no part of ${origin.name}`);
  return gather(empty, mapping, arrays);
}
