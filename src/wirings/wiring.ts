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

/** Check synapses between this many sources and targets. Throws, naming the array after `where`, when they are out of range or of order. */
export function checkSynapses(
  where: string,
  { source, target, polarity }: { readonly [K in keyof Synapses]: ArrayLike<number> },
  sources: number,
  targets: number,
): void {
  const range = (name: string, values: ArrayLike<number>, low: number, high: number) => {
    const wrong = Array.from(values).findIndex((v) => !Number.isInteger(v) || v < low || v > high);
    if (wrong >= 0)
      throw new Error(
        `${where}.${name}[${wrong}] is ${values[wrong]}, but must be a whole number from ${low} to ${high}`,
      );
  };
  range('source', source, 0, sources - 1);
  range('target', target, 0, targets - 1);
  range('polarity', polarity, -1, 1);
  if (source.length !== target.length || source.length !== polarity.length)
    throw new Error(
      `${where} has ${source.length} sources, ${target.length} targets and ${polarity.length} polarities; they must be as many`,
    );
  for (let k = 1; k < source.length; k++) {
    if (target[k]! < target[k - 1]! || (target[k] === target[k - 1] && source[k]! <= source[k - 1]!))
      throw new Error(`${where} is not in order of target, then source`);
  }
}
