import { join } from 'node:path';
import type { GradientMethod } from '../gradients/gradient.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Network } from '../network.ts';
import { schedules } from '../training/schedules.ts';
import type { TrainOptions } from '../training/settings.ts';
import { gradientOf, optimizerOf } from './choices.ts';
import type { TrainCommand } from './commands.ts';
import type { Console } from './console.ts';
import { fittingMetrics, lossOf } from './fitting.ts';
import { loadData } from './load-data.ts';
import { missingByDefault, network, settledNetwork } from './network.ts';
import { enoughEpochs, ordinary, type Recipe, recipes } from './recipes.ts';
import type { TrainingSet } from './training-set.ts';
import { choose } from './usage-error.ts';

/** One training, ready to begin. */
export interface Plan {
  readonly command: TrainCommand;
  readonly seed: number;
  /** What the command line says, and the data set's recipe where it says nothing. */
  readonly recipe: Recipe & { readonly epochs: number };
  readonly data: TrainingSet;
  readonly net: Network;
  readonly options: Omit<TrainOptions, 'gradient'> & {
    readonly loss: Loss;
    readonly metric: Metric;
    readonly gradient: GradientMethod;
  };
  /** Where the model and the report go. */
  readonly folder: string;
}

/** Load the data of a command and make the network of a seed; a usage error for what does not fit. Large files show progress on `io`. */
export async function plan(command: TrainCommand, seed: number, io?: Console): Promise<Plan> {
  const settled = settle(command, recipes[command.data] ?? ordinary);
  const optimizer = optimizerOf(settled.optimizer);
  const data = await loadData(command, io);
  const recipe = {
    ...settled,
    epochs: settled.epochs ?? enoughEpochs(data.split.training.train.batch, settled.batch),
    missing: data.missing > 0 ? (settled.missing ?? missingByDefault(settled)) : settled.missing,
  };
  const loss = lossOf(command.loss ?? (data.classes ? 'cross-entropy' : 'mse'), data.classes);
  const metric = choose('train: --metric', command.metric ?? data.metric, fittingMetrics(loss.target));
  const gradient = gradientOf(recipe.gradient);
  const net = network(recipe, {
    inputs: data.split.inputs,
    outputs: data.split.outputs * (loss.outputsPerTarget ?? 1),
    timeUnit: data.timeUnit,
    seed,
    scaler: data.split.scaler,
    when: data.task?.each === 'sequence' ? 'last' : 'every',
  });
  const { epochs, batch, learningRate, schedule } = recipe;
  const { patience, clip, backend, precision, threads } = command;
  return {
    command,
    seed,
    recipe,
    data,
    net,
    options: {
      backend,
      precision,
      threads,
      loss,
      metric,
      optimizer,
      gradient,
      clip,
      epochs,
      batch,
      learningRate,
      schedule,
      patience,
      seed,
    },
    folder: command.out ?? join('runs', data.name),
  };
}

/** The recipe with what the command line says in its place. */
function settle(command: TrainCommand, recipe: Recipe): Recipe {
  const schedule = command.schedule ?? recipe.schedule;
  choose('train: --schedule', schedule, schedules);
  return {
    ...settledNetwork(command, recipe),
    schedule: schedule as keyof typeof schedules,
    optimizer: command.optimizer ?? recipe.optimizer,
    gradient: command.gradient ?? recipe.gradient,
    epochs: command.epochs ?? recipe.epochs,
    batch: command.batch ?? recipe.batch,
    learningRate: command.learningRate ?? recipe.learningRate,
  };
}
