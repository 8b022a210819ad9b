import { inUnits } from '../datasets/scale.ts';
import { mathml } from '../equation/mathml.ts';
import type { Network } from '../network.ts';
import { probability } from '../predictor/probability.ts';
import { program } from '../program.ts';
import { layerRows, layersOf, networkNotes, phrase } from '../report/describe-network.ts';
import type { Row, Trajectory } from '../report/figures.ts';
import { count, quantity } from '../report/quantity.ts';
import type { ReportData } from '../report/report.ts';
import type { TimeConstant } from '../report/terminal.ts';
import type { Labelled } from '../sequences.ts';
import type { Assessment } from '../training/assess.ts';
import type { EndEvent, StartEvent } from '../training/events.ts';
import { beginning } from './beginning.ts';
import { commandLine } from './command-line.ts';
import type { TrainCommand } from './commands.ts';
import { dynamics } from './dynamics.ts';
import type { Plan } from './plan.ts';
import type { Recipe } from './recipes.ts';
import { timesOf } from './times-of.ts';
import type { TestSet } from './training-set.ts';

/** A row of the table of results. */
export type Result = Row & { readonly note: string };

/** A training that was carried out and judged on the test part. */
export interface Run extends Plan {
  readonly start: StartEvent;
  readonly end: EndEvent<Network>;
  readonly result: Assessment;
  /** The test result and the baselines. */
  readonly rows: readonly Result[];
  /** The median time constant after each epoch, where there is one. */
  readonly taus: readonly EpochTau[];
}

/** The median time constant after an epoch. */
export type EpochTau = TimeConstant & { readonly epoch: number };

/** Steps of the test recording shown: of classes, which change slowly; of forecasts, and of their time constants. */
const shown = { classes: 3000, forecasts: 100, constants: 300 };

/** The test metric with its unit, as tables and figures name it. */
export const metricName = ({ metric }: TestSet) => (metric === 'accuracy' ? 'accuracy (%)' : 'mean squared error');

/** A value of the data's own metric as tables have it: a mean squared error in the target's own units, an accuracy in percent. */
export const inOwnUnits = (data: TestSet, value: number): number => value * ownUnit(data, 0) * percent(data);

/** Our test result, which is in the data's own units, and the baselines in the same, ours first. */
export function resultRows(data: TestSet, value: number, note: string): Result[] {
  const unit = percent(data);
  const baselines = data.split.baselines().map((row) => ({
    ...row,
    value: row.value * unit,
    ...(row.spread === undefined ? {} : { spread: row.spread * unit }),
  }));
  return [{ name: 'this model', value, ours: true, note }, ...baselines];
}

const percent = ({ metric }: TestSet) => (metric === 'accuracy' ? 100 : 1);

/** What turns a mean squared error of output `k` back into its own units. */
const ownUnit = ({ targetScaler }: TestSet, k: number) => (targetScaler?.deviation[k] ?? 1) ** 2;

/** What a run of training has to tell, as the data of its report. */
export function reportData(run: Run, maker: string): ReportData {
  const { data, recipe, command, seed, start, end, result, rows, taus } = run;
  const net = end.model;
  const stretch = beginning(data.split.rollout, data.classes ? shown.classes : shown.constants);
  const { times, timeLabel } = timesOf(stretch, data.timeUnit);
  const { cell } = layersOf(net)[0]!.model;
  const lossName = start.loss === 'mse' ? 'mean squared error' : start.loss;
  const perOutput = result.metrics[data.metric]!.perOutput ?? [];
  return {
    title: data.title,
    summary: summary(data, net, rows, start.metric.name, result),
    settings: settings(recipe, command, seed, start, end),
    command: commandLine(run),
    maker,
    curves: {
      lossName: data.targetScaler ? `${lossName} (standardised)` : lossName,
      points: end.history.map(({ epoch, train, valid }) => ({ epoch, train, valid: valid.loss })),
      ...(end.epoch > 0 ? { bestEpoch: end.epoch } : {}),
    },
    results: { metric: metricName(data), lowerIsBetter: data.metric === 'mse', rows },
    ...(data.task?.each === 'sequence'
      ? {}
      : { trajectories: { ...trajectoryTexts(data, times), timeLabel, outputs: trajectories(data, net, stretch) } }),
    outputErrors: {
      metric: metricName(data),
      rows: perOutput.map((value, k) => ({ name: data.outputNames[k]!, value: value * ownUnit(data, k) })),
    },
    ...dynamics(net, stretch, { times, timeLabel, timeUnit: data.timeUnit }),
    ...(taus.length > 1 ? { timeConstantCourse: { unit: taus[0]!.unit, points: taus } } : {}),
    network: { layers: layerRows(net), notes: networkNotes(net) },
    equation: { mathml: mathml(cell.equation), source: cell.equation.source, paper: cell.paper },
  };
}

/** How many of the baselines a result beats, in words. */
function comparison(beaten: number, baselines: number): string {
  if (baselines === 1) return beaten === 1 ? 'better than the baseline' : 'no better than the baseline';
  return beaten === 0
    ? `no better than any of the ${baselines} baselines`
    : `better than ${beaten} of the ${baselines} baselines`;
}

