import type { GradientMethod } from '../gradients/gradient.ts';
import { gradients } from '../gradients/index.ts';
import { losses } from '../losses/index.ts';
import type { Loss } from '../losses/loss.ts';
import { metrics } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Network } from '../network.ts';
import { optimizers } from '../optimizers/index.ts';
import type { OptimizerRule } from '../optimizers/optimizer.ts';
import { check, checkNames, positiveNumber, wholeFrom } from '../options.ts';
import type { Program } from '../program.ts';
import type { Labelled } from '../sequences.ts';
import type { StartEvent } from './events.ts';
import type { Progress } from './progress.ts';
import { type Schedule, schedules } from './schedules.ts';

/** How the program that trains or answers is compiled. */
export interface ProgramChoice {
  /** As for `program`; default wasm, or javascript where WebAssembly is forbidden. */
  readonly backend?: Program['backend'] | undefined;
  /** As for `program`; default float32 on wasm, float64 on javascript. */
  readonly precision?: Program['precision'] | undefined;
  /** Relaxed multiply-add where the engine has it, or never; default `auto`. */
  readonly fma?: 'auto' | 'off' | undefined;
  /** Threads that share each minibatch, which change no bit; default 1. */
  readonly threads?: number | undefined;
}

/** How to train. Defaults follow table S1 of the paper of liquid time-constant networks. */
export interface TrainOptions extends ProgramChoice {
  /** What becomes small: a name, or a value such as `huber({ delta: 0.5 })`. */
  readonly loss: keyof typeof losses | Loss;
  /** What chooses the best epoch, on the validation part; default `mse` for numbers, `accuracy` for classes and labels. */
  readonly metric?: keyof typeof metrics | Metric | undefined;
  /** Times the training part is gone through; default 50. */
  readonly epochs?: number | undefined;
  /** Sequences per optimizer step; default 16. */
  readonly batch?: number | undefined;
  /** Leave out the last minibatch of an epoch when it is smaller than `batch`; default false. */
  readonly dropLast?: boolean | undefined;
  /** Size of a step before its schedule; default 0.01. */
  readonly learningRate?: number | undefined;
  /** Course of the learning rate; default `constant`. */
  readonly schedule?: keyof typeof schedules | Schedule | undefined;
  /** Largest norm of the gradient, all parameters together; default no limit. */
  readonly clip?: number | undefined;
  /** Epochs without a better one after which training stops early; default never. */
  readonly patience?: number | undefined;
  /** Seed of the order of sequences; default 0. */
  readonly seed?: number | undefined;
  /** What makes a step of a gradient; default `adam`. */
  readonly optimizer?: keyof typeof optimizers | OptimizerRule | undefined;
  /** How gradients are computed: what is kept of a forward pass, and what is computed again; default `bptt`. */
  readonly gradient?: keyof typeof gradients | GradientMethod | undefined;
  /** Ends training after the present minibatch, with the best weights so far; default none. */
  readonly signal?: AbortSignal | undefined;
  /** Keeps checkpoints and goes on from one: that of `checkpoints`; default none. */
  readonly checkpoint?: Keeper | undefined;
}

/** Checked options with every name and default resolved. */
export interface Settings {
  readonly loss: Loss;
  readonly metric: Metric;
  readonly epochs: number;
  readonly batch: number;
  readonly dropLast: boolean;
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly clip: number;
  readonly patience: number;
  readonly seed: number;
  readonly optimizer: OptimizerRule;
  readonly gradient: GradientMethod;
  readonly signal: AbortSignal | undefined;
  readonly checkpoint: Keeper | undefined;
}

/** All that decides what a training comes to. */
export interface Training {
  /** As it was before the training, its initial parameters included. */
  readonly model: Network;
  readonly train: Labelled;
  readonly valid: Labelled;
  readonly settings: Settings;
  readonly start: Omit<StartEvent, 'history'>;
}

