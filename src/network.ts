import type { Streamed } from './computation.ts';
import { declarations, type Model, type Slot } from './model.ts';

/** What every network has, whether one model or several. */
type Whole = Pick<Model, 'inputs' | 'outputs' | 'timeUnit' | 'readout' | 'layout' | 'parameters'>;

/** Networks one behind another: at every step, what one puts out is what the next one takes in. */
export interface Stack extends Whole {
  readonly kind: 'stack';
  /** The layers, the one that sees the inputs first. Their parameters are views of the stack's. */
  readonly parts: readonly Network[];
  /** The share of each layer's outputs that the next one does not see in training. */
  readonly dropout: number;
  readonly compose: Compose;
}

/** Two networks side by side: one reads each sequence from its beginning, the other from its end. */
export interface Bidirectional extends Whole {
  readonly kind: 'bidirectional';
  /** The forward and the backward one. Their parameters are views of the whole's. */
  readonly parts: readonly [Network, Network];
  /** Whether the outputs are those of the forward one and then those of the backward one, or their sum. */
  readonly merge: 'concatenate' | 'sum';
  readonly compose: Compose;
}

/** A network: a model as plain data, or several that were put together. */
export type Network = Model | Stack | Bidirectional;

/** A network that is put together from others. */
export type Composite = Stack | Bidirectional;

/** What makes the computation of a composite of those of its parts. A composite brings it along, so that who runs one model needs nothing of it. */
export type Compose = <Open>(network: Composite, parts: readonly Streamed<Open>[]) => Streamed<Open>;

/** What parameters of a composite's parts are called in front of their own names: `0.` and so on by layer, or by direction. */
export const prefixes = ({ kind, parts }: { kind: Composite['kind']; parts: readonly unknown[] }): readonly string[] =>
  parts.map((_, k) => `${kind === 'stack' ? k : ['forward', 'backward'][k]}.`);

/** One of the models of a network, what is in front of its parameters' names, and where they begin. */
export interface Leaf {
  readonly prefix: string;
  readonly model: Model;
  readonly offset: number;
}

/** All models of a network in the order of its parameters; of a model, itself. */
export function models(of: Network, prefix = '', offset = 0): readonly Leaf[] {
  if ('cell' in of) return [{ prefix, model: of, offset }];
  const own = prefixes(of);
  return of.parts.flatMap((part, k) => {
    const found = models(part, prefix + own[k], offset);
    offset += part.parameters.length;
    return found;
  });
}

/** The arrays of parts as those of the whole: layout, and one flat array of parameters. */
export function gathered(of: Pick<Composite, 'kind' | 'parts'>): Pick<Whole, 'layout' | 'parameters'> {
  const own = prefixes(of);
  const parameters = Float64Array.from(of.parts.flatMap((part) => [...part.parameters]));
  let begin = 0;
  const layout = of.parts.flatMap((part, k): readonly Slot[] => {
    const from = begin;
    begin += part.parameters.length;
    return part.layout.map((slot) => ({ ...slot, name: own[k] + slot.name, offset: from + slot.offset }));
  });
  return { layout, parameters };
}

/** The same network with other parameters. Throws when their number differs. */
export function withParameters<N extends Network>(of: N, parameters: ArrayLike<number>): N {
  if (parameters.length !== of.parameters.length)
    throw new Error(`withParameters: ${parameters.length} parameters given, but the model has ${of.parameters.length}`);
  return sharing(of, Float64Array.from(parameters)) as N;
}

/** A network on these parameters, of which its parts have views. */
function sharing(of: Network, parameters: Float64Array): Network {
  if ('cell' in of) return { ...of, parameters };
  let end = 0;
  const parts = of.parts.map((part) => {
    const begin = end;
    end += part.parameters.length;
    return sharing(part, parameters.subarray(begin, end));
  });
  return { ...of, parameters, parts } as Network;
}

/** The least value of a positive parameter under `clip`, as in the paper's code: capacitances divide. */
const LEAST = 1e-6;

/** Move parameters back inside their constraints, in place, where a model's constraints are `clip`. Positive ones stay at 1e-6 or more. */
export function project(of: Network, parameters: Float32Array | Float64Array): void {
  for (const { model, offset: from } of models(of)) {
    if (model.constraints !== 'clip') continue;
    const all = declarations(model.cell, model.readout);
    for (const { name, offset, size } of model.layout) {
      const { constraint } = all[name]!;
      if (constraint === 'none') continue;
      const [lo, hi] = constraint === 'positive' ? [LEAST, Number.POSITIVE_INFINITY] : [constraint.lo, constraint.hi];
      for (let k = from + offset; k < from + offset + size; k++)
        parameters[k] = Math.min(hi, Math.max(lo, parameters[k]!));
    }
  }
}
