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
  /** Undefined for as many as {@link enoughEpochs} says. */
  readonly epochs: number | undefined;
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
  // Memories from a row to a window: the initial ranges of ncps forget a row within the next (docs/initialisation.md).
  cell: 'ltc:memory=1..32',
  mixedMemory: false,
  wiring: 'full',
  solver: 'semi-implicit',
  units: [32],
  bidirectional: false,
  dropout: 0,
  unfolds: 2,
  interpolation: 'hold',
  missing: undefined,
  epochs: undefined,
  batch: 16,
  learningRate: 0.02,
  schedule: 'cosine',
  optimizer: 'adam',
  gradient: 'bptt',
};

/** Steps of the optimizer after which most files have been learned. */
export const enoughSteps = 2000;
/** The fewest and the most passes over a file. */
export const fewestEpochs = 3;
export const mostEpochs = 200;

/** The passes over so many sequences that make {@link enoughSteps} of `batch` sequences each, within the fewest and the most. */
export const enoughEpochs = (sequences: number, batch: number): number =>
  Math.min(mostEpochs, Math.max(fewestEpochs, Math.round(enoughSteps / Math.ceil(sequences / batch))));

/** The recipes of the data sets by name. */
export const recipes: Readonly<Record<string, Recipe>> = {
  cheetah: { ...ordinary, cell: 'synaptic', unfolds: 6, solver: 'exponential', epochs: 50 },
  // More passes fit the days of the training file, which neither the test files nor the published validation are (docs/data.md).
  occupancy: { ...ordinary, cell: 'synaptic', unfolds: 6, epochs: 1, batch: 32 },
  sine: { ...ordinary, cell: 'synaptic', unfolds: 6, units: [16], epochs: 30, learningRate: 0.01 },
};
