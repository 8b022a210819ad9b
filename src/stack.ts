import { composed } from './composition/composed.ts';
import { type ModelOptions, model } from './model.ts';
import { type Bidirectional, gathered, type Network, type Stack, withParameters } from './network.ts';
import { checkNames } from './options.ts';
import { random } from './random.ts';

/** Options of {@link stack}: the layers one by one. */
export interface StackOptions {
  /** Models, or what {@link bidirectional} and `stack` put together; the first sees the inputs. */
  readonly layers: readonly Network[];
  /** The share of each layer's outputs that the next one does not see in training, from 0 to below 1; default 0. */
  readonly dropout?: number;
}

/** Options of {@link stack}: layers that differ in size only. All else is as for a model; the readout is on the last layer. */
export interface LayersOptions extends Omit<ModelOptions, 'units' | 'wiring'> {
  /** Units of each layer. */
  readonly units: readonly number[];
  /** Whether every layer reads its sequences both ways; default false. */
  readonly bidirectional?: boolean;
  /** The share of each layer's outputs that the next one does not see in training; default 0. */
  readonly dropout?: number;
}

/**
 * Layers one behind another: at every step, what one puts out is what the next one takes in; elapsed times and masks are the same for
 * all. Throws when an option is unknown, or sizes, time units or readouts do not fit together, and names the layer.
 */
export function stack(options: StackOptions | LayersOptions): Stack {
  if (!('layers' in options)) return equal(options);
  checkNames('stack', options, ['layers', 'dropout']);
  const { layers, dropout = 0 } = options;
  if (layers.length === 0) throw new Error('stack: layers is empty, but there must be at least one');
  if (!(dropout >= 0 && dropout < 1)) throw new Error(`stack: dropout is ${dropout}, but must be from 0 to below 1`);
  if (dropout > 0 && layers.length === 1)
    throw new Error(`stack: dropout is ${dropout}, but lies between layers, and there is only one`);
  layers.forEach((layer, k) => {
    const before = layers[k - 1];
    if (!before) return;
    if (before.readout?.when === 'last')
      throw new Error(
        `stack: layer ${k - 1} has a readout of the last step, but layer ${k} wants outputs at every step; only the last layer may have one`,
      );
    if (layer.inputs !== before.outputs)
      throw new Error(
        `stack: layer ${k} has ${layer.inputs} inputs, but layer ${k - 1} gives ${before.outputs} outputs`,
      );
    if (layer.timeUnit !== before.timeUnit)
      throw new Error(
        `stack: layer ${k} has a timeUnit of ${layer.timeUnit}, but layer ${k - 1} one of ${before.timeUnit}`,
      );
  });
  const whole = { kind: 'stack', parts: layers, dropout, compose: composed } as const;
  const [{ inputs, timeUnit }, { outputs, readout }] = [layers[0]!, layers.at(-1)!];
  const made = gathered(whole);
  return withParameters<Stack>(
    { ...whole, inputs, outputs, timeUnit, ...(readout ? { readout } : {}), ...made },
    made.parameters,
  );
}

/** Options of {@link bidirectional}. */
export interface BidirectionalOptions {
  /** Reads sequences from their beginning. */
  readonly forward: Network;
  /** Reads them from their end. */
  readonly backward: Network;
  /** Outputs side by side, or added; default concatenate. The sum, with a readout on each, is a dense layer on both. */
  readonly merge?: 'concatenate' | 'sum';
}

/**
 * Two networks that read each sequence from its beginning and from its end; at every step, the outputs of both at that step. Between
 * two samples the backward one sees the same elapsed time as the forward one; its first, which is the last, has 1. A readout `last`
 * answers when each has read all. Throws when an option is unknown or the two do not fit together.
 */
export function bidirectional(options: BidirectionalOptions): Bidirectional {
  checkNames('bidirectional', options, ['forward', 'backward', 'merge']);
  const { forward, backward, merge = 'concatenate' } = options;
  if (merge !== 'concatenate' && merge !== 'sum')
    throw new Error(`bidirectional: merge is "${merge}", but must be "concatenate" or "sum"`);
  for (const name of ['inputs', 'timeUnit', ...(merge === 'sum' ? (['outputs'] as const) : [])] as const) {
    if (forward[name] !== backward[name])
      throw new Error(
        `bidirectional: ${name} is ${forward[name]} in forward, but ${backward[name]} in backward; they must be the same`,
      );
  }
  const [when, other] = [forward, backward].map(({ readout }) => readout?.when ?? 'every');
  if (when !== other)
    throw new Error(
      `bidirectional: forward puts out at "${when}" step, but backward at "${other}"; they must be the same`,
    );
  const whole = { kind: 'bidirectional', parts: [forward, backward], merge, compose: composed } as const;
  const { inputs, timeUnit, readout } = forward;
  const outputs = merge === 'sum' ? forward.outputs : forward.outputs + backward.outputs;
  const made = gathered(whole);
  return withParameters<Bidirectional>(
    { ...whole, inputs, outputs, timeUnit, ...(readout ? { readout: { ...readout, outputs } } : {}), ...made },
    made.parameters,
  );
}

/** Layers that differ in size only, each with initial parameters of its own, drawn from one seed. */
function equal({ units, bidirectional: isBoth = false, dropout = 0, ...options }: LayersOptions): Stack {
  if (!Array.isArray(units) || units.length === 0)
    throw new Error(`stack: units is ${JSON.stringify(units)}, but must be a list of numbers, one for each layer`);
  const { inputs, missing, readout, seed = 0, ...rest } = options;
  const draw = random(seed);
  const layers: Network[] = [];
  units.forEach((size: number, k) => {
    const isLast = k === units.length - 1;
    const make = () =>
      model({
        ...rest,
        inputs: layers.at(-1)?.outputs ?? inputs,
        units: size,
        ...(k === 0 && missing !== undefined ? { missing } : {}),
        ...(isLast && readout ? { readout } : {}),
        seed: draw.integer(2 ** 32),
      });
    const merge = isLast && readout ? 'sum' : 'concatenate';
    layers.push(isBoth ? bidirectional({ forward: make(), backward: make(), merge }) : make());
  });
  return stack({ layers, dropout });
}
