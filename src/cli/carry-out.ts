import { join } from 'node:path';
import type { Computed } from '../compute.ts';
import { saveFile } from '../files.ts';
import { saveModel } from '../formats/model-file.ts';
import type { GradientMethod } from '../gradients/gradient.ts';
import type { Network } from '../network.ts';
import { standalone } from '../report/figure-style.ts';
import { report } from '../report/report.ts';
import { type ReportFigure, reportFigures } from '../report/report-figures.ts';
import type { TimeConstant } from '../report/terminal.ts';
import type { Labelled } from '../sequences.ts';
import { checkpoints } from '../training/checkpoints.ts';
import { evaluate } from '../training/evaluate.ts';
import type { EndEvent, StartEvent } from '../training/events.ts';
import type { Progress } from '../training/progress.ts';
import type { Keeper } from '../training/settings.ts';
import { train } from '../training/train.ts';
import type { ToldEvent } from './history-after.ts';
import { medianTimeConstant } from './median-time-constant.ts';
import { outcomeOf } from './outcome.ts';
import type { Plan } from './plan.ts';
import { judged, type Run, reportData } from './report-data.ts';
import { type EpochLine, epochLine, figuresIn, isUnfinished, type RunFolder, runFolder } from './run-folder.ts';
import { readRecord, recordText } from './run-record.ts';
import { singularSteps } from './singular-steps.ts';
import { notesOfTraining } from './training-notes.ts';
import { version } from './version.ts';

/** What came of a training: its run, undefined when it was interrupted before an epoch ended, and whether there is a checkpoint of it. */
export interface Carried {
  readonly run: Run | undefined;
  readonly isKept: boolean;
}

/** Train as planned, telling every event and keeping a checkpoint after each epoch, and judge the best epoch on the test part. */
export async function carryOut(plan: Plan, signal: AbortSignal, tell: (event: ToldEvent) => void): Promise<Carried> {
  const { data, net, options } = plan;
  const { training } = data.split;
  const folder = await runFolder(plan);
  let start: StartEvent | undefined;
  let end: EndEvent<Network> | undefined;
  const lines: EpochLine[] = [];
  let isKept = folder.resume !== undefined;
  // Events carry no model, but the gradient method is given the program that trains.
  let program: Computed | undefined;
  const gradient: GradientMethod = {
    ...options.gradient,
    of(trained) {
      program = trained;
      return options.gradient.of(trained);
    },
  };
  const keep = async (bytes: Uint8Array, { history, epoch, batch }: Progress) => {
    // An interrupt in the first epoch leaves a training that another has not ended.
    if (epoch === 1 && (batch === 0 || (!isKept && (await isUnfinished(plan.folder))))) return;
    if (!isKept) await folder.begin([]);
    const last = history.at(-1);
    if (last && last.epoch > lines.length) {
      const line = epochLine(last, timeConstantOf(program!.toModel(), training.valid, data.timeUnit));
      await folder.epoch(line);
      lines.push(line);
    }
    await folder.checkpoint(bytes);
    isKept = true;
  };
  const checkpoint = named(folder, checkpoints({ resume: folder.resume?.bytes, keep }));
  for await (const event of train(net, training, { ...options, gradient, signal, checkpoint })) {
    if (event.kind === 'end') end = event;
    if (event.kind === 'start') {
      if (folder.resume) lines.push(...(await folder.begin(event.history)));
      const history = event.history.map((each, k) => ({ ...each, ...lines[k] }));
      start = { ...event, history, warnings: [...event.warnings, ...singularSteps(net, training.train)] };
      tell(start);
    } else if (event.kind === 'epoch') tell({ ...event, ...lines.at(-1) });
    else tell(event);
  }
  if (start === undefined || end === undefined) throw new Error('train: training ended without a result');
  if (end.reason === 'aborted' && end.epoch === 0) return { run: undefined, isKept };
  const { loss, backend, precision, threads } = options;
  const result = evaluate(end.model, data.split.test, { loss, backend, precision, threads });
  const results = judged(data, end.model, loss, result, `weights of epoch ${end.epoch}, the best on validation`);
  await folder.refuseAnother();
  const taus = lines.flatMap(({ epoch, tau }) => (tau ? [{ epoch, ...tau }] : []));
  return { run: { ...plan, start, end, result, ...results, taus }, isKept };
}

/** A keeper whose errors about what is to be resumed name its file. */
const named =
  ({ resume }: RunFolder, keeper: Keeper): Keeper =>
  (training) => {
    try {
      return keeper(training);
    } catch (error) {
      throw resume ? new Error(`${resume.path}: ${(error as Error).message}`, { cause: error }) : error;
    }
  };

/** The median time constant of a network, in seconds where the time between samples is known. */
function timeConstantOf(net: Network, part: Labelled, timeUnit: number): TimeConstant | undefined {
  const tau = medianTimeConstant(net, part);
  if (tau === undefined) return undefined;
  return part.dt === undefined ? { value: tau, unit: 'steps' } : { value: tau * timeUnit, unit: 's' };
}

/** Write the model and the report of a run into its folder, with its figures as files where the command says so, and what it came to into its record; returns their paths. */
export async function saveRun(run: Run): Promise<readonly string[]> {
  const modelPath = join(run.folder, 'model.safetensors');
  const reportPath = join(run.folder, 'report.html');
  const data = reportData(run, `Made by rivulet ${await version()}`);
  await saveFile(modelPath, saveModel(run.end.model, notesOfTraining(run)));
  await saveFile(reportPath, report(data));
  const figures = run.command.svg ? await saveFigures(run.folder, reportFigures(data)) : [];
  const record = await readRecord(run.folder);
  if (record?.kind === 'run')
    await saveFile(join(run.folder, 'run.json'), recordText({ ...record, result: outcomeOf(run) }));
  return [modelPath, reportPath, ...figures];
}

/** Write every figure as an SVG file of its own; returns the path of their folder. */
async function saveFigures(
  folder: string,
  figures: Readonly<Record<string, ReportFigure>>,
): Promise<readonly string[]> {
  const path = figuresIn(folder);
  for (const [name, { said, drawings }] of Object.entries(figures))
    await saveFile(join(path, `${name}.svg`), standalone(said, ...drawings));
  return [path];
}
