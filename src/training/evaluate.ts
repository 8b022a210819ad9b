import { compute } from '../compute.ts';
import { losses } from '../losses/index.ts';
import type { Loss } from '../losses/loss.ts';
import { metrics } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Network } from '../network.ts';
import { checkNames } from '../options.ts';
import type { Labelled } from '../sequences.ts';
import { type Assessment, assess } from './assess.ts';
import { checkLabelled } from './check-labelled.ts';
import { answerShape } from './rows.ts';
import { made, metricFor, type ProgramChoice, programOptions } from './settings.ts';

/** How to judge a model. */
export interface EvaluateOptions extends ProgramChoice {
  /** The loss that is told, by its name or as a value. */
  readonly loss: keyof typeof losses | Loss;
  /** What judges the outputs; default all known metrics of such targets. */
  readonly metrics?: readonly (keyof typeof metrics | Metric)[] | undefined;
  /** Sequences answered at a time; default 64. */
  readonly batch?: number | undefined;
}

const known: Readonly<Record<keyof EvaluateOptions, true>> = {
  loss: true,
  metrics: true,
  batch: true,
  backend: true,
  precision: true,
  fma: true,
  threads: true,
};

/** Loss, metrics and outputs of a model on labelled sequences: the one way a test part is used. */
export const evaluate = (model: Network, data: Labelled, options: EvaluateOptions): Assessment => {
  checkNames('evaluate', options, Object.keys(known));
  const loss = made('evaluate', 'loss', options.loss, losses);
  const chosen =
    options.metrics ?? Object.values<Metric>(metrics).filter(({ targets }) => targets.includes(loss.target));
  const { batch = 64 } = options;
  if (!(Number.isInteger(batch) && batch >= 1))
    throw new Error(`evaluate: batch is ${batch}; wanted 1 or more sequences`);
  checkLabelled('evaluate: data', data, model.inputs, answerShape(model), loss);
  const judges = chosen.map((metric) => metricFor('evaluate', loss, metric));
  const assessing = assess(compute(model, programOptions(options)), data, loss, judges, batch);
  for (;;) {
    const { done, value } = assessing.next();
    if (done) return value;
  }
};
