import type { Random } from '../random.ts';

/** Synapses between two axes, ordered by target, then by source. `polarity` is +1 (excitatory) or −1 (inhibitory). */
export interface Synapses {
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly polarity: Int8Array;
}

/** A wiring joined to a number of inputs: which synapses exist. Motor neurons are the first `outputs` units. */
export interface Connections {
  readonly inputs: number;
  readonly units: number;
  readonly outputs: number;
  /** True when every synapse exists. */
  readonly full: boolean;
  readonly sensory: Synapses;
  readonly recurrent: Synapses;
}

/** A rule that says which synapses exist between `units` neurons and any number of inputs. */
export interface Wiring {
  readonly name: string;
  readonly units: number;
  readonly outputs: number;
  connect(inputs: number, random: Random): Connections;
}

/** The synapses for which `polarity(source, target)` is not 0, in order of target, then source. */
export function synapses(
  sources: number,
  targets: number,
  polarity: (source: number, target: number) => number,
): Synapses {
  const found: [number, number, number][] = [];
  for (let target = 0; target < targets; target++) {
    for (let source = 0; source < sources; source++) {
      const sign = polarity(source, target);
      if (sign !== 0) found.push([source, target, Math.sign(sign)]);
    }
  }
  return {
    source: Int32Array.from(found, (s) => s[0]),
    target: Int32Array.from(found, (s) => s[1]),
    polarity: Int8Array.from(found, (s) => s[2]),
  };
}

/** Refuse an argument of a wiring: says what was given and what was wanted. */
export function refuse(argument: string, given: string, wanted: string): never {
  throw new Error(`wiring: ${argument} has ${given}, but wants ${wanted}`);
}
