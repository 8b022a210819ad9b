import { join } from 'node:path';
import { saveModel } from '../formats/model-file.ts';
import type { Network } from '../network.ts';
import { report } from '../report/report.ts';
import { evaluate } from '../training/evaluate.ts';
import type { EndEvent, StartEvent, TrainEvent } from '../training/events.ts';
import { train } from '../training/train.ts';
import type { Plan } from './plan.ts';
import { inOwnUnits, type Run, reportData, resultRows } from './report-data.ts';
import { saveFile } from './save-file.ts';
import type { TrainingSet } from './training-set.ts';
import { version } from './version.ts';

/** Train as planned, telling every event, and judge the best epoch on the test part; undefined when interrupted before an epoch ended. */
export async function carryOut(
  plan: Plan,
  signal: AbortSignal,
  tell: (event: TrainEvent) => void,
): Promise<Run | undefined> {
  const { data, net, options } = plan;
  let start: StartEvent | undefined;
  let end: EndEvent<Network> | undefined;
  for await (const event of train(net, data.split.training, { ...options, signal })) {
    if (event.kind === 'start') start = event;
    if (event.kind === 'end') end = event;
    tell(event);
  }
  if (start === undefined || end === undefined) throw new Error('train: training ended without a result');
  if (end.reason === 'aborted' && end.epoch === 0) return undefined;
  const { loss, backend, precision, threads } = options;
  const result = evaluate(end.model, data.split.test, { loss, backend, precision, threads });
  const value = inOwnUnits(data, result.metrics[data.metric]!.value);
  const rows = resultRows(data, value, `weights of epoch ${end.epoch}, the best on validation`);
  return { ...plan, start, end, result, rows };
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
function extra({ classes, inputNames, outputNames, split, targetScaler }: TrainingSet): Record<string, string> {
  const known = { classes, inputNames, outputNames, scaler: split.scaler, targetScaler };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.stringify(value)]])),
  );
}
