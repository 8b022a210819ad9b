import type { Intake } from './intake.ts';
import { check, wholeFrom } from './options.ts';
import type { Sequences } from './sequences.ts';

/** The farthest that numbers reach, by precision: a larger one is infinite there. */
export const reach = { float64: Number.MAX_VALUE, float32: (2 - 2 ** -23) * 2 ** 127 };

/** The time of a batch, checked: elapsed time and number of sub-steps of every step; both 0 where the mask is 0. */
export interface Timing {
  /** `(batch, steps)`. */
  readonly dt: Float64Array;
  /** `(batch, steps)`. */
  readonly count: Int32Array;
  /** `(batch, steps)`: 1 where the step exists. */
  readonly kept: Uint8Array;
  /** `(batch, steps)`: the step itself where it exists, else one that does: the last before it, the first after it, any of the batch; −1 if none. */
  readonly standIn: Int32Array;
  /** `(batch, steps, inputs)`: 1 where the input is a number, 0 where it is missing; absent if none is. */
  readonly seen?: Uint8Array;
}

/** Sub-steps are counted in numbers of either precision, which are whole up to here. */
const MOST = 2 ** 24;

/**
 * Sub-steps of a sample of length dt: the model's count, or as many as its largest step needs; computed once, in float64. Throws when
 * these are more than 16777216.
 */
export function countOf(model: Pick<Intake, 'unfolds' | 'maxStep'>, dt: number): number {
  if (model.maxStep === undefined) return model.unfolds;
  const count = Math.max(1, Math.ceil(dt / model.maxStep - 1e-6));
  if (count > MOST)
    throw new Error(
      `a sample of dt ${dt} takes ${count} sub-steps of the model's maxStep, ${model.maxStep}, but ${MOST} is the most there can be`,
    );
  return count;
}

/**
 * Check a batch against a model and plan its sub-steps. Throws when an array has the wrong length, a mask is neither 0 nor 1, or a kept
 * step has an input that is not a finite number in `precision` (or is NaN, if the model does not take missing inputs) or a dt that is
 * negative or not finite there.
 */
export function timing(
  model: Intake,
  states: number,
  sequences: Sequences,
  precision: keyof typeof reach = 'float64',
): Timing {
  const { batch, steps, x, dt, mask, initial } = sequences;
  check('sequences: batch', batch, wholeFrom(1));
  check('sequences: steps', steps, wholeFrom(1));
  const length = (name: string, array: ArrayLike<number> | undefined, shape: Record<string, number>) => {
    const wanted = Object.values(shape).reduce((a, b) => a * b, 1);
    if (array && array.length !== wanted) {
      const axes = Object.entries(shape).map(([axis, size]) => `${axis} ${size}`);
      throw new Error(`sequences: ${name} has ${array.length} entries, but (${axes.join(', ')}) needs ${wanted}`);
    }
  };
  length('x', x, { batch, steps, inputs: model.inputs });
  length('dt', dt, { batch, steps });
  length('mask', mask, { batch, steps });
  length('initial', initial, { batch, states });
  const most = reach[precision];
  /** Whether a number stays finite in the precision it is computed in. */
  const holds = (value: number) => Math.abs(value) <= most;
  const within = (value: number) =>
    Number.isFinite(value) && !holds(value) ? ` within the reach of ${precision}, ${most}` : '';
  const takesMissing = model.allowsMissing;
  let seen: Uint8Array | undefined;
  const plan: Timing = {
    dt: new Float64Array(batch * steps),
    count: new Int32Array(batch * steps),
    kept: new Uint8Array(batch * steps),
    standIn: new Int32Array(batch * steps),
  };
  const where = (at: number) => `sequence ${Math.floor(at / steps)}, step ${at % steps}`;
  for (let at = 0; at < batch * steps; at++) {
    if (mask && mask[at] === 0) continue;
    if (mask && mask[at] !== 1)
      throw new Error(
        `sequences: mask is ${mask[at]} at ${where(at)}, but must be 1 where the step exists and 0 where it does not`,
      );
    const elapsed = dt ? dt[at]! : 1;
    if (!(elapsed >= 0 && holds(elapsed)))
      throw new Error(
        `sequences: dt is ${elapsed} at ${where(at)}, but elapsed time must be 0 or a positive number${within(elapsed)} (or the step masked)`,
      );
    for (let k = at * model.inputs; k < (at + 1) * model.inputs; k++) {
      if (holds(x[k]!)) continue;
      if (!takesMissing || !Number.isNaN(x[k]!))
        throw new Error(
          `sequences: x is ${x[k]} at ${where(at)}, input ${k % model.inputs}, but inputs must be finite numbers${within(x[k]!)} (or the step masked${takesMissing ? '; a missing one is NaN' : "; the model's option missing says what becomes of missing ones"})`,
        );
      seen ??= new Uint8Array(x.length).fill(1);
      seen[k] = 0;
    }
    plan.dt[at] = elapsed;
    plan.count[at] = countOf(model, elapsed);
    plan.kept[at] = 1;
  }
  const any = plan.kept.indexOf(1);
  for (let start = 0; start < batch * steps; start += steps) {
    const first = plan.kept.subarray(start, start + steps).indexOf(1);
    let last = first < 0 ? any : start + first;
    for (let at = start; at < start + steps; at++) {
      if (plan.kept[at] === 1) last = at;
      plan.standIn[at] = last;
    }
  }
  for (let k = 0; k < (initial?.length ?? 0); k++) {
    if (!holds(initial![k]!))
      throw new Error(
        `sequences: initial is ${initial![k]} at sequence ${Math.floor(k / states)}, state ${k % states}, but states must be finite numbers${within(initial![k]!)}`,
      );
  }
  return seen ? { ...plan, seen } : plan;
}