/** What keeps the progress of a training, and says where it begins; `checkpoints` makes one. */
export type Keeper = (training: Training) => {
  /** Where to go on; left out to begin anew. */
  readonly resumed?: Progress | undefined;
  /** Told after every epoch, and where a signal ends training; training waits for it. */
  readonly keep: (progress: Progress) => void | Promise<void>;
};

const known: Readonly<Record<keyof TrainOptions, true>> = {
  loss: true,
  metric: true,
  epochs: true,
  batch: true,
  dropLast: true,
  learningRate: true,
  schedule: true,
  clip: true,
  patience: true,
  seed: true,
  optimizer: true,
  gradient: true,
  signal: true,
  checkpoint: true,
  backend: true,
  precision: true,
  fma: true,
  threads: true,
};

/** Check the options of `where` ("train", "fit") and fill in what was left out. */
export const settingsOf = (where: string, options: TrainOptions): Settings => {
  checkNames(where, options, Object.keys(known));
  const loss = made(where, 'loss', options.loss, losses);
  const metric = metricFor(where, loss, options.metric ?? (loss.target === 'numbers' ? 'mse' : 'accuracy'));
  const { epochs = 50, batch = 16, learningRate = 0.01, clip = Infinity, patience = Infinity, seed = 0 } = options;
  for (const [name, value] of Object.entries({ epochs, batch, ...(patience === Infinity ? {} : { patience }) })) {
    check(`${where}: ${name}`, value, wholeFrom(1));
  }
  check(`${where}: learningRate`, learningRate, positiveNumber);
  if (!(clip > 0)) throw new Error(`${where}: clip is ${clip}; wanted a norm above 0`);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new Error(`${where}: seed is ${seed}; wanted a whole number, 0 or more`);
  }
  return {
    loss,
    metric,
    epochs,
    batch,
    dropLast: options.dropLast ?? false,
    learningRate,
    schedule: choose(where, 'schedule', options.schedule ?? 'constant', schedules),
    clip,
    patience,
    seed,
    optimizer: made(where, 'optimizer', options.optimizer ?? 'adam', optimizers),
    gradient: made<GradientMethod>(where, 'gradient', options.gradient ?? 'bptt', gradients),
    signal: options.signal,
    checkpoint: options.checkpoint,
  };
};

/** The metric of this name or value; an error when its targets are not those of the loss. */
export const metricFor = (where: string, loss: Loss, given: keyof typeof metrics | Metric): Metric => {
  const metric = choose<Metric>(where, 'metric', given, metrics);
  if (!metric.targets.includes(loss.target)) {
    throw new Error(
      `${where}: metric "${metric.name}" judges ${metric.targets.join(' and ')}, but the targets of loss "${loss.name}" are ${loss.target}`,
    );
  }
  return metric;
};

/** The member of `table` that an option names; anything but text is taken as the member itself. */
export const choose = <T extends object>(
  where: string,
  option: string,
  given: string | T,
  table: Readonly<Record<string, T>>,
): T => {
  if (typeof given === 'string' && Object.hasOwn(table, given)) return table[given]!;
  if (typeof given === 'object' || typeof given === 'function') return given;
  throw new Error(`${where}: ${option} is ${JSON.stringify(given)}; known are ${Object.keys(table).join(', ')}`);
};

/** What an option names or makes, with the defaults of its maker; an object is taken as the thing itself. */
export const made = <T extends object>(
  where: string,
  option: string,
  given: string | T | (() => T),
  table: Readonly<Record<string, () => T>>,
): T => {
  const chosen = choose<T | (() => T)>(where, option, given, table);
  return typeof chosen === 'function' ? chosen() : chosen;
};

/** The options of `program` among others, without those left out. */
export const programOptions = ({ backend, precision, fma, threads }: ProgramChoice) => ({
  ...(backend === undefined ? {} : { backend }),
  ...(precision === undefined ? {} : { precision }),
  ...(fma === undefined ? {} : { fma }),
  ...(threads === undefined ? {} : { threads }),
});
