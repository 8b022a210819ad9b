import { join } from 'node:path';
import { cells } from '../cells/index.ts';
import { saveModel } from '../formats/model-file.ts';
import { type Model, model } from '../model.ts';
import { count, duration, quantity } from '../report/quantity.ts';
import { report } from '../report/report.ts';
import { table } from '../report/table.ts';
import { solvers } from '../solvers/index.ts';
import { evaluate } from '../training/evaluate.ts';
import type { EndEvent, StartEvent } from '../training/events.ts';
import { schedules } from '../training/schedules.ts';
import { train as learn } from '../training/train.ts';
import type { Console } from './console.ts';
import { liveView } from './live-view.ts';
import { loadData } from './load-data.ts';
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
  const data = await loadData(command);
  const folder = command.out ?? join('runs', data.name);
  const recipe = settle(command, recipes[data.name] ?? ordinary);
  const net = build(data, recipe, command.seed);
  await makeFolder(folder);
  io.out(`${introduce(data, net, recipe)}\n\n`);

  const engine = { backend: command.backend, precision: command.precision };
  const loss = data.classes ? 'cross-entropy' : 'mse';
  const { epochs, batch, learningRate, schedule } = recipe;
  const { patience, seed } = command;
  const options = {
    ...engine,
    loss,
    epochs,
    batch,
    learningRate,
    schedule,
    patience,
    seed,
    signal: io.signal,
  } as const;
  const view = liveView(`${data.name} · ${net.cell.name}, ${net.sizes.state} units`, command.plain ? plain(io) : io);
  let start: StartEvent | undefined;
  let end: EndEvent | undefined;
  for await (const event of learn(net, data.split.training, options)) {
    view(event);
    if (event.kind === 'start') start = event;
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
  const pick = <K extends string>(
    what: string,
    given: string | undefined,
    known: Readonly<Record<K, unknown>>,
    otherwise: K,
  ) => {
    if (given === undefined) return otherwise;
    choose(`train: --${what}`, given, known);
    return given as K;
  };
  return {
    cell: pick('cell', command.cell, cells, recipe.cell),
    solver: pick('solver', command.solver, solvers, recipe.solver),
    schedule: pick('schedule', command.schedule, schedules, recipe.schedule),
    units: command.units ?? recipe.units,
    unfolds: command.unfolds ?? recipe.unfolds,
    epochs: command.epochs ?? recipe.epochs,
    batch: command.batch ?? recipe.batch,
    learningRate: command.learningRate ?? recipe.learningRate,
  };
}

function build(data: TrainingSet, recipe: Recipe, seed: number): Model {
  return model({
    cell: cells[recipe.cell](),
    inputs: data.split.inputs,
    units: recipe.units,
    solver: solvers[recipe.solver],
    unfolds: recipe.unfolds,
    readout: { outputs: data.split.outputs, when: 'every' },
    timeUnit: data.timeUnit,
    seed,
  });
}

function introduce(data: TrainingSet, net: Model, recipe: Recipe): string {
  const { training, test, inputs, outputs } = data.split;
  const answers = data.classes ? several(outputs, 'class', 'classes') : several(outputs, 'output');
  const parts = [training.train, training.valid, test].map((part) => count(part.batch));
  return [
    `${data.name}: ${data.title}`,
    ...data.notes,
    `${parts[0]} windows to train on, ${parts[1]} to validate, ${parts[2]} to test, of ${training.train.steps} steps; ${several(inputs, 'input')}, ${answers}`,
    `${net.cell.name}, ${recipe.units} units, ${recipe.solver} × ${recipe.unfolds}, ${count(net.parameters.length)} parameters`,
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
