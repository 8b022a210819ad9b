import { join } from 'node:path';
import { saveModel } from '../formats/model-file.ts';
import type { Network } from '../network.ts';
import { count, duration, quantity } from '../report/quantity.ts';
import { report } from '../report/report.ts';
import { table } from '../report/table.ts';
import { evaluate } from '../training/evaluate.ts';
import type { EndEvent, StartEvent } from '../training/events.ts';
import { schedules } from '../training/schedules.ts';
import { train as learn } from '../training/train.ts';
import { gradientOf, optimizerOf } from './choices.ts';
import type { Console } from './console.ts';
import { density, networkNotes, phrase } from './describe-network.ts';
import { fittingMetrics, lossOf } from './fitting.ts';
import { liveView } from './live-view.ts';
import { loadData } from './load-data.ts';
import { missingByDefault, network, settledNetwork } from './network.ts';
import type { TrainCommand } from './options.ts';
import { ordinary, type Recipe, recipes } from './recipes.ts';
import { metricName, reportData, resultRows } from './report-data.ts';
import { makeFolder, saveFile } from './save-file.ts';
import type { TrainingSet } from './training-set.ts';
import { choose } from './usage-error.ts';
import { version } from './version.ts';

/** Train on a data set or a CSV file: live, measured once on the test part, written to a folder. Exit code 130 when interrupted. */
export async function train(command: TrainCommand, io: Console): Promise<number> {
  const began = performance.now();
  const settled = settle(command, recipes[command.data] ?? ordinary);
  const optimizer = optimizerOf(settled.optimizer);
  const data = await loadData(command);
  const recipe = data.missing > 0 ? { ...settled, missing: settled.missing ?? missingByDefault(settled) } : settled;
  const folder = command.out ?? join('runs', data.name);
  const loss = lossOf(command.loss ?? (data.classes ? 'cross-entropy' : 'mse'), data.classes);
  const metric = choose('train: --metric', command.metric ?? data.metric, fittingMetrics(loss.target));
  const gradient = gradientOf(recipe.gradient);
  const net = network(recipe, {
    inputs: data.split.inputs,
    outputs: data.split.outputs * (loss.outputsPerTarget ?? 1),
    timeUnit: data.timeUnit,
    seed: command.seed,
    scaler: data.split.scaler,
  });
  await makeFolder(folder);
  io.out(`${introduce(data, net, recipe)}\n\n`);

  const engine = { backend: command.backend, precision: command.precision };
  const { epochs, batch, learningRate, schedule } = recipe;
  const { patience, seed, clip } = command;
  const options = {
    ...engine,
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
    signal: io.signal,
  } as const;
  const view = liveView(`${data.name} · ${phrase(net)}`, command.plain ? plain(io) : io);
  let start: StartEvent | undefined;
  let end: EndEvent<Network> | undefined;
  for await (const event of learn(net, data.split.training, options)) {
    if (event.kind === 'start') {
      start = event;
      for (const warning of event.warnings) io.out(`warning: ${warning}\n\n`);
    }
    view(event);
    if (event.kind === 'end') end = event;
  }
  if (start === undefined || end === undefined) throw new Error('train: training ended without a result');
  if (end.reason === 'aborted' && end.epoch === 0) {
    io.out('interrupted before an epoch ended: nothing is written\n');
    return 130;
  }
  if (end.reason === 'aborted') io.out(`interrupted: keeping the weights of epoch ${end.epoch}, the best so far\n`);
  if (end.reason === 'early-stop') io.out(`no better epoch in ${patience}: stopped early\n`);

  const result = evaluate(end.model, data.split.test, { ...engine, loss });
  const rows = resultRows(data, result, end.epoch);
  const right = { header: '', align: 'right' } as const;
  const columns = [{ header: `test ${metricName(data)}` }, right, { header: '' }, { header: '' }];
  const written = rows.map(({ name, value, spread, note }) => [
    name,
    quantity(value),
    spread === undefined ? '' : `± ${quantity(spread, 2)}`,
    note,
  ]);
  io.out(`\n${table(columns, written)}\n`);
  if (metric.name !== data.metric) {
    io.out(
      `test ${metric.name} ${quantity(result.metrics[metric.name]!.value)}${data.targetScaler ? ', standardised' : ''}\n`,
    );
  }

  const modelPath = join(folder, 'model.safetensors');
  const reportPath = join(folder, 'report.html');
  const maker = `Made by rivulet ${await version()}`;
  await saveFile(modelPath, saveModel(end.model, extra(data)));
  await saveFile(reportPath, report(reportData({ data, recipe, command, start, end, result, rows, maker })));
  const seconds = (performance.now() - began) / 1000;
  io.out(`\n${modelPath}\n${reportPath}\n${duration(end.seconds)} of training, ${duration(seconds)} in all\n`);
  return end.reason === 'aborted' ? 130 : 0;
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

const filling = {
  hold: 'each holds its last value, beside the time since it was seen',
  mean: 'the mean of the training part stands for each',
  zero: '0 stands for each',
} as const satisfies Record<NonNullable<Recipe['missing']>, string>;

function introduce(data: TrainingSet, net: Network, { cell, solver, unfolds, missing }: Recipe): string {
  const { training, test, inputs, outputs } = data.split;
  const answers = data.classes ? several(outputs, 'class', 'classes') : several(outputs, 'output');
  const parts = [training.train, training.valid, test].map((part) => count(part.batch));
  return [
    `${data.name}: ${data.title}`,
    ...data.notes,
    ...(data.missing > 0
      ? [`missing inputs: ${count(data.missing)}; ${missing ? filling[missing] : `${cell} takes them as they are`}`]
      : []),
    `${parts[0]} windows to train on, ${parts[1]} to validate, ${parts[2]} to test, of ${training.train.steps} steps; ${several(inputs, 'input')}, ${answers}`,
    [
      phrase(net),
      ...density(net),
      ...(solver === undefined ? [] : [unfolds === 1 ? solver : `${solver} × ${unfolds}`]),
      `${count(net.parameters.length)} parameters`,
    ].join(', '),
    ...networkNotes(net),
  ].join('\n');
}

function several(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** What a model needs beside its weights to be used on fresh data. */
function extra({ classes, inputNames, outputNames, split, targetScaler }: TrainingSet): Record<string, string> {
  const known = { classes, inputNames, outputNames, scaler: split.scaler, targetScaler };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.stringify(value)]])),
  );
}

const plain = (io: Console): Console => ({ ...io, screen: undefined, colour: false });
