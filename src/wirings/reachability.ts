import type { Connections } from './wiring.ts';

/** Neurons that take no part, by id in rising order. */
export interface Reachability {
  /** No path of synapses leads from an input to these: they only follow their own state and what they hear from each other. */
  readonly unreached: readonly number[];
  /** No path of synapses leads from these to a motor neuron: they change no output. */
  readonly unheard: readonly number[];
}

/** Which neurons no input reaches, and which reach no output. */
export function reachability({ units, outputs, sensory, recurrent }: Connections): Reachability {
  const { source, target } = recurrent;
  const motors = Array.from({ length: outputs }, (_, id) => id);
  return {
    unreached: beyond(units, sensory.target, source, target),
    unheard: beyond(units, motors, target, source),
  };
}

/** The neurons that no path `from` → `to` leads to from any of `start`. */
function beyond(units: number, start: Iterable<number>, from: Int32Array, to: Int32Array): number[] {
  const next = Array.from({ length: units }, (): number[] => []);
  for (let k = 0; k < from.length; k++) next[from[k]!]!.push(to[k]!);
  const reached = new Set(start);
  // What is added to a set while it is walked is walked as well.
  for (const neuron of reached) for (const other of next[neuron]!) reached.add(other);
  return next.flatMap((_, id) => (reached.has(id) ? [] : id));
}
