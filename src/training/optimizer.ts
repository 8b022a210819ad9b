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
  start(size: number): Optimizer;
}

/** Copy the arrays of a saved state into those of an optimizer, refusing a state of another optimizer or size. */
export const restoreArrays = (name: string, into: Record<string, Float64Array>, state: OptimizerState): void => {
  for (const [key, array] of Object.entries(into)) {
    const saved = state.arrays[key];
    if (saved?.length !== array.length) {
      const given = saved === undefined ? 'is missing' : `has ${saved.length} numbers`;
      throw new Error(`${name}: array "${key}" of the saved state ${given}; wanted ${array.length} numbers`);
    }
  }
  for (const [key, array] of Object.entries(into)) array.set(state.arrays[key]!);
};
