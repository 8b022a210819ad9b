import type { ReadingName } from './readings.ts';

/** A model of the published experiments: Neural ODE, CT-RNN, LTC, or the static feed-forward net of Figure 1. */
export type ModelName = 'N-ODE' | 'CT-RNN' | 'LTC' | 'static';

/** An activation of the published experiments; what "Hard-tanh" is, is a matter of the reading. */
export type ActivationName = 'tanh' | 'sigmoid' | 'ReLU' | 'Hard-tanh';

/** A network as a figure prints it, and how it is integrated. */
export interface Setting {
  /** What tells it from the others of its panel, such as "k = 100". */
  readonly label: string;
  readonly activation: ActivationName;
  /** Layers, each driven by the one before; all are one system of equations. */
  readonly depth: number;
  /** Neurons of a layer: k. */
  readonly width: number;
  /** The printed σ_w²; the printed σ_b² is 1 throughout. */
  readonly variance: number;
  /** A member of `integrators`, run with relative tolerance 1e-2 and absolute tolerance 1e-4. */
  readonly solver: 'ode45' | 'ode23' | 'ode113' | 'ode23tb';
  /** Points of the input circle, equally spaced on [0, 2π]; linear between them. */
  readonly inputSteps: number;
}

/** A published figure or table, as data. */
export interface Panel {
  /** Its name in arXiv 2006.04439: "A" … "E" are Figure 2's, "3A" … "3D" Figure 3's, "S1a" … "S1e" Figure S1's; "1" is Figure 1, "T2" Table 2. */
  readonly name: string;
  readonly title: string;
  /** Draws behind the published one. */
  readonly samples: number;
  readonly models: readonly ModelName[];
  readonly settings: readonly Setting[];
  /** What stands side by side: the settings, each by its last layer, or the layers of the only setting. */
  readonly columns: 'settings' | 'layers';
  /** What is published of it: paths of single draws, boxes of lengths, or the computational depth. */
  readonly shows: 'paths' | 'lengths' | 'depth';
  /** Its length axis, where it has one. */
  readonly axis?: 'linear' | 'log';
  /** What the source leaves open and how it was settled here. */
  readonly note?: string;
}

/** One run: everything that a measurement depends on, as plain data for a worker. */
export interface Task {
  readonly setting: Setting;
  readonly model: ModelName;
  readonly as: ReadingName;
  readonly seed: number;
  /** Which draw, from 0: the same number has the same weights under every model, activation, σ, solver and reading. */
  readonly number: number;
  /** With the path of every layer, for a figure. */
  readonly paths?: boolean;
}

/** What one layer's states did. */
export interface LayerMeasure {
  /** Chord sum in the first two principal components: the published trajectory length. */
  readonly length: number;
  /** Chord sum in the space of all neurons. */
  readonly fullLength: number;
  /** Root mean square of the state's Euclidean norm over the points: ‖z‖ of Theorem 5. */
  readonly norm: number;
  /** Share of the variance along principal components 1 to 4; fewer where there are fewer neurons. */
  readonly explained: readonly number[];
  /** At most 400 of the points [first, second component], in order, where the task asks for paths. */
  readonly path?: readonly (readonly [number, number])[];
}

/** What one run measured. */
export interface Measurement {
  readonly task: Task;
  /** Empty when the run was not finished; its numbers of steps are 0 then, and so is its depth. */
  readonly layers: readonly LayerMeasure[];
  /** Why the integration stopped before the end, if it did. */
  readonly unfinished?: string;
  /** Solver steps; all 0 for the static net. */
  readonly accepted: number;
  readonly rejected: number;
  readonly evaluations: number;
  /** Output points of the solver per input sample, the start not counted: what Table 2 calls computational depth. */
  readonly depth: number;
}
