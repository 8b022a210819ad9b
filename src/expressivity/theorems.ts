import { TURN } from './circle.ts';
import type { Setting } from './panel.ts';

/**
 * The denominator of the printed bounds, by σ_w² + σ_b² and the width, in both ways that it is typeset: `one-root` has one root over
 * all, as the published code has it and Raghu et al. 2017; `two-roots` ends the first root before the width.
 */
const denominators = {
  'one-root': (variance: number, width: number) => Math.sqrt(variance + width * Math.sqrt(variance)),
  'two-roots': (variance: number, width: number) => Math.sqrt(variance) + width * Math.sqrt(variance),
};

/** A way that the bounds are typeset. */
export type Typesetting = keyof typeof denominators;

/** The models that a theorem speaks of. */
export type BoundedModel = 'N-ODE' | 'CT-RNN' | 'LTC';

/** σ_b² of every figure. */
const BIAS_VARIANCE = 1;

/** By how much a path's length grows per layer and solver step at least, up to a constant factor: what Theorems 4 and 5 raise to the power d·L. */
export function leastGrowth(
  model: BoundedModel,
  { variance, width }: Pick<Setting, 'variance' | 'width'>,
  typesetting: Typesetting,
): number {
  const deviation = Math.sqrt(variance) - (model === 'CT-RNN' ? Math.sqrt(BIAS_VARIANCE) : 0);
  return (deviation * Math.sqrt(width)) / denominators[typesetting](variance + BIAS_VARIANCE, width);
}

/**
 * The printed lower bounds on a layer's expected trajectory length, without their unknown constant factor: growth^(d·L)·l(I) for a
 * Neural ODE and a CT-RNN (Theorem 4), times σ_w + ‖z‖/min(δt, L) for an LTC (Theorem 5). d is the layer counted from 1, l(I) the
 * length of the input's path and δt its spacing; `depth` is L, the computational depth, and `norm` is ‖z‖, that of the layer's state.
 */
export function lowerBound(
  model: BoundedModel,
  setting: Setting,
  layer: number,
  { depth, norm }: { readonly depth: number; readonly norm: number },
  typesetting: Typesetting,
): number {
  const chords = setting.inputSteps - 1;
  const inputLength = 2 * chords * Math.sin(Math.PI / chords);
  const bound = leastGrowth(model, setting, typesetting) ** ((layer + 1) * depth) * inputLength;
  if (model !== 'LTC') return bound;
  return bound * (Math.sqrt(setting.variance) + norm / Math.min(TURN / chords, depth));
}
