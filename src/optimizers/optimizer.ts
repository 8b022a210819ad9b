import { checkOptions, type Kinds } from '../options.ts';

/** Everything an optimizer remembers between steps, as plain data: enough to go on exactly where it stopped. */
export interface OptimizerState {
  /** Steps taken. */
  readonly step: number;
  /** Its arrays by name, one entry per parameter each. */
  readonly arrays: Readonly<Record<string, Float64Array>>;
}

/** An optimizer at work on one flat array of parameters. */
export interface Optimizer {
  /** One step in place: `parameters` move against `gradients`, elementwise. */
  step(parameters: Float32Array | Float64Array, gradients: Float32Array | Float64Array, learningRate: number): void;
  /** A copy of what it remembers. */
  state(): OptimizerState;
  /** Go on from a state of the same optimizer and size. */
  restore(state: OptimizerState): void;
}

/** A rule that makes an optimizer for `size` parameters. */
export interface OptimizerRule {
  readonly name: string;
  /** `isWeight` is 1 where a parameter is a weight, which decay pulls towards 0, and 0 elsewhere; without it all are. */
  start(size: number, isWeight?: Uint8Array): Optimizer;
}

/** An optimizer whose memory is `arrays`, which `step` changes; `step` is told its own number, from 1. */
export const remembering = <Name extends string>(
  name: string,
  arrays: Readonly<Record<Name, Float64Array>>,
  step: (...told: [...Parameters<Optimizer['step']>, count: number]) => void,
): Optimizer => {
  let steps = 0;
  const own = Object.entries<Float64Array>(arrays);
  return {
    step: (parameters, gradients, learningRate) => step(parameters, gradients, learningRate, ++steps),
    state: () => ({ step: steps, arrays: Object.fromEntries(own.map(([key, array]) => [key, array.slice()])) }),
    restore(state) {
      if (!(Number.isInteger(state.step) && state.step >= 0))
        throw new Error(`${name}: step of the saved state is ${state.step}; wanted a whole number of steps taken`);
      for (const [key, array] of own) {
        const saved = state.arrays[key];
        if (saved?.length === array.length) continue;
        const given = saved === undefined ? 'is missing' : `has ${saved.length} numbers`;
        throw new Error(`${name}: array "${key}" of the saved state ${given}; wanted ${array.length} numbers`);
      }
      const foreign = Object.keys(state.arrays).find((key) => !Object.hasOwn(arrays, key));
      if (foreign !== undefined) {
        throw new Error(`${name}: the saved state has an array "${foreign}", so it is of another optimizer`);
      }
      for (const [key, array] of own) array.set(state.arrays[key]!);
      steps = state.step;
    },
  };
};

/** Options of which some, or all, are left out. */
export type Given<Options> = { readonly [Key in keyof Options]?: Options[Key] | undefined };

/** The options of optimizer `name` with its defaults for what was left out; refuses other options, and values of another kind. */
export const settled = <Options extends object>(
  name: string,
  given: Given<Options>,
  defaults: Options,
  kinds: Kinds<Given<Options>>,
): Options => {
  checkOptions(name, given, kinds);
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
};
