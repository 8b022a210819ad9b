import type { Model } from '../model.ts';
import { program } from '../program.ts';
import type { Labelled } from '../sequences.ts';
import { type Assessment, assess } from './assess.ts';
import { checkLabelled } from './check-labelled.ts';
import { type Loss, losses } from './losses.ts';
import { type Metric, metrics } from './metrics.ts';
import { answerShape } from './rows.ts';
import { choose, metricFor, type ProgramChoice, programOptions, refuseUnknown } from './settings.ts';

/** How to judge a model. */
export interface EvaluateOptions extends ProgramChoice {
  readonly loss: keyof typeof losses | Loss;
  /** Default: all known metrics of such targets. */
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
};

/** Loss, metrics and outputs of a model on labelled sequences: the one way a test part is used. */
export const evaluate = (model: Model, data: Labelled, options: EvaluateOptions): Assessment => {
  refuseUnknown('evaluate', options, Object.keys(known));
  const loss = choose('evaluate', 'loss', options.loss, losses);
  const chosen = options.metrics ?? Object.values<Metric>(metrics).filter(({ target }) => target === loss.target);
  const { batch = 64 } = options;
  if (!(Number.isInteger(batch) && batch >= 1))
    throw new Error(`evaluate: batch is ${batch}; wanted 1 or more sequences`);
  checkLabelled('evaluate: data', data, model.inputs, answerShape(model), loss.target);
  const judges = chosen.map((metric) => metricFor('evaluate', loss, metric));
  const assessing = assess(program(model, programOptions(options)), data, loss, judges, batch);
  for (;;) {
    const { done, value } = assessing.next();
    if (done) return value;
  }
};
