import { hasFlow } from './cells/cell.ts';
import { slope } from './compiler/observation.ts';
import { compute } from './compute.ts';
import { NotAffine } from './expression/split.ts';
import { intakeOf } from './intake.ts';
import type { Model } from './model.ts';
import type { Sequences } from './sequences.ts';
import { semiImplicit } from './solvers/semi-implicit.ts';
import { timing } from './timing.ts';

/** Numbers that say a model's solver will be unstable. */
export interface StabilityWarning {
  readonly message: string;
  /** The largest sub-step times rate on the data, and how large it may be. */
  readonly reached: number;
  readonly limit: number;
  /** Where that is. */
  readonly sequence: number;
  readonly step: number;
  readonly state: number;
  /** The fewest sub-steps a sample, or the longest sub-step, that keeps within the limit everywhere. */
  readonly enough: { readonly unfolds: number } | { readonly maxStep: number };
}

/**
 * Whether an explicit solver will be unstable on some sequences: whether its sub-step times the rate of a state, −slope of the split
 * dx/dt = slope·x + rest, passes its stability limit, the states being those of the fused solver, which is stable. Undefined where all
 * is well, where the solver has no limit or chooses its own steps, and where the flow has no split, so that nothing is known. Where
 * several states flow, the first one with a split is looked at.
 */
export function stabilityWarning(model: Model, sequences: Sequences): StabilityWarning | undefined {
  const { cell, solver, maxStep } = model;
  const limit = solver.stability;
  if (!Number.isFinite(limit) || solver.drive) return undefined;
  if (!hasFlow(cell)) return undefined;
  const slopes = slopesOf(model, sequences);
  if (!slopes) return undefined;
  const { batch, steps } = sequences;
  const states = slopes.length / (batch * steps);
  const { initial: _, ...timed } = sequences;
  const plan = timing(intakeOf(model), states, timed);
  let [reached, worst, unfolds, longest] = [0, 0, 1, Number.POSITIVE_INFINITY];
  for (let k = 0; k < slopes.length; k++) {
    const at = Math.floor(k / states);
    const rate = -slopes[k]!;
    if (plan.kept[at] === 0 || !(rate > 0)) continue;
    const step = plan.dt[at]! / plan.count[at]!;
    if (step * rate > reached) [reached, worst] = [step * rate, k];
    unfolds = Math.max(unfolds, Math.ceil((plan.dt[at]! * rate) / limit));
    longest = Math.min(longest, limit / rate);
  }
  if (reached <= limit) return undefined;
  const [sequence, step, state] = [
    Math.floor(worst / states / steps),
    Math.floor(worst / states) % steps,
    worst % states,
  ];
  const enough = maxStep === undefined ? { unfolds } : { maxStep: longest };
  const remedy = maxStep === undefined ? `${unfolds} sub-steps` : `maxStep ${longest.toPrecision(2)}`;
  const isNeuron = Object.values(cell.states)[0]!.join() === 'state';
  const where = `${isNeuron ? 'neuron' : 'state'} ${state}`;
  const message = `${solver.name} is unstable here: dt·rate reaches ${reached.toPrecision(2)} (${where}, sequence ${sequence}, step ${step}), its limit is ${limit.toPrecision(2)}; use semi-implicit or ${remedy}`;
  return { message, reached, limit, sequence, step, state, enough };
}

/** The slope of every entry of a state (by default the first with a split) after every sample of the fused solver, or undefined where its flow has no split. */
export function slopesOf(model: Model, sequences: Sequences, state?: string): ArrayLike<number> | undefined {
  try {
    const stable = { ...model, solver: semiImplicit };
    return compute(stable, { observe: slope(state), precision: 'float64' }).forward(sequences).outputs;
  } catch (error) {
    if (error instanceof NotAffine) return undefined;
    throw error;
  }
}
