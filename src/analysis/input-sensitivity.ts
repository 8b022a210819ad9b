import type { Network } from '../network.ts';
import { check, checkNames, wholeFrom } from '../options.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** Which number of the answer is looked at. */
export interface SensitivityOptions {
  /** Its place among the outputs; default 0. */
  readonly output?: number | undefined;
  /** The step that it is read at; by default each sequence's last that exists, which is the only one of a readout `last`. */
  readonly step?: number | undefined;
}

/**
 * How much an output at one step moves with every input of that step and those before: ∂output(step)/∂x, `(batch, steps, inputs)`, by the exact backward
 * pass in float64. 0 at masked steps, for missing inputs, and in sequences that do not have the step.
 */
export function inputSensitivity(
  network: Network,
  sequences: Sequences,
  options: SensitivityOptions = {},
): Float64Array {
  checkNames('inputSensitivity', options, ['output', 'step']);
  const { output = 0, step } = options;
  const { batch, steps, mask } = sequences;
  const { outputs } = network;
  const isLast = network.readout?.when === 'last';
  const below = (most: number) => ({
    wanted: `a whole number below ${most}`,
    holds: (value: unknown) => wholeFrom(0).holds(value) && (value as number) < most,
  });
  check('inputSensitivity: output', output, below(outputs));
  if (step !== undefined) check('inputSensitivity: step', step, below(steps));
  if (step !== undefined && isLast)
    throw new Error(`inputSensitivity: step is ${step}, but this network answers at the last step only; leave it out`);
  const it = program(network, { precision: 'float64' });
  it.forward(sequences, { tape: true });
  const rows = isLast ? 1 : steps;
  const cotangent = new Float64Array(batch * rows * outputs);
  for (let b = 0; b < batch; b++) {
    const exists = (s: number) => mask?.[b * steps + s] !== 0;
    let row = step ?? steps - 1;
    while (step === undefined && row > 0 && !exists(row)) row--;
    if (exists(row)) cotangent[(b * rows + (isLast ? 0 : row)) * outputs + output] = 1;
  }
  return Float64Array.from(it.backward(cotangent, undefined, ['x']).x);
}
