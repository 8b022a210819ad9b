import { join } from 'node:path';
import type { Computed } from '../compute.ts';
import { saveModel } from '../formats/model-file.ts';
import type { GradientMethod } from '../gradients/gradient.ts';
import type { Network } from '../network.ts';
import { report } from '../report/report.ts';
import type { TimeConstant } from '../report/terminal.ts';
import type { Labelled } from '../sequences.ts';
import { evaluate } from '../training/evaluate.ts';
import type { EndEvent, StartEvent } from '../training/events.ts';
import { train } from '../training/train.ts';
import type { ToldEvent } from './history-after.ts';
import { medianTimeConstant } from './median-time-constant.ts';
import type { Plan } from './plan.ts';
import { type EpochTau, inOwnUnits, type Run, reportData, resultRows } from './report-data.ts';
import { saveFile } from './save-file.ts';
import { singularSteps } from './singular-steps.ts';
import type { TrainingSet } from './training-set.ts';
import { version } from './version.ts';

/** Train as planned, telling every event, and judge the best epoch on the test part; undefined when interrupted before an epoch ended. */
export async function carryOut(
  plan: Plan,
  signal: AbortSignal,
  tell: (event: ToldEvent) => void,
): Promise<Run | undefined> {
  const { data, net, options } = plan;
  const { training } = data.split;
  let start: StartEvent | undefined;
  let end: EndEvent<Network> | undefined;
  const taus: EpochTau[] = [];
  // Events carry no model, but the gradient method is given the program that trains.
  let program: Computed | undefined;
  const gradient: GradientMethod = {
    ...options.gradient,
    of(trained) {
      program = trained;
      return options.gradient.of(trained);
    },
  };
  for await (const event of train(net, training, { ...options, gradient, signal })) {
    if (event.kind === 'end') end = event;
    if (event.kind === 'start') {
      start = { ...event, warnings: [...event.warnings, ...singularSteps(net, training.train)] };
      tell(start);
    } else if (event.kind === 'epoch') {
      const tau = timeConstantOf(program!.toModel(), training.valid, data.timeUnit);
      if (tau) taus.push({ epoch: event.epoch, ...tau });
      tell(tau ? { ...event, tau } : event);
    } else tell(event);
  }
  if (start === undefined || end === undefined) throw new Error('train: training ended without a result');
  if (end.reason === 'aborted' && end.epoch === 0) return undefined;
  const { loss, backend, precision, threads } = options;
  const result = evaluate(end.model, data.split.test, { loss, backend, precision, threads });
  const value = inOwnUnits(data, result.metrics[data.metric]!.value);
  const rows = resultRows(data, value, `weights of epoch ${end.epoch}, the best on validation`);
  return { ...plan, start, end, result, rows, taus };
}

/** The median time constant of a network, in seconds where the time between samples is known. */
function timeConstantOf(net: Network, part: Labelled, timeUnit: number): TimeConstant | undefined {
  const tau = medianTimeConstant(net, part);
  if (tau === undefined) return undefined;
  return part.dt === undefined ? { value: tau, unit: 'steps' } : { value: tau * timeUnit, unit: 's' };
}

/** Write the model and the report of a run into its folder; returns their paths. */
export async function saveRun(run: Run): Promise<readonly string[]> {
  const modelPath = join(run.folder, 'model.safetensors');
  const reportPath = join(run.folder, 'report.html');
  await saveFile(modelPath, saveModel(run.end.model, extra(run.data)));
  await saveFile(reportPath, report(reportData(run, `Made by rivulet ${await version()}`)));
  return [modelPath, reportPath];
}

/** What a model needs beside its weights to be used on fresh data. */
function extra(data: TrainingSet): Record<string, string> {
  const { classes, inputNames, outputNames, split, targetScaler, task, encodings } = data;
  const known = { classes, inputNames, outputNames, scaler: split.scaler, targetScaler, task, encodings };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.stringify(value)]])),
  );
}
