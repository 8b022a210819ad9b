import { random } from '../random.ts';
import type { Setting } from './panel.ts';
import type { Reading, Spread } from './readings.ts';

/** What one layer is drawn with: k neurons driven by `inputs` signals. */
export interface Layer {
  readonly inputs: number;
  /** Weights of the drive: of input j to neuron i at j·k + i. */
  readonly forward: Float64Array;
  readonly bias: Float64Array;
  /** A of the drive's term. */
  readonly A: Float64Array;
  /** Time constants. */
  readonly tau: Float64Array;
  /** Weights between the layer's neurons, of neuron j to neuron i at j·k + i; the LTC's alone, as what follows. */
  readonly recurrent: Float64Array;
  readonly recurrentBias: Float64Array;
  readonly recurrentA: Float64Array;
}

/**
 * The layers of a draw. It is made of standard normal numbers that follow from the seed, the depth, the width and the number, and of
 * spreads that follow from the rest: models, activations, σ, solvers, input steps and readings are compared on the same networks.
 */
export function draw(
  { depth, width, variance }: Setting,
  { weights, A, tau }: Reading,
  seed: number,
  number: number,
): Layer[] {
  const normal = random([seed, depth, width, number].reduce(mix, 0)).normal;
  const normals = (size: number, { variance: power, width: fanIn }: Spread) => {
    const deviation = variance ** power * width ** fanIn;
    return Float64Array.from({ length: size }, () => deviation * normal());
  };
  const BIAS = { variance: 0, width: 0 };
  return Array.from({ length: depth }, (_, layer) => {
    const inputs = layer === 0 ? 2 : width;
    return {
      inputs,
      forward: normals(inputs * width, weights),
      bias: normals(width, BIAS),
      A: normals(width, A),
      tau: normals(width, tau).map(Math.abs),
      recurrent: normals(width * width, weights),
      recurrentBias: normals(width, BIAS),
      recurrentA: normals(width, A),
    };
  });
}

/** 32 bits of `mixed` and of the whole number `value`, both halves of it (the finaliser of MurmurHash3, Appleby). */
function mix(mixed: number, value: number): number {
  let z = Math.imul(mixed, 31) + value + Math.imul(Math.floor(value / 2 ** 32), 0x9e3779b1);
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
