import { timeConstants } from '../analysis/time-constants.ts';
import { mathml } from '../equation/mathml.ts';
import type { Model } from '../model.ts';
import { program } from '../program.ts';
import type { Row, Trajectory } from '../report/figures.ts';
import { quantity } from '../report/quantity.ts';
import type { ReportData } from '../report/report.ts';
import type { Labelled } from '../sequences.ts';
import type { Assessment } from '../training/assess.ts';
import type { EndEvent } from '../training/events.ts';
import type { TrainingSet } from './load-data.ts';
import type { TrainCommand } from './options.ts';
import type { Recipe } from './recipes.ts';

/** Steps of the test recording that the time constants are shown over, and the numbers that are forecast. */
const longest = { shown: 3000, forecast: 200 };

type Result = Row & { readonly note: string };

/** Our test result and the baselines, ours first. */
export function resultRows(data: TrainingSet, result: Assessment, epoch: number): Result[] {
  const ours = {
    name: 'this model',
    value: result.metrics[data.metric]!.value,
    ours: true,
    note: `weights of epoch ${epoch}, the best on validation`,
  };
  const rows = [ours, ...data.split.baselines()];
  return rows.map((row) => ({ ...row, value: row.value * squaredUnit(data, 0) }));
}

/** What a run of training has to tell, as the data of its report. */
export function reportData(run: {
  readonly data: TrainingSet;
  readonly recipe: Recipe;
  readonly command: TrainCommand;
  readonly end: EndEvent;
  readonly result: Assessment;
  readonly rows: readonly Result[];
  readonly maker: string;
}): ReportData {
  const { data, recipe, command, end, result, rows, maker } = run;
  const net = end.model;
  const perOutput = result.metrics[data.metric]?.perOutput;
  const timed = timesOf(data.example, data.timeUnit);
  const { tau, kind } = timeConstants(net, data.example);
  return {
    title: data.title,
    summary: summary(data, net, rows),
    settings: settings(recipe, command, end),
    command: commandLine(recipe, command),
    maker,
    curves: {
      lossName: data.classes ? 'cross-entropy' : 'mean squared error',
      points: end.history.map(({ epoch, train, valid }) => ({ epoch, train, valid: valid.loss })),
      ...(end.epoch > 0 ? { bestEpoch: end.epoch } : {}),
    },
    results: { metric: data.metric, lowerIsBetter: data.metric !== 'accuracy', rows },
    trajectories: {
      title: `${data.exampleTitle}${data.classes ? ': the probability of each class, and when it was true' : ''}.`,
      ...timed,
      outputs: trajectories(data, net),
    },
    ...(perOutput && perOutput.length === data.outputNames.length
      ? {
          outputErrors: {
            metric: data.metric,
            rows: perOutput.map((value, k) => ({ name: data.outputNames[k]!, value })),
          },
        }
      : {}),
    timeConstants: {
      kind,
      tau,
      steps: data.example.steps,
      units: net.sizes.state!,
      ...timed,
      unit: data.timeUnit === 1 ? 'steps' : `× ${quantity(data.timeUnit)} s`,
    },
    equation: { mathml: mathml(net.cell.equation), source: net.cell.equation.source, paper: net.cell.paper },
  };
}

function summary(data: TrainingSet, net: Model, rows: readonly Result[]): string {
  const [ours, ...others] = rows;
  const better = (a: number, b: number) => (data.metric === 'accuracy' ? a > b : a < b);
  const beaten = others.filter((row) => better(ours!.value, row.value)).length;
  return (
    `A ${net.cell.name} network of ${net.sizes.state} neurons and ${quantity(net.parameters.length, 8)} parameters. ` +
    `Its test ${data.metric} is ${quantity(ours!.value)}, better than ${beaten} of the ${others.length} baselines below.`
  );
}

