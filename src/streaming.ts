import type { Sampler } from './backends/backend.ts';
import type { Model } from './model.ts';
import { countOf } from './timing.ts';

/** What a stream remembers of the samples so far: plain data that survives JSON. */
export interface StreamState {
  /** All states in order; last the running time `t`, where the cell reads it. */
  readonly values: readonly number[];
  /** The time of the last sample, where one was given: samples after it without a time move it on by the model's `timeUnit`. */
  readonly seconds?: number;
}

/** One sequence that arrives a sample at a time. */
export interface Stream {
  /**
   * Take a sample in and return the output after it; a readout `last` answers at every sample. `seconds` is the sample's time in
   * seconds; the elapsed time since the one before is counted in the model's `timeUnit`, and is 1 for the first sample, and where no
   * time is given. The array returned is used again by the next push. Throws, and leaves the state as it is, when the number of
   * inputs is wrong, an input or the time is not a finite number, or time runs backwards.
   */
  push(x: ArrayLike<number>, seconds?: number): Float32Array | Float64Array;
  /** A copy of the state. */
  readonly state: StreamState;
  /** Go on from a state. Throws when it does not fit the model. */
  restore(state: StreamState): void;
  /** Begin anew: states 0, no time known. */
  reset(): void;
}

/** A stream through a sampler of a model, at its beginning. */
export function stream(model: Model, sampler: Sampler): Stream {
  const { inputs, timeUnit } = model;
  const { input, dt, fraction, output } = sampler;
  const size = sampler.state().length;
  // NaN: no time is known. An array, because a number in a variable of its own would be allocated anew at each push.
  const last = Float64Array.of(Number.NaN);
  return {
    push(x, seconds) {
      if (x.length !== inputs) throw new Error(`push: x has ${x.length} entries, but the model has ${inputs} inputs`);
      for (let k = 0; k < inputs; k++) {
        if (!Number.isFinite(x[k]!))
          throw new Error(`push: x is ${x[k]} at input ${k}, but inputs must be finite numbers`);
      }
      const before = last[0]!;
      let elapsed = 1;
      if (seconds !== undefined) {
        if (!Number.isFinite(seconds)) throw new Error(`push: seconds is ${seconds}, but must be a finite number`);
        if (seconds < before)
          throw new Error(
            `push: seconds is ${seconds}, but the sample before was at ${before}; time must not run backwards`,
          );
        if (!Number.isNaN(before)) elapsed = (seconds - before) / timeUnit;
        if (elapsed === Number.POSITIVE_INFINITY)
          throw new Error(
            `push: from ${before} to ${seconds} seconds is too long to be a number of time units of ${timeUnit}`,
          );
      }
      const steps = countOf(model, elapsed);
      for (let k = 0; k < inputs; k++) input[k] = x[k]!;
      dt[0] = elapsed;
      fraction[0] = 1 / steps;
      sampler.advance(steps);
      last[0] = seconds ?? before + timeUnit;
      return output;
    },
    get state() {
      const values = sampler.state();
      return Number.isNaN(last[0]) ? { values } : { values, seconds: last[0]! };
    },
    restore({ values, seconds }) {
      if (values.length !== size)
        throw new Error(`restore: the state has ${values.length} values, but this model's has ${size}`);
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0)
        throw new Error(`restore: value ${bad} of the state is ${values[bad]}, but must be a finite number`);
      if (seconds !== undefined && !Number.isFinite(seconds))
        throw new Error(`restore: seconds is ${seconds}, but must be a finite number`);
      sampler.restore(values);
      last[0] = seconds ?? Number.NaN;
    },
    reset() {
      sampler.restore(new Float64Array(size));
      last[0] = Number.NaN;
    },
  };
}
