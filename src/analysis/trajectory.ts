import { hasFlow } from '../cells/cell.ts';
import type { Model } from '../model.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** One sequence's way through its states, at the solver's own points. */
export interface Trajectory {
  /** Time since the start, in units of dt; the first is 0. */
  readonly times: readonly number[];
  /** The cell's states at each time. */
  readonly states: readonly (readonly number[])[];
}

/**
 * The states of every sequence at the points its solver steps on: the ends of sub-steps, or of the steps an adaptive solver chose,
 * with `refine` points to each of those (MATLAB's `ode45` has 4). Masked steps have none. Throws when the cell has no flow, or the
 * solver knows nothing of the inside of a step and `refine` is above 1.
 */
export function trajectory(model: Model, sequences: Sequences, { refine = 1 } = {}): Trajectory[] {
  const { cell, solver } = model;
  if (!hasFlow(cell))
    throw new Error(`trajectory: cell "${cell.name}" has no flow, so nothing happens between its samples`);
  if (!Number.isInteger(refine) || refine < 1)
    throw new Error(`trajectory: refine is ${refine}, but must be a whole number of at least 1`);
  if (refine > 1 && solver.drive?.kind !== 'adaptive')
    throw new Error(
      `trajectory: refine is ${refine}, but solver "${solver.name}" knows its states at the ends of steps only`,
    );
  const { batch, steps, dt, mask, initial } = sequences;
  const it = program(model, { precision: 'float64' });
  const { states } = it;
  const paths = Array.from({ length: batch }, (_, b) => ({
    times: [0],
    states: [Array.from({ length: states }, (_, k) => initial?.[b * states + k] ?? 0)],
  }));
  const elapsed = (at: number) => (mask?.[at] === 0 ? 0 : (dt?.[at] ?? 1));
  const starts = new Float64Array(batch * steps);
  for (let at = 0; at < batch * steps; at++) if (at % steps > 0) starts[at] = starts[at - 1]! + elapsed(at - 1);
  it.forward(sequences, {
    points: {
      refine,
      visit(sequence, step, share, state) {
        const at = sequence * steps + step;
        paths[sequence]!.times.push(starts[at]! + share * elapsed(at));
        paths[sequence]!.states.push(Array.from(state).slice(0, states));
      },
    },
  });
  return paths;
}