function settings(recipe: Recipe, command: TrainCommand, end: EndEvent): ReportData['settings'] {
  return [
    ['cell', recipe.cell],
    ['neurons', String(recipe.units)],
    ['solver', recipe.solver],
    ['sub-steps', String(recipe.unfolds)],
    ['epochs', `${end.history.length} of ${recipe.epochs}`],
    ['batch', String(recipe.batch)],
    ['learning rate', `${recipe.learningRate}, ${recipe.schedule}`],
    ['seed', String(command.seed)],
    ['backend', command.backend ?? 'wasm'],
    ['precision', command.precision ?? 'float32'],
    ['ended', end.reason],
    ['seconds', quantity(end.seconds, 3)],
  ];
}

/** The command with every setting spelled out, so that a later default cannot change its meaning. */
function commandLine(recipe: Recipe, command: TrainCommand): string {
  const quoted = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const options: readonly (readonly [string, string | number | undefined])[] = [
    ['target', command.target],
    ['time', command.time],
    ['cell', recipe.cell],
    ['solver', recipe.solver],
    ['units', recipe.units],
    ['unfolds', recipe.unfolds],
    ['epochs', recipe.epochs],
    ['batch', recipe.batch],
    ['learning-rate', recipe.learningRate],
    ['schedule', recipe.schedule],
    ['patience', command.patience],
    ['seed', command.seed],
    ['backend', command.backend],
    ['precision', command.precision],
  ];
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(String(value))}`]));
  return ['npx rivulet train', quoted(command.data), ...given].join(' ');
}

/** Elapsed time at each step of one sequence; in seconds where the time unit is known, else in steps. */
function timesOf({ steps, dt }: Labelled, timeUnit: number): { times: Float64Array; timeLabel: string } {
  const times = new Float64Array(steps);
  for (let t = 1; t < steps; t++) times[t] = times[t - 1]! + (dt ? dt[t]! : 1) * timeUnit;
  const seconds = timeUnit !== 1;
  if (!seconds || times[steps - 1]! < 7200) return { times, timeLabel: seconds ? 'seconds' : 'step' };
  const days = times[steps - 1]! > 172_800;
  return { times: times.map((value) => value / (days ? 86_400 : 3600)), timeLabel: days ? 'days' : 'hours' };
}

const most = 6;

/** Predicted against true over the example, of at most six outputs, from the least to the most wrong. */
function trajectories(data: TrainingSet, net: Model): Trajectory[] {
  const { example, classes } = data;
  const outputs = program(net, { precision: 'float64', backend: 'javascript' }).forward(example).outputs;
  const names = classes ?? data.outputNames;
  const n = names.length;
  const shown = names.map((name, k): Trajectory => {
    const at = (t: number) => (classes ? share(outputs, t * n, n, k) : outputs[t * n + k]!);
    const truth = (t: number) => (classes ? Number(example.target[t] === k) : example.target[t * n + k]!);
    return {
      name,
      predicted: Float64Array.from({ length: example.steps }, (_, t) => at(t)),
      truth: Float64Array.from({ length: example.steps }, (_, t) => truth(t)),
    };
  });
  if (classes?.length === 2) return shown.slice(1);
  if (n <= most) return shown;
  const ranked = shown.map((each) => ({ each, error: relativeError(each) })).sort((a, b) => a.error - b.error);
  return Array.from({ length: most }, (_, i) => ranked[Math.round((i * (n - 1)) / (most - 1))]!.each);
}

/** Class `k`'s probability: softmax over the `n` outputs that start at `from`. */
function share(outputs: ArrayLike<number>, from: number, n: number, k: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) top = Math.max(top, outputs[from + i]!);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(outputs[from + i]! - top);
  return Math.exp(outputs[from + k]! - top) / sum;
}

/** Squared error over the variance of the truth. */
function relativeError({ truth, predicted }: Trajectory): number {
  const n = truth.length;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += truth[t]! / n;
  let error = 0;
  let variance = 0;
  for (let t = 0; t < n; t++) {
    error += (truth[t]! - predicted[t]!) ** 2;
    variance += (truth[t]! - mean) ** 2;
  }
  return error / (variance || 1);
}
