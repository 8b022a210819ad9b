import type { Random } from '../random.ts';
import { type Synapses, synapses, type Wiring } from './wiring.ts';

/** Every input and every unit is wired to every unit; two of three synapses are excitatory, as in `ncps`. */
export function full(units: number, outputs = units): Wiring {
  return {
    name: 'full',
    units,
    outputs,
    connect(inputs, random) {
      return {
        inputs,
        units,
        outputs,
        full: true,
        sensory: all(inputs, units, random),
        recurrent: all(units, units, random),
      };
    },
  };
}

const all = (sources: number, targets: number, random: Random): Synapses =>
  synapses(sources, targets, () => (random.integer(3) === 0 ? -1 : 1));
