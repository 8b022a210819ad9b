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
  /** Ids of the neurons of each layer, in the direction in which signals flow: the motor neurons are in the last. */
  readonly layers: readonly (readonly number[])[];
}

/** A rule that says which synapses exist between `units` neurons and any number of inputs: always the same ones for the same number. */
export interface Wiring {
  readonly name: string;
  readonly units: number;
  readonly outputs: number;
  connect(inputs: number): Connections;
}

/** What a member says of its wiring. */
interface Plan {
  readonly name: string;
  readonly units: number;
  readonly outputs: number;
  /** Default: one layer of all units. */
  readonly layers?: Connections['layers'];
  /** The polarity, −1 or 1, or 0 where there is no synapse, from each input and from each unit to each unit: row by row, a row a source. */
  signs(inputs: number): { readonly sensory: ArrayLike<number>; readonly recurrent: ArrayLike<number> };
}

/** A wiring made of its matrices of signs. Throws when `units`, `outputs` or, later, the number of inputs is out of range. */
export function wiring({ name, units, outputs, layers, signs }: Plan): Wiring {
  checkWhole(`${name}: units`, units, 1);
  checkWhole(`${name}: outputs`, outputs, 1, units);
  return {
    name,
    units,
    outputs,
    connect(inputs) {
      checkWhole(`${name}: inputs`, inputs, 1);
      const matrices = signs(inputs);
      const sensory = synapses(matrices.sensory, units);
      const recurrent = synapses(matrices.recurrent, units);
      return {
        inputs,
        units,
        outputs,
        full: sensory.source.length === inputs * units && recurrent.source.length === units * units,
        sensory,
        recurrent,
        layers: layers ?? [Array.from({ length: units }, (_, id) => id)],
      };
    },
  };
}

function synapses(signs: ArrayLike<number>, targets: number): Synapses {
  const sources = signs.length / targets;
  const [source, target] = [new Int32Array(signs.length), new Int32Array(signs.length)];
  const polarity = new Int8Array(signs.length);
  let count = 0;
  for (let to = 0; to < targets; to++) {
    for (let from = 0; from < sources; from++) {
      const sign = signs[from * targets + to]!;
      if (sign === 0) continue;
      source[count] = from;
      target[count] = to;
      polarity[count++] = sign;
    }
  }
  return { source: source.slice(0, count), target: target.slice(0, count), polarity: polarity.slice(0, count) };
}

/** The matrix of these synapses, row by row, a row a source: their polarity, and 0 where there is none. */
export function adjacency({ source, target, polarity }: Synapses, sources: number, targets: number): Int8Array {
  const signs = new Int8Array(sources * targets);
  for (let k = 0; k < source.length; k++) signs[source[k]! * targets + target[k]!] = polarity[k]!;
  return signs;
}

/** Throws, naming `what` (the wiring and the argument), unless `value` is a whole number from `low` to `high`. */
export function checkWhole(what: string, value: number, low: number, high = Number.POSITIVE_INFINITY): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const wanted = high === Number.POSITIVE_INFINITY ? `of at least ${low}` : `from ${low} to ${high}`;
  throw new Error(`${what} is ${value}, but must be a whole number ${wanted}`);
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
    const { length } = values;
    let wrong = 0;
    while (wrong < length && Number.isInteger(values[wrong]) && values[wrong]! >= low && values[wrong]! <= high)
      wrong++;
    if (wrong < length)
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
