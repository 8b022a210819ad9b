import type { ConfidenceInterval } from '../analysis/bootstrap.ts';
import type { Confusion } from '../analysis/confusion.ts';
import type { ErrorMeasures } from '../analysis/error-measures.ts';
import type { ModelBounds } from '../analysis/network-bounds.ts';
import type { Clock } from './certified-bounds.ts';
import type { Row, Trajectory } from './figures.ts';
import type { Predictions } from './prediction-figures.ts';
import type { CountedWiring } from './wiring-drawing.ts';

/** Everything a report shows, as plain data; what is left out is not shown. */
export interface ReportData {
  readonly title: string;
  /** One or two sentences: what was learned, and how well. */
  readonly summary: string;
  /** Name and value of every setting worth knowing. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The command line that makes this report again. */
  readonly command: string;
  /** Names the program and its version. */
  readonly maker: string;
  readonly curves: {
    readonly lossName: string;
    readonly points: readonly { readonly epoch: number; readonly train: number; readonly valid: number }[];
    readonly bestEpoch?: number;
  };
  /** Ours beside the baselines, in the order to be shown; `note` says where a value is from. */
  readonly results: {
    readonly metric: string;
    readonly lowerIsBetter: boolean;
    readonly rows: readonly ResultRow[];
    /** How they compare, and how sure they are, a sentence each. */
    readonly said: readonly string[];
  };
  /** What was learned from, as it was understood. */
  readonly data: DataSummary;
  /** What became of every answer on the test part. */
  readonly answers?: ClassAnswers | NumberAnswers;
  readonly trajectories?: {
    readonly title: string;
    readonly times: ArrayLike<number>;
    readonly timeLabel: string;
    readonly outputs: readonly Trajectory[];
  };
  readonly outputErrors?: { readonly metric: string; readonly rows: readonly Row[] };
  readonly timeConstants?: TimeConstantsAlong;
  /** The median time constant after each epoch; shown with the time constants. */
  readonly timeConstantCourse?: {
    readonly unit: string;
    readonly points: readonly { readonly epoch: number; readonly value: number }[];
  };
  /** How much of its own past each state keeps, where there are no time constants; `note` says what this is, or why it is not known. */
  readonly memory?: { readonly note: string; readonly states: readonly StateMemory[] };
  /** The models that the network is made of, as signals pass them, and what else is to be said of it. */
  readonly network: { readonly layers: readonly LayerRow[]; readonly notes: readonly string[] };
  /** The wiring of each of these models, and what is certain of it, or why nothing is. */
  readonly wirings: readonly CountedWiring[];
  readonly bounds: readonly { readonly name: string; readonly bounds: ModelBounds }[];
  readonly clock: Clock;
  /** `mathml` is markup and is placed as it is. */
  readonly equation: { readonly mathml: string; readonly source: string; readonly paper: string };
}

/** A row of results; `note` says where its value is from, `difference` how far ours is from it. */
export interface ResultRow extends Row {
  readonly note?: string;
  readonly difference?: ConfidenceInterval;
}

/** What data were understood to hold, and how they were divided. */
export interface DataSummary {
  /** A sentence or a list of facts each. */
  readonly notes: readonly string[];
  readonly tables: readonly {
    readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
    /** Columns that hold texts, beside the first. */
    readonly texts?: readonly number[];
  }[];
}

/** Answers that are classes. */
export interface ClassAnswers extends Pick<Confusion, 'counts' | 'perClass'> {
  readonly kind: 'classes';
  readonly names: readonly string[];
}

/** Answers that are numbers: how wrong those of every output are, and some outputs answer by answer. */
export interface NumberAnswers {
  readonly kind: 'numbers';
  readonly measures: readonly (ErrorMeasures & { readonly name: string })[];
  readonly shown: readonly (Predictions & { readonly output: number })[];
}

/** Time constants along a sequence. `tau` is `(steps, units)` in units of `unit`; only its first step is read when the kind is not liquid. */
export interface TimeConstantsAlong {
  readonly kind: 'liquid' | 'constant' | 'infinite';
  readonly tau: ArrayLike<number>;
  readonly steps: number;
  readonly units: number;
  readonly times: ArrayLike<number>;
  readonly timeLabel: string;
  readonly unit: string;
  /** What they are of. */
  readonly note?: string;
}

/** The share of itself that a state keeps over a sample: of the unit that keeps least, of the median one, and of the one that keeps most. */
export interface StateMemory {
  readonly state: string;
  readonly units: number;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** One model of a network in numbers. */
export interface LayerRow {
  /** Empty when it is the only one. */
  readonly name: string;
  readonly inputs: number;
  readonly neurons: number;
  /** Neurons that are its output, or that its readout reads. */
  readonly motor: number;
  readonly synapses: number;
  /** Synapses if all existed. */
  readonly dense: number;
  readonly parameters: number;
}
