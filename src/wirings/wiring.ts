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
