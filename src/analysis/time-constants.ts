import type { Model } from '../model.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** Time constants of every neuron along some sequences. */
export interface TimeConstants {
  /** τ_sys = −1/slope after each sample, `(batch, steps, units)`, in units of dt; 0 at masked steps. */
  readonly tau: Float64Array;
  /** `liquid` when it varies along the sequences, `constant` when it does not, `infinite` when the flow has no leak. */
  readonly kind: 'liquid' | 'constant' | 'infinite';
}

/**
 * The liquid time constants of a model along sequences, from the split dx/dt = slope·x + rest of its equation (Hasani et al. 2021,
 * τ_sys = τ/(1 + τf)). Throws when the cell has no flow that is affine in its own state.
 */
export function timeConstants(model: Model, sequences: Sequences): TimeConstants {
  const { outputs } = program(model, { observe: 'slope', precision: 'float64' }).forward(sequences);
  const { mask } = sequences;
  const units = outputs.length / (sequences.batch * sequences.steps);
  const kept = (k: number) => mask?.[Math.floor(k / units)] !== 0;
  const tau = Float64Array.from(outputs, (slope, k) => (kept(k) ? 1 / (0 - slope) : 0));
  if (tau.every((value, k) => !kept(k) || !Number.isFinite(value))) return { tau, kind: 'infinite' };
  const first = new Map<number, number>();
  const isConstant = tau.every((value, k) => {
    if (!kept(k)) return true;
    const unit = k % units;
    if (!first.has(unit)) first.set(unit, value);
    return value === first.get(unit);
  });
  return { tau, kind: isConstant ? 'constant' : 'liquid' };
}
