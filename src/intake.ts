import { hasFlow } from './cells/cell.ts';
import { allowsMissing, type Model, substitutes } from './model.ts';

/** What must be known of a model to feed sequences to its kernels, as plain data. */
export interface Intake extends Pick<Model, 'inputs' | 'timeUnit' | 'unfolds' | 'maxStep'> {
  /** Whether inputs may be NaN, and what stands for each that is. */
  readonly allowsMissing: boolean;
  readonly substitutes: readonly number[];
  /** Whether the states remember what was seen last. */
  readonly holds: boolean;
  /** Whether states change between samples. */
  readonly flows: boolean;
}

/** The intake of a model. */
export const intakeOf = (model: Model): Intake => ({
  inputs: model.inputs,
  timeUnit: model.timeUnit,
  unfolds: model.unfolds,
  ...(model.maxStep === undefined ? {} : { maxStep: model.maxStep }),
  allowsMissing: allowsMissing(model),
  substitutes: substitutes(model),
  holds: model.missing === 'hold',
  flows: hasFlow(model.cell),
});
