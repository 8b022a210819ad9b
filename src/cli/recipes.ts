import type { cells } from '../cells/index.ts';
import type { solvers } from '../solvers/index.ts';
import type { schedules } from '../training/schedules.ts';

/** What a data set is trained with where the command line says nothing else. */
export interface Recipe {
  readonly cell: keyof typeof cells;
  readonly solver: keyof typeof solvers;
  readonly units: number;
  /** Sub-steps of the solver per sample. */
  readonly unfolds: number;
  readonly epochs: number;
  /** Sequences per optimizer step. */
  readonly batch: number;
  readonly learningRate: number;
  readonly schedule: keyof typeof schedules;
}

/** The recipe of a file that nobody has tuned for. */
export const ordinary: Recipe = {
  cell: 'synaptic',
  solver: 'semi-implicit',
  units: 32,
  unfolds: 6,
  epochs: 50,
  batch: 16,
  learningRate: 0.01,
  schedule: 'cosine',
};

/** The recipes of the data sets by name. */
export const recipes: Readonly<Record<string, Recipe>> = {
  cheetah: { ...ordinary, solver: 'exponential', learningRate: 0.02 },
  // More passes fit the days of the training file, which neither the test files nor the published validation are (docs/data.md).
  occupancy: { ...ordinary, epochs: 1, batch: 32, learningRate: 0.02 },
  sine: { ...ordinary, units: 16, epochs: 30 },
};
