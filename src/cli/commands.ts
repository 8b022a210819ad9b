import type { Period } from '../predictor/periods.ts';

/** What a command line says of files of data; what is undefined is found from the files. */
export interface DataChoice {
  readonly target: string | undefined;
  /** The column of times, or those that make one together. */
  readonly time: readonly string[] | undefined;
  /** Numbers of the target column are classes. */
  readonly classify: boolean;
  readonly task: 'forecast' | 'regress' | 'sequence' | undefined;
  /** Rows that a forecast looks ahead. */
  readonly horizon: number | undefined;
  /** Rows of a window. */
  readonly window: number | undefined;
  readonly split: 'time' | 'recording' | undefined;
  /** The file that says what each recording is. */
  readonly labels: string | undefined;
  /** Files that are the test part. */
  readonly test: readonly string[] | undefined;
  /** The periods that inputs are made of the times for. */
  readonly calendar: readonly Period[] | undefined;
  /** Columns that are left out. */
  readonly ignore: readonly string[] | undefined;
  readonly repeated: 'first' | 'last' | undefined;
  /** Whether the first line of CSV holds names. */
  readonly header: 'yes' | 'no' | undefined;
  /** What comes first in dates such as 1/2/1998. */
  readonly dateOrder: 'dmy' | 'mdy' | undefined;
  /** The column that names the recording of each row. */
  readonly recording: string | undefined;
  /** The columns that say what was measured, and at last its value, where a file has a row for each value. */
  readonly long: readonly string[] | undefined;
  /** What means in a file that there is no value, beside what always does. */
  readonly na: readonly string[] | undefined;
}

/** What `rivulet data` was asked to do. */
export interface DataFilesCommand extends DataChoice {
  readonly kind: 'data';
  readonly data: string;
  readonly more: readonly string[];
  readonly json: boolean;
}

/** What `rivulet init` was asked to do. */
export interface InitCommand extends DataChoice {
  readonly kind: 'init';
  /** The name of a data set, or the path of a file or folder. */
  readonly data: string;
  readonly more: readonly string[];
  /** Write `rivulet.config.ts`, not `.json`. */
  readonly isTypeScript: boolean;
  /** Write over the file of this name. */
  readonly force: boolean;
}

/** What `rivulet train` was asked to do; what is undefined comes from the data set's recipe. */
export interface TrainCommand extends DataChoice {
  readonly kind: 'train';
  /** The name of a data set, or the path of a file or folder. */
  readonly data: string;
  /** Files beside it. */
  readonly more: readonly string[];
  readonly cell: string | undefined;
  readonly mixedMemory: boolean;
  readonly wiring: string | undefined;
  readonly solver: string | undefined;
  /** Units of each layer. */
  readonly units: readonly number[] | undefined;
  readonly bidirectional: boolean;
  readonly dropout: number | undefined;
  readonly unfolds: number | undefined;
  readonly interpolation: 'hold' | 'linear' | undefined;
  readonly missing: MissingInputs | undefined;
  readonly epochs: number | undefined;
  readonly batch: number | undefined;
  readonly learningRate: number | undefined;
  readonly schedule: string | undefined;
  readonly optimizer: string | undefined;
  readonly gradient: string | undefined;
  readonly clip: number | undefined;
  readonly loss: string | undefined;
  readonly metric: string | undefined;
  readonly patience: number | undefined;
  /** One training each: of the first weights and the order of sequences. */
  readonly seeds: readonly number[];
  /** Trainings at once, of several seeds. */
  readonly jobs: number | undefined;
  readonly backend: 'wasm' | 'javascript' | undefined;
  readonly precision: 'float32' | 'float64' | undefined;
  /** Threads that work on a minibatch. */
  readonly threads: number | undefined;
  readonly out: string | undefined;
  /** Go on with the training in the folder; `data` may be that folder. */
  readonly resume: boolean;
  /** Write event files of TensorBoard too. */
  readonly tensorboard: boolean;
  /** Write the figures of the report as files too. */
  readonly svg: boolean;
  readonly plain: boolean;
  /** Print epochs and outcomes as lines of JSON and nothing else. */
  readonly json: boolean;
}

