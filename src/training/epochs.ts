import type { Computed } from '../compute.ts';
import type { Network } from '../network.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Labelled } from '../sequences.ts';
import { type Assessment, assess } from './assess.ts';
import { batchCount, dropoutSeeds, epochOrder } from './batches.ts';
import type { EndEvent, EpochEvent, TrainEvent } from './events.ts';
import { learner } from './learner.ts';
import { pauser } from './pause.ts';
import type { Settings } from './settings.ts';
import { weightsOf } from './weights-of.ts';

/** The parts of a data set that training may see. */
export interface TrainingData {
  readonly train: Labelled;
  /** Chooses the best epoch; nothing is learned from it. */
  readonly valid: Labelled;
}

/** All that changes while training, apart from the program's parameters. */
interface Progress {
  readonly optimizer: Optimizer;
  best?: { readonly epoch: number; readonly loss: number; readonly metric: number; readonly parameters: Float64Array };
  readonly history: EpochEvent[];
}

/**
 * Train a program, epoch after epoch, telling events; its parameters change. `constrain` puts parameters back where
 * they are allowed, in place, after each optimizer step; `warnings` are told at the start. The same program, data and settings give the same bits.
 */
export async function* epochs<N extends Network>(
  program: Computed<N>,
  { train, valid }: TrainingData,
  settings: Settings,
  constrain: (parameters: Float32Array | Float64Array) => void,
  warnings: () => readonly string[],
): AsyncGenerator<TrainEvent<N>, void> {
  const { loss, metric, signal } = settings;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const pause = pauser();
  const size = Math.min(settings.batch, train.batch);
  const batches = batchCount(train.batch, size, settings.dropLast);
  const { length } = program.parameters();
  const progress: Progress = { optimizer: settings.optimizer.start(length, weightsOf(program.model)), history: [] };
  const learn = learner(program, train, size, settings, progress.optimizer, constrain);
  const end = (reason: EndEvent['reason']): EndEvent<N> => {
    const { best, history } = progress;
    if (best !== undefined) program.update((parameters) => parameters.set(best.parameters));
    return { kind: 'end', model: program.toModel(), epoch: best?.epoch ?? 0, reason, history, seconds: seconds() };
  };

  yield {
    kind: 'start',
    parameters: length,
    epochs: settings.epochs,
    batches,
    sequences: { train: train.batch, valid: valid.batch },
    loss: loss.name,
    metric: { name: metric.name, better: metric.better },
    backend: program.backend,
    precision: program.precision,
    fma: program.fma,
    warnings: warnings(),
  };
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    const order = epochOrder(train.batch, settings.seed, epoch);
    const seeds = dropoutSeeds(batches, settings.seed, epoch);
    const sums = { loss: 0, weight: 0, norm: 0 };
    let learningRate = 0;
    for (let batch = 1; batch <= batches; batch++) {
      await pause();
      if (signal?.aborted) return yield end('aborted');
      learningRate =
        settings.learningRate * settings.schedule((epoch - 1) * batches + batch - 1, settings.epochs * batches);
      const where = `in epoch ${epoch}, batch ${batch} of ${batches}`;
      const step = learn(order, batch, learningRate, seeds[batch - 1]!, where);
      sums.loss += step.loss * step.weight;
      sums.weight += step.weight;
      sums.norm += step.gradientNorm;
      const { gradientNorm } = step;
      yield { kind: 'batch', epoch, batch, batches, loss: step.loss, gradientNorm, seconds: seconds() };
    }

    const assessing = assess(program, valid, loss, [metric], 64);
    let assessed = assessing.next();
    for (; !assessed.done; assessed = assessing.next()) {
      await pause();
      if (signal?.aborted) return yield end('aborted');
    }
    const result = { loss: assessed.value.loss, metric: scoreOf(assessed.value, metric.name) };
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.metric)) {
      throw new Error(
        `train: after epoch ${epoch}, validation loss is ${result.loss}, ${metric.name} ${result.metric}`,
      );
    }
    const best = progress.best === undefined || isBetter(result, progress.best, metric.better);
    if (best) progress.best = { epoch, ...result, parameters: program.parameters() };
    const event: EpochEvent = {
      kind: 'epoch',
      epoch,
      epochs: settings.epochs,
      train: sums.weight === 0 ? 0 : sums.loss / sums.weight,
      valid: result,
      best,
      learningRate,
      gradientNorm: sums.norm / batches,
      seconds: seconds(),
    };
    progress.history.push(event);
    yield event;
    if (epoch < settings.epochs && epoch - progress.best!.epoch >= settings.patience) return yield end('early-stop');
  }
  yield end('finished');
}

const scoreOf = ({ metrics }: Assessment, name: string): number => metrics[name]!.value;

interface Result {
  readonly loss: number;
  readonly metric: number;
}

const isBetter = (a: Result, b: Result, better: 'lower' | 'higher'): boolean =>
  a.metric === b.metric ? a.loss < b.loss : better === 'lower' ? a.metric < b.metric : a.metric > b.metric;
