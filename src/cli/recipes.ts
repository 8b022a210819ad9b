import type { schedules } from '../training/schedules.ts';
import type { MissingInputs } from './commands.ts';

/** What a data set is trained with where the command line says nothing else. */
export interface Recipe {
  /** A cell's name, and options behind a colon. */
  readonly cell: string;
  /** Whether an LSTM memory stands in front of the cell. */
  readonly mixedMemory: boolean;
  /** A wiring's name, and options behind a colon. */
  readonly wiring: string;
  /** A solver's name, and options behind a colon; undefined for a cell without a flow. */
  readonly solver: string | undefined;
  /** Units of each layer. */
  readonly units: readonly number[];
  /** Whether every layer reads its sequences from both ends. */
  readonly bidirectional: boolean;
  /** The share of each layer's outputs that the next one does not see in training. */
  readonly dropout: number;
  /** Sub-steps of the solver per sample. */
  readonly unfolds: number;
  /** The input between samples. */
  readonly interpolation: 'hold' | 'linear';
  /** What becomes of missing inputs; undefined where there are none, or the cell takes them as they are. */
  readonly missing: MissingInputs | undefined;
  readonly epochs: number;
  /** Sequences per optimizer step. */
  readonly batch: number;
  readonly learningRate: number;
  readonly schedule: keyof typeof schedules;
  /** An optimizer's name, and options behind a colon. */
  readonly optimizer: string;
  /** A gradient method's name, and options behind a colon. */
  readonly gradient: string;
}

/** The recipe of a file that nobody has tuned for. */
export const ordinary: Recipe = {
  cell: 'synaptic',
  mixedMemory: false,
  wiring: 'full',
  solver: 'semi-implicit',
  units: [32],
  bidirectional: false,
  dropout: 0,
  unfolds: 6,
  interpolation: 'hold',
  missing: undefined,
  epochs: 50,
  batch: 16,
  learningRate: 0.01,
  schedule: 'cosine',
  optimizer: 'adam',
  gradient: 'bptt',
};

/** The recipes of the data sets by name. */
export const recipes: Readonly<Record<string, Recipe>> = {
  cheetah: { ...ordinary, solver: 'exponential', learningRate: 0.02 },
  // More passes fit the days of the training file, which neither the test files nor the published validation are (docs/data.md).
  occupancy: { ...ordinary, epochs: 1, batch: 32, learningRate: 0.02 },
  sine: { ...ordinary, units: [16], epochs: 30 },
};