/** What stands for inputs that are missing: their last values, with the times since; the means of the training part; or 0. */
export type MissingInputs = 'hold' | 'mean' | 'zero';

/** What `rivulet conform` was asked to do. */
export interface ConformCommand {
  readonly kind: 'conform';
  readonly paths: readonly string[];
  readonly json: boolean;
  /** Let the first error end the command, and show where it came from. */
  readonly debug: boolean;
}

/** What `rivulet compile` was asked to do. */
export interface CompileCommand {
  readonly kind: 'compile';
  /** The path of a saved network. */
  readonly model: string;
  readonly out: string | undefined;
  readonly precision: 'float32' | 'float64' | undefined;
}

/** What `rivulet expressivity` was asked to do. */
export interface ExpressivityCommand {
  readonly kind: 'expressivity';
  /** Names of panels, or `all`; undefined for those that take a minute. */
  readonly panels: readonly string[] | undefined;
  /** Draws of each panel. */
  readonly samples: number;
  /** Which reading of the paper and its code. */
  readonly as: string;
  readonly seed: number;
  readonly jobs: number | undefined;
  readonly out: string;
  readonly json: boolean;
}

/** What `rivulet inspect` was asked to do. */
export interface InspectCommand {
  readonly kind: 'inspect';
  /** The path of a saved network. */
  readonly model: string;
  /** The name of a data set, or the path of a file or folder. */
  readonly data: string | undefined;
  readonly target: string | undefined;
  readonly time: string | undefined;
  /** What the network's inputs may be. */
  readonly inputs: readonly [lo: number, hi: number] | undefined;
  readonly kernels: boolean;
  readonly form: 'text' | 'json' | 'page';
  readonly out: string | undefined;
}

/** What `rivulet eval` was asked to do; what is undefined is as in training. */
export interface EvalCommand extends DataChoice {
  readonly kind: 'eval';
  /** The path of a saved network. */
  readonly model: string;
  /** The name of a data set, or the path of a file or folder; undefined for what the network was trained on. */
  readonly data: string | undefined;
  readonly json: boolean;
}

/** What `rivulet predict` was asked to do. */
export interface PredictCommand {
  readonly kind: 'predict';
  /** The path of a saved network. */
  readonly model: string;
  /** The path of a file or folder. */
  readonly data: string;
  /** Files beside it. */
  readonly more: readonly string[];
  /** The column that names the recording of each row. */
  readonly recording: string | undefined;
  /** The columns that say what was measured, and at last its value, where a file has a row for each value. */
  readonly long: readonly string[] | undefined;
  readonly time: readonly string[] | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** What `rivulet stream` was asked to do. */
export interface StreamCommand {
  readonly kind: 'stream';
  /** The path of a saved network. */
  readonly model: string;
  /** The path of the file that holds the stream's state. */
  readonly state: string | undefined;
  /** Seconds from one saving of the state to the next. */
  readonly saveEvery: number;
  readonly time: readonly string[] | undefined;
  readonly json: boolean;
}

/** What `rivulet compare` was asked to do. */
export interface CompareCommand {
  readonly kind: 'compare';
  /** Folders of runs, or folders with such folders. */
  readonly folders: readonly string[];
  readonly json: boolean;
  /** The page to write. */
  readonly out: string | undefined;
}

/** What the command line asks for. */
export type Command =
  | TrainCommand
  | DataFilesCommand
  | InitCommand
  | ConformCommand
  | CompileCommand
  | ExpressivityCommand
  | InspectCommand
  | EvalCommand
  | PredictCommand
  | StreamCommand
  | CompareCommand
  | { readonly kind: 'help'; readonly topic: Topic | undefined }
  | { readonly kind: 'version' };

/** The commands there are. */
export type Topic =
  | 'train'
  | 'data'
  | 'init'
  | 'conform'
  | 'compile'
  | 'expressivity'
  | 'inspect'
  | 'eval'
  | 'predict'
  | 'stream'
  | 'compare';
