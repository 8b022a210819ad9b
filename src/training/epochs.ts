import type { Computed } from '../compute.ts';
import type { Network } from '../network.ts';
import type { Labelled } from '../sequences.ts';
import { type Assessment, assess } from './assess.ts';
import { batchCount, dropoutSeeds, epochOrder } from './batches.ts';
import type { EndEvent, EpochEvent, TrainEvent } from './events.ts';
import { learner } from './learner.ts';
import { pauser } from './pause.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';
import { weightsOf } from './weights-of.ts';

/** The parts of a data set that training may see. */
export interface TrainingData {
  readonly train: Labelled;
  /** Chooses the best epoch; nothing is learned from it. */
  readonly valid: Labelled;
}

/**
 * Train a program, epoch after epoch, telling events; its parameters change. `constrain` puts parameters back where
 * they are allowed, in place, after each optimizer step; `warnings` are told at the start. The same program, data and settings give the same bits,
 * also where a checkpoint of the same training is gone on from.
 */
export async function* epochs<N extends Network>(
  program: Computed<N>,
  { train, valid }: TrainingData,
  settings: Settings,
  constrain: (parameters: Float32Array | Float64Array) => void,
  warnings: () => readonly string[],
): AsyncGenerator<TrainEvent<N>, void> {
  const { loss, metric, signal } = settings;
  const pause = pauser();
  const size = Math.min(settings.batch, train.batch);
  const batches = batchCount(train.batch, size, settings.dropLast);
  const { length } = program.parameters();
  const start = {
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
  } as const;

  const optimizer = settings.optimizer.start(length, weightsOf(program.model));
  const keeper = settings.checkpoint?.({ model: program.model, train, valid, settings, start });
  const resumed = keeper?.resumed;
  let { epoch, batch, sums, best, history, seconds: spent }: Position = resumed ?? beginning;
  if (resumed) {
    program.update((parameters) => parameters.set(resumed.parameters));
    optimizer.restore(resumed.optimizer);
  }
  const began = performance.now() - spent * 1000;
  const seconds = () => (performance.now() - began) / 1000;
  const keep = () =>
    keeper?.keep({
      ...{ epoch, batch, sums, best, history },
      parameters: program.parameters(),
      optimizer: optimizer.state(),
      seconds: seconds(),
    });
  const isAborted = async () => {
    await pause();
    if (signal?.aborted) await keep();
    return signal?.aborted;
  };
  const end = (reason: EndEvent['reason']): EndEvent<N> => {
    if (best) program.update((parameters) => parameters.set(best!.parameters));
    return { kind: 'end', model: program.toModel(), epoch: best?.epoch ?? 0, reason, history, seconds: seconds() };
  };
  const learn = learner(program, train, size, settings, optimizer, constrain);

  yield { ...start, history };
  while (epoch <= settings.epochs) {
    if (best && epoch - 1 - best.epoch >= settings.patience) return yield end('early-stop');
    const order = epochOrder(train.batch, settings.seed, epoch);
    const seeds = dropoutSeeds(batches, settings.seed, epoch);
    const rate = (batch: number) =>
      settings.learningRate * settings.schedule((epoch - 1) * batches + batch - 1, settings.epochs * batches);
    while (batch < batches) {
      if (await isAborted()) return yield end('aborted');
      batch++;
      const where = `in epoch ${epoch}, batch ${batch} of ${batches}`;
      const { loss, weight, gradientNorm } = learn(order, batch, rate(batch), seeds[batch - 1]!, where);
      sums = {
        loss: sums.loss + loss * weight,
        weight: sums.weight + weight,
        norm: sums.norm + gradientNorm,
      };
      yield { kind: 'batch', epoch, batch, batches, loss, gradientNorm, seconds: seconds() };
    }

    const assessing = assess(program, valid, loss, [metric], 64);
    let assessed = assessing.next();
    for (; !assessed.done; assessed = assessing.next()) if (await isAborted()) return yield end('aborted');
    const result = { loss: assessed.value.loss, metric: scoreOf(assessed.value, metric.name) };
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.metric)) {
      throw new Error(
        `train: after epoch ${epoch}, validation loss is ${result.loss}, ${metric.name} ${result.metric}`,
      );
    }
    const isBest = !best || isBetter(result, best, metric.better);
    if (isBest) best = { epoch, ...result, parameters: program.parameters() };
    const event: EpochEvent = {
      kind: 'epoch',
      epoch,
      epochs: settings.epochs,
      train: sums.weight === 0 ? 0 : sums.loss / sums.weight,
      valid: result,
      best: isBest,
      learningRate: rate(batches),
      gradientNorm: sums.norm / batches,
      seconds: seconds(),
    };
    history = [...history, event];
    epoch++;
    ({ batch, sums } = beginning);
    await keep();
    yield event;
  }
  yield end('finished');
}

/** Where a training stands, apart from the program and the optimizer. */
type Position = Omit<Progress, 'parameters' | 'optimizer'>;

const beginning: Position = { epoch: 1, batch: 0, sums: { loss: 0, weight: 0, norm: 0 }, history: [], seconds: 0 };

const scoreOf = ({ metrics }: Assessment, name: string): number => metrics[name]!.value;

interface Result {
  readonly loss: number;
  readonly metric: number;
}

const isBetter = (a: Result, b: Result, better: 'lower' | 'higher'): boolean =>
  a.metric === b.metric ? a.loss < b.loss : better === 'lower' ? a.metric < b.metric : a.metric > b.metric;
