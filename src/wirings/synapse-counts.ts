import type { Connections } from './wiring.ts';

/** How many synapses a relation has, and how many it would have if all existed. */
export interface SynapseCount {
  readonly relation: 'input->state' | 'state->state';
  readonly synapses: number;
  readonly dense: number;
}

/** The synapses from inputs and those between neurons, counted: cost grows with `synapses`, where a dense layer's grows with `dense`. */
export function synapseCounts({ inputs, units, sensory, recurrent }: Connections): readonly SynapseCount[] {
  return [
    { relation: 'input->state', synapses: sensory.source.length, dense: inputs * units },
    { relation: 'state->state', synapses: recurrent.source.length, dense: units * units },
  ];
}
