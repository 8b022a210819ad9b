import { compute } from '../compute.ts';
import { type Network, project } from '../network.ts';
import { checkLabelled } from './check-labelled.ts';
import { epochs, type TrainingData } from './epochs.ts';
import type { TrainEvent } from './events.ts';
import { answerShape } from './rows.ts';
import { programOptions, settingsOf, type TrainOptions } from './settings.ts';
import { warningsOf } from './warnings-of.ts';

/**
 * Train a model, telling typed events; the last carries the model with the weights of the best epoch on the validation
 * part. The model given is never changed. Options and data are checked at the call, work begins with the first event.
 */
export const train = <N extends Network>(
  model: N,
  data: TrainingData,
  options: TrainOptions,
): AsyncGenerator<TrainEvent<N>, void> => begin('train', model, data, options);

/** Options of `fit`: those of `train`, and who is told its events. */
export interface FitOptions extends TrainOptions {
  /** Told every event as it comes; default nobody. */
  readonly onEvent?: ((event: TrainEvent) => void) | undefined;
}

/** Train to the end and resolve to the model with the best validation weights, also when `signal` ends it before. */
export const fit = async <N extends Network>(
  model: N,
  data: TrainingData,
  { onEvent, ...options }: FitOptions,
): Promise<N> => {
  let trained = model;
  for await (const event of begin('fit', model, data, options)) {
    onEvent?.(event);
    if (event.kind === 'end') trained = event.model;
  }
  return trained;
};

const begin = <N extends Network>(where: string, model: N, data: TrainingData, options: TrainOptions) => {
  const settings = settingsOf(where, options);
  const shape = answerShape(model);
  const { train, valid } = data;
  checkLabelled(`${where}: train`, train, model.inputs, shape, settings.loss);
  checkLabelled(`${where}: valid`, valid, model.inputs, shape, settings.loss);
  if (settings.dropLast && train.batch < settings.batch) {
    throw new Error(
      `${where}: dropLast leaves nothing to learn from, train has ${train.batch} sequences and batch is ${settings.batch}`,
    );
  }
  return epochs(
    compute(model, programOptions(options)),
    { train, valid },
    settings,
    (parameters) => project(model, parameters),
    () => warningsOf(model, train),
  );
};
