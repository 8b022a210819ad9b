import type { Sampler } from './backends/backend.ts';
import type { Moment, Stream, StreamState } from './computation.ts';
import type { Intake } from './intake.ts';
import { countOf, reach } from './timing.ts';

export type { Moment, Stream, StreamState };

/** A stream through a sampler of a model, at its beginning. */
export function stream(model: Intake, sampler: Sampler): Stream {
  const { inputs, timeUnit, flows, allowsMissing: takesMissing, substitutes: instead } = model;
  const { input, seen, dt, fraction, output, states } = sampler;
  const most = reach[input instanceof Float32Array ? 'float32' : 'float64'];
  const size = sampler.values().length;
  // NaN: not known. Arrays, because a number in a variable of its own would be allocated anew at each push.
  const last = { seconds: unknown(1), x: unknown(inputs), dt: unknown(1) };
  /** Where the cell has no flow, all states before the last sample. */
  const before = flows ? undefined : states.slice();
  let hasInput = false;
  const nothing = unknown(inputs);
  /** What a look between samples puts back, and what it tells. */
  const [present, answered, told] = [states.slice(), output.slice(), output.slice()];

  const checkInputs = (where: string, x: ArrayLike<number>) => {
    if (x.length !== inputs) throw new Error(`${where}: x has ${x.length} entries, but the model has ${inputs} inputs`);
    for (let k = 0; k < inputs; k++) {
      if (!(Math.abs(x[k]!) <= most) && !(takesMissing && Number.isNaN(x[k]!)))
        throw new Error(
          `${where}: x is ${x[k]} at input ${k}, but inputs must be finite numbers${Number.isFinite(x[k]) ? ` up to ${most}` : ''}${takesMissing ? ', or NaN where they are missing' : ''}`,
        );
    }
  };
  // Fractions go from function to function by way of this: one that is passed or returned may be allocated.
  const elapsed = new Float64Array(1);
  /** Sets the time units from the last sample to `seconds`, which is not before it; 1 if its time is not known. */
  const measure = (where: string, seconds: number): void => {
    const before = last.seconds[0]!;
    if (!Number.isFinite(seconds)) throw new Error(`${where}: seconds is ${seconds}, but must be a finite number`);
    if (seconds < before)
      throw new Error(
        `${where}: seconds is ${seconds}, but the sample before was at ${before}; time must not run backwards`,
      );
    const units = Number.isNaN(before) ? 1 : (seconds - before) / timeUnit;
    if (units > most)
      throw new Error(
        `${where}: from ${before} to ${seconds} seconds is too long to be a number of time units of ${timeUnit}`,
      );
    elapsed[0] = units;
  };
  /** Sub-steps of a sample of the elapsed time. */
  const count = () => (model.maxStep === undefined ? model.unfolds : countOf(model, elapsed[0]!));
  const enter = (x: ArrayLike<number>, steps: number) => {
    for (let k = 0; k < inputs; k++) input[k] = Number.isNaN(x[k]!) ? instead[k]! : x[k]!;
    for (let k = 0; k < (seen?.length ?? 0); k++) seen![k] = Number.isNaN(x[k % inputs]!) ? 0 : 1;
    dt[0] = elapsed[0]!;
    fraction[0] = 1 / steps;
  };

  const goBack = () => {
    states.set(present);
    output.set(answered);
  };
  /** Let the time from the last sample to `seconds` pass, until `goBack`; what throws leaves the stream as it was. */
  const look = (where: string, seconds: number, x: ArrayLike<number> | undefined) => {
    if (Number.isNaN(last.seconds[0]))
      throw new Error(`${where}: there is no sample with a time yet; push one with its seconds`);
    if ((!x && !hasInput) || (before && Number.isNaN(last.dt[0])))
      throw new Error(`${where}: the state that was restored does not say what the last sample was; push one`);
    if (x) checkInputs(where, x);
    measure(where, seconds);
    if (!flows) elapsed[0]! += last.dt[0]!;
    const steps = count();
    present.set(states);
    answered.set(output);
    try {
      // What is held by the states is held by seeing nothing new, and the times since go on.
      enter(x ?? (flows && model.holds ? nothing : last.x), steps);
      if (before) states.set(before);
      if (flows) sampler.flow(steps);
      else sampler.advance(steps);
    } catch (error) {
      goBack();
      throw error;
    }
  };

  const checkStates = (what: string, values: readonly number[]) => {
    if (values.length !== size)
      throw new Error(`restore: ${what} has ${values.length} values, but this model's has ${size}`);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new Error(`restore: value ${bad} of ${what} is ${values[bad]}, but must be a finite number`);
  };
  /** Copied states in order. */
  const valuesOf = (copied: typeof states): number[] => {
    const present = states.slice();
    states.set(copied);
    const values = sampler.values();
    states.set(present);
    return values;
  };
  const forget = () => {
    last.seconds[0] = Number.NaN;
    last.dt[0] = Number.NaN;
    hasInput = false;
  };

  return {
    inputs,
    outputs: output.length,
    timeUnit,
    takesMissing,
    push(x, seconds) {
      checkInputs('push', x);
      if (seconds === undefined) elapsed[0] = 1;
      else measure('push', seconds);
      const steps = count();
      before?.set(states);
      enter(x, steps);
      sampler.advance(steps);
      for (let k = 0; k < inputs; k++) last.x[k] = x[k]!;
      hasInput = true;
      last.dt[0] = elapsed[0]!;
      last.seconds[0] = seconds ?? last.seconds[0]! + timeUnit;
      return output;
    },
    stateAt(seconds, x) {
      look('stateAt', seconds, x);
      const moment = { state: sampler.values().slice(0, sampler.visible), output: output.slice() };
      goBack();
      return moment;
    },
    predictAt(seconds, x) {
      look('predictAt', seconds, x);
      told.set(output);
      goBack();
      return told;
    },
    get state() {
      return {
        values: sampler.values(),
        ...(Number.isNaN(last.seconds[0]) ? {} : { seconds: last.seconds[0]! }),
        ...(hasInput ? { x: Array.from(last.x, (value) => (Number.isNaN(value) ? null : value)) } : {}),
        ...(before && !Number.isNaN(last.dt[0]) ? { jump: { dt: last.dt[0]!, before: valuesOf(before) } } : {}),
      };
    },
    restore({ values, seconds, x, jump }) {
      checkStates('the state', values);
      if (seconds !== undefined && !Number.isFinite(seconds))
        throw new Error(`restore: seconds is ${seconds}, but must be a finite number`);
      const given = x && Float64Array.from(x, (value) => value ?? Number.NaN);
      if (given) checkInputs('restore', given);
      if (before && jump) {
        checkStates('jump.before', jump.before);
        if (!(jump.dt >= 0 && jump.dt < Number.POSITIVE_INFINITY))
          throw new Error(`restore: jump.dt is ${jump.dt}, but must be 0 or a positive number`);
      }
      forget();
      if (before && jump) {
        sampler.restore(jump.before);
        before.set(states);
        last.dt[0] = jump.dt;
      }
      sampler.restore(values);
      last.seconds[0] = seconds ?? Number.NaN;
      if (given) last.x.set(given);
      hasInput = given !== undefined;
    },
    reset() {
      sampler.restore(new Float64Array(size));
      forget();
    },
  };
}

const unknown = (length: number) => new Float64Array(length).fill(Number.NaN);
