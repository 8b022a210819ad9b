import type { Field } from '../integrators/integrator.ts';
import type { Activation } from './activations.ts';
import type { Input } from './circle.ts';
import type { Layer } from './draw.ts';

/** What tells the models with a state apart: dy/dt = −y·(leak/τ) + f without the liquid terms. */
export interface Dynamics {
  /** Whether states decay with their time constants. */
  readonly leaks: boolean;
  /** Whether |f| and |r| are rates of decay too, and f·A + r·A' the drive; r is the recurrent activation. */
  readonly liquid: boolean;
}

/** The models whose layers have states. */
export const dynamics = {
  'N-ODE': { leaks: false, liquid: false },
  'CT-RNN': { leaks: true, liquid: false },
  LTC: { leaks: true, liquid: true },
} satisfies Record<string, Dynamics>;

/**
 * The layers as one system of equations, layer by layer in the state; the first is driven by the input, every other by the states of
 * the one before. With f = act(Wᵀ·drive + b) and r = act(Rᵀ·y + c) (`*_def.m` of the published code):
 * dy/dt = f (N-ODE), −y/τ + f (CT-RNN), −y·(1/τ + |f| + |r|) + f·A + r·A' (LTC).
 */
export function field(layers: readonly Layer[], { leaks, liquid }: Dynamics, act: Activation, input: Input): Field {
  const width = layers[0]!.tau.length;
  const padded = 4 * Math.ceil(width / 4);
  const parts = layers.map((layer) => ({
    ...layer,
    drive: affine(layer.forward, layer.bias, layer.inputs),
    within: affine(layer.recurrent, layer.recurrentBias, width),
    leak: layer.tau.map((tau) => (leaks ? 1 / tau : 0)),
  }));
  const u = new Float64Array(2);
  const f = new Float64Array(padded);
  const r = new Float64Array(padded);
  return (t, y, out) => {
    input(t, u);
    for (let layer = 0; layer < parts.length; layer++) {
      const { drive, within, leak, A, recurrentA } = parts[layer]!;
      const at = layer * width;
      if (layer === 0) drive(u, 0, f);
      else drive(y, at - width, f);
      if (liquid) {
        within(y, at, r);
        for (let i = 0; i < width; i++) {
          const fi = act(f[i]!);
          const ri = act(r[i]!);
          out[at + i] = -y[at + i]! * (leak[i]! + Math.abs(fi) + Math.abs(ri)) + fi * A[i]! + ri * recurrentA[i]!;
        }
      } else {
        for (let i = 0; i < width; i++) out[at + i] = -y[at + i]! * leak[i]! + act(f[i]!);
      }
    }
  };
}

/** Writes weightsᵀ·x + bias to `out`, which is padded to a multiple of four; x is `inputs` numbers of `values` from place `from` on. */
export type Affine = (values: Float64Array, from: number, out: Float64Array) => void;

/** The product with a layer's weights, four neurons at a time, which keeps four sums in flight: it is where the experiments spend their time. */
export function affine(weights: Float64Array, bias: Float64Array, inputs: number): Affine {
  const width = bias.length;
  const padded = 4 * Math.ceil(width / 4);
  const w = new Float64Array(inputs * padded);
  for (let j = 0; j < inputs; j++) w.set(weights.subarray(j * width, (j + 1) * width), j * padded);
  const b = new Float64Array(padded);
  b.set(bias);
  return (values, from, out) => {
    for (let i = 0; i < padded; i += 4) {
      let s0 = b[i]!;
      let s1 = b[i + 1]!;
      let s2 = b[i + 2]!;
      let s3 = b[i + 3]!;
      for (let j = 0, at = i; j < inputs; j++, at += padded) {
        const value = values[from + j]!;
        s0 += w[at]! * value;
        s1 += w[at + 1]! * value;
        s2 += w[at + 2]! * value;
        s3 += w[at + 3]! * value;
      }
      out[i] = s0;
      out[i + 1] = s1;
      out[i + 2] = s2;
      out[i + 3] = s3;
    }
  };
}