/** The test result by a metric that is not the data's own, which chose the epoch. */
const otherMetric = ({ targetScaler }: TestSet, chosen: string, { metrics }: Assessment): string =>
  `Its test ${chosen}${targetScaler ? ', standardised,' : ''} is ${quantity(metrics[chosen]!.value)}`;

function summary(data: TestSet, net: Network, rows: readonly Result[], chosen: string, result: Assessment): string {
  const [ours, ...others] = rows;
  const better = (a: number, b: number) => (data.metric === 'accuracy' ? a > b : a < b);
  const beaten = others.filter((row) => better(ours!.value, row.value)).length;
  const other = chosen === data.metric ? '' : ` ${otherMetric(data, chosen, result)}.`;
  return (
    `A network of ${phrase(net)} and ${count(net.parameters.length)} parameters. ` +
    `Its test ${data.metric === 'accuracy' ? 'accuracy' : metricName(data)} is ${quantity(ours!.value)}${data.metric === 'accuracy' ? ' %' : ''}, ${comparison(beaten, others.length)} below.${other}`
  );
}

function settings(
  recipe: Recipe,
  command: TrainCommand,
  seed: number,
  start: StartEvent,
  end: EndEvent<Network>,
): ReportData['settings'] {
  return [
    ['cell', recipe.mixedMemory ? `${recipe.cell} behind a memory` : recipe.cell],
    ['wiring', recipe.wiring],
    ['neurons', recipe.units.join(', ')],
    ...(recipe.bidirectional ? [['reads', 'from both ends'] as const] : []),
    ...(recipe.dropout > 0 ? [['dropout', String(recipe.dropout)] as const] : []),
    ...(recipe.solver === undefined
      ? []
      : [['solver', recipe.solver] as const, ['sub-steps', String(recipe.unfolds)] as const]),
    ...(recipe.interpolation === 'linear' ? [['input between samples', 'linear'] as const] : []),
    ...(recipe.missing ? [['missing inputs', recipe.missing] as const] : []),
    ['epochs', `${end.history.length} of ${recipe.epochs}`],
    ['batch', String(recipe.batch)],
    ['learning rate', `${recipe.learningRate}, ${recipe.schedule}`],
    ['optimizer', recipe.optimizer],
    ['gradient', recipe.gradient],
    ['loss', command.loss ?? start.loss],
    ['best epoch by', start.metric.name],
    ['seed', String(seed)],
    ['backend', start.fma ? `${start.backend}, multiply-add` : start.backend],
    ['precision', start.precision],
    ['ended', end.reason],
    ['seconds', quantity(end.seconds, 3)],
  ];
}

function trajectoryTexts({ classes, task }: TestSet, times: Float64Array) {
  const over = 'over the beginning of a recording of the test part.';
  if (classes)
    return {
      title: 'The probability of each class over a whole recording of the test part, and when it was true.',
      times,
    };
  const ahead = task?.horizon ?? 1;
  const said =
    task && task.horizon === undefined ? 'At each step' : ahead === 1 ? 'One step ahead' : `${ahead} steps ahead`;
  return { title: `${said}, ${over}`, times: times.subarray(0, shown.forecasts) };
}

const panels = 6;

/** Predicted against true, of at most six outputs, from the least to the most wrong. */
function trajectories(data: TestSet, net: Network, stretch: Labelled): Trajectory[] {
  const { classes, outputNames, targetScaler } = data;
  const { outputs } = program(net).forward(stretch);
  const names = classes ?? outputNames;
  const n = names.length;
  const steps = classes ? stretch.steps : Math.min(stretch.steps, shown.forecasts);
  const all = names.map((name, k): Trajectory => {
    const own = (value: number) => inUnits(value, k, targetScaler);
    const base = (t: number) => (data.task?.of === 'change' ? presentValue(data, stretch, t) : 0);
    const predicted = (t: number) =>
      classes ? probability(outputs, t * n, n, k) : base(t) + own(outputs[t * net.outputs + k]!);
    const truth = (t: number) =>
      classes ? Number(stretch.target[t] === k) : base(t) + own(stretch.target[t * n + k]!);
    const over = (value: (t: number) => number) => Float64Array.from({ length: steps }, (_, t) => value(t));
    return { name, predicted: over(predicted), truth: over(truth) };
  });
  if (classes?.length === 2) return all.slice(1);
  if (n <= panels) return all;
  const ranked = all.map((each) => ({ each, error: relativeError(each) })).sort((a, b) => a.error - b.error);
  return Array.from({ length: panels }, (_, i) => ranked[Math.round((i * (n - 1)) / (panels - 1))]!.each);
}

/** What the target of a forecast is at a step, in its own units. */
function presentValue({ inputNames, outputNames, split }: TestSet, { x }: Labelled, t: number): number {
  const at = inputNames.indexOf(outputNames[0]!);
  return inUnits(x[t * inputNames.length + at]!, at, split.scaler);
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
