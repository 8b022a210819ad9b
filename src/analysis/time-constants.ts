import { hasFlow } from '../cells/cell.ts';
import { slope } from '../compiler/observation.ts';
import type { Model } from '../model.ts';
import { check, checkNames, oneOf } from '../options.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** `liquid` when it varies along the sequences, `constant` when it does not, `infinite` when the flow has no leak. */
export type TimeConstantKind = 'liquid' | 'constant' | 'infinite';

/** The time constant of one unit in numbers, in units of dt, by its rate 1/τ: below 0, where it grows, is beyond infinite. */
export interface UnitTimeConstant {
  /** Its number within the state. */
  readonly unit: number;
  readonly kind: TimeConstantKind;
  /** τ where the unit forgets fastest, at the middle of its rates, and where it forgets slowest. */
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Time constants of every neuron along some sequences. */
export interface TimeConstants {
  /** τ_sys = −1/slope after each sample, `(batch, steps, units)`, in units of dt; 0 at masked steps. */
  readonly tau: Float64Array;
  /** `infinite` where all units are, `liquid` where one is. */
  readonly kind: TimeConstantKind;
  readonly units: readonly UnitTimeConstant[];
}

/**
 * The liquid time constants of a model along sequences, from the split dx/dt = slope·x + rest of its equation (Hasani et al. 2021,
 * τ_sys = τ/(1 + τf)); of the flow of `state`, by default the first that has a split. Throws when there is no such flow, or no sample
 * of the sequences exists.
 */
export function timeConstants(
  model: Model,
  sequences: Sequences,
  options: { readonly state?: string | undefined } = {},
): TimeConstants {
  checkNames('timeConstants', options, ['state']);
  const { cell } = model;
  const { state } = options;
  if (!hasFlow(cell)) throw new Error(`timeConstants: cell "${cell.name}" has no flow, so no time constants`);
  if (state !== undefined)
    check('timeConstants: state', state, oneOf(...cell.checked.flow.map(({ left }) => left.name)));
  const { outputs } = program(model, { observe: slope(state), precision: 'float64' }).forward(sequences);
  const { batch, steps, mask } = sequences;
  const width = outputs.length / (batch * steps);
  const samples = Array.from({ length: batch * steps }, (_, at) => at).filter((at) => mask?.[at] !== 0);
  if (samples.length === 0) throw new Error('timeConstants: no sample of the sequences exists; all are masked');
  const tau = new Float64Array(outputs.length);
  for (const at of samples) for (let k = at * width; k < (at + 1) * width; k++) tau[k] = 1 / (0 - outputs[k]!);
  const units = Array.from({ length: width }, (_, unit) =>
    summary(
      unit,
      Float64Array.from(samples, (at) => outputs[at * width + unit]!),
    ),
  );
  const kinds = units.map(({ kind }) => kind);
  return {
    tau,
    kind: (['liquid', 'constant'] as const).find((kind) => kinds.includes(kind)) ?? 'infinite',
    units,
  };
}

/** A unit's time constant from its slopes, which are put in order. */
function summary(unit: number, slopes: Float64Array): UnitTimeConstant {
  slopes.sort();
  const at = (share: number) => 1 / (0 - slopes[Math.round(share * (slopes.length - 1))]!);
  const [least, median, most] = [at(0), at(0.5), at(1)];
  const kind = least !== most ? 'liquid' : Number.isFinite(least) ? 'constant' : 'infinite';
  return { unit, kind, least, median, most };
}
