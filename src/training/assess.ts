import type { Computed } from '../compute.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric, Score } from '../metrics/metric.ts';
import type { Labelled } from '../sequences.ts';
import { gatherer } from './batches.ts';
import { measureLoss } from './measure-loss.ts';
import { measureMetric } from './measure-metric.ts';
import { answerShape } from './rows.ts';

/** How a model answers to labelled sequences. */
export interface Assessment {
  /** Mean loss. */
  readonly loss: number;
  /** Scores by the metric's name. */
  readonly metrics: Readonly<Record<string, Score>>;
  /** `(batch, steps, outputs)`, or `(batch, outputs)` when the readout is `last`. */
  readonly outputs: Float32Array | Float64Array;
}

/** Judge a program on all of `data`, `size` sequences at a time; yields how many are done after each, returns the result. */
export function* assess(
  program: Computed,
  data: Labelled,
  loss: Loss,
  metrics: readonly Metric[],
  size: number,
): Generator<number, Assessment> {
  const shape = answerShape(program.model);
  const width = shape.outputs * (shape.when === 'every' ? data.steps : 1);
  const Numbers = program.precision === 'float32' ? Float32Array : Float64Array;
  const outputs = new Numbers(data.batch * width);
  const gather = gatherer(data, Math.min(size, data.batch));
  for (let from = 0; from < data.batch; from += size) {
    const to = Math.min(from + size, data.batch);
    outputs.set(program.forward(gather(from, to)).outputs, from * width);
    yield to;
  }
  return {
    loss: measureLoss(loss, outputs, data, shape, new Numbers(outputs.length)).loss,
    metrics: Object.fromEntries(
      metrics.map((metric) => [metric.name, measureMetric(metric, outputs, data, shape, loss)]),
    ),
    outputs,
  };
}
