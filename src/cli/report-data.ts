import type { ConfidenceInterval } from '../analysis/bootstrap.ts';
import { mathml } from '../equation/mathml.ts';
import type { Loss } from '../losses/loss.ts';
import type { Network } from '../network.ts';
import { probability } from '../predictor/probability.ts';
import { program } from '../program.ts';
import { layerRows, layersOf, networkNotes, phrase } from '../report/describe-network.ts';
import type { Trajectory } from '../report/figures.ts';
import { count, quantity } from '../report/quantity.ts';
import type { ClassAnswers, NumberAnswers, ReportData, ResultRow } from '../report/report-data.ts';
import type { TimeConstant } from '../report/terminal.ts';
import type { Labelled } from '../sequences.ts';
import type { Assessment } from '../training/assess.ts';
import type { EndEvent, StartEvent } from '../training/events.ts';
import { beginning } from './beginning.ts';
import { commandLine } from './command-line.ts';
import type { TrainCommand } from './commands.ts';
import { classShares, dataSummary } from './data-summary.ts';
import { dynamics } from './dynamics.ts';
import { networkDrawn } from './network-drawn.ts';
import type { Plan } from './plan.ts';
import type { Recipe } from './recipes.ts';
import { type ResultIntervals, resultIntervals, verdict } from './result-intervals.ts';
import { inOwnNumbers, shownOutputs, testAnswers } from './test-answers.ts';
import { timesOf } from './times-of.ts';
import type { TestSet } from './training-set.ts';

/** A row of the table of results. */
export type Result = ResultRow & { readonly note: string };

/** A training that was carried out and judged on the test part. */
export interface Run extends Plan {
  readonly start: StartEvent;
  readonly end: EndEvent<Network>;
  readonly result: Assessment;
  /** The test result and the baselines. */
  readonly rows: readonly Result[];
  /** How sure they are, a sentence each. */
  readonly certainty: readonly string[];
  /** The median time constant after each epoch, where there is one. */
  readonly taus: readonly EpochTau[];
}

/** The median time constant after an epoch. */
export type EpochTau = TimeConstant & { readonly epoch: number };

/** Steps of the test recording shown: of classes, which change slowly; of forecasts, and of their time constants. */
const shown = { classes: 3000, forecasts: 100, constants: 300 };

/** The test metric with its unit, as tables and figures name it. */
export const metricName = (data: Pick<TestSet, 'metric' | 'targetScaler'>) =>
  data.metric === 'accuracy'
    ? 'accuracy (%)'
    : isOfSeveral(data)
      ? 'mean squared error (standardised)'
      : 'mean squared error';

/** Whether several targets, each in units of its own, were standardised: then their mean has no unit. */
const isOfSeveral = ({ targetScaler }: Pick<TestSet, 'targetScaler'>) => (targetScaler?.deviation.length ?? 1) > 1;

/** A value of the data's own metric as tables have it: a mean squared error in the target's own units (of several targets standardised), an accuracy in percent. */
export const inOwnUnits = (data: TestSet, value: number): number =>
  value * (isOfSeveral(data) ? 1 : ownUnit(data, 0)) * percent(data);

/** Mean squared errors of several outputs, each in its own units. */
export const outputErrors = (
  data: TestSet,
  perOutput: readonly number[],
): readonly { readonly name: string; readonly value: number }[] =>
  perOutput.map((value, k) => ({ name: data.outputNames[k]!, value: value * ownUnit(data, k) }));

/** Our test result, which is in the data's own units, and the baselines in the same, ours first; with intervals where they are known. */
export function resultRows(data: TestSet, value: number, note: string, intervals?: ResultIntervals): Result[] {
  const unit = percent(data);
  const scaled = ({ value, lo, hi }: ConfidenceInterval) => ({ value: value * unit, lo: lo * unit, hi: hi * unit });
  const baselines = data.split.baselines().map((row): Result => {
    const { perRow: _, ...baseline } = row;
    const known = intervals?.of(row);
    return {
      ...baseline,
      value: row.value * unit,
      ...(row.spread === undefined ? {} : { spread: row.spread * unit }),
      ...(known ? { interval: scaled(known.interval), difference: scaled(known.difference) } : {}),
    };
  });
  const ours = intervals && { interval: scaled(intervals.ours) };
  return [{ name: 'this model', value, ours: true, note, ...ours }, ...baselines];
}

/** The test result of a network and the baselines, and how sure they are, a sentence each. */
export function judged(
  data: TestSet,
  net: Network,
  loss: Loss,
  result: Assessment,
  note: string,
): Pick<Run, 'rows' | 'certainty'> {
  const intervals = resultIntervals(data, net, loss, result, isOfSeveral(data) ? 1 : ownUnit(data, 0));
  const value = inOwnUnits(data, result.metrics[data.metric]!.value);
  if ('why' in intervals) {
    const rows = resultRows(data, value, note);
    return { rows, certainty: [...otherConstant(data, rows), intervals.why] };
  }
  const rows = resultRows(data, value, note, intervals);
  const said = verdict(rows, data.metric === 'mse');
  return { rows, certainty: [...(said === undefined ? [] : [said]), ...otherConstant(data, rows), intervals.said] };
}

/** Says which class, said always, would have been right more often on the test part than the network and every baseline, where there is one: no baseline may know it. */
function otherConstant(data: TestSet, rows: readonly Result[]): readonly string[] {
  const { classes, metric, task, split } = data;
  if (classes === undefined || metric !== 'accuracy') return [];
  const shares = classShares(classes, split.test, task?.each === 'sequence');
  const most = Math.max(...shares);
  if (rows.some(({ value }) => value >= 100 * most)) return [];
  return [
    `the test part holds the classes in other shares than training: always "${classes[shares.indexOf(most)]}" would be right in ${quantity(100 * most)} % of it`,
  ];
}

const percent = ({ metric }: TestSet) => (metric === 'accuracy' ? 100 : 1);

/** What turns a mean squared error of output `k` back into its own units. */
const ownUnit = ({ targetScaler }: TestSet, k: number) => (targetScaler?.deviation[k] ?? 1) ** 2;

/** What a run of training has to tell, as the data of its report. */
export function reportData(run: Run, maker: string): ReportData {
  const { data, recipe, command, seed, start, end, result, rows, certainty, taus } = run;
  const net = end.model;
  const stretch = beginning(data.split.rollout, data.classes ? shown.classes : shown.constants);
  const { times, timeLabel } = timesOf(stretch, data.timeUnit);
  const { cell } = layersOf(net)[0]!.model;
  const lossName = start.loss === 'mse' ? 'mean squared error' : start.loss;
  const answers = testAnswers(data, net, result);
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
    results: {
      metric: metricName(data),
      lowerIsBetter: data.metric === 'mse',
      rows,
      said: certainty.map((text) => `${text[0]!.toUpperCase()}${text.slice(1)}.`),
    },
    data: dataSummary(data),
    answers,
    ...(data.task?.each === 'sequence'
      ? {}
      : {
          trajectories: {
            ...trajectoryTexts(data, times),
            timeLabel,
            outputs: trajectories(data, net, stretch, answers),
          },
        }),
    outputErrors: {
      metric: data.metric === 'mse' ? 'mean squared error' : metricName(data),
      rows: outputErrors(data, perOutput),
    },
    ...dynamics(net, stretch, { times, timeLabel, timeUnit: data.timeUnit }),
    ...(taus.length > 1 ? { timeConstantCourse: { unit: taus[0]!.unit, points: taus } } : {}),
    network: { layers: layerRows(net), notes: networkNotes(net) },
    ...networkDrawn(net),
    clock: stretch.dt === undefined ? { unit: 'steps', length: 1 } : { unit: 'seconds', length: data.timeUnit },
    equation: { mathml: mathml(cell.equation), source: cell.equation.source, paper: cell.paper },
  };
}

/** How many of the baselines a result beats by more than chance, in words. */
function comparison(beaten: number, baselines: number): string {
  if (baselines === 1) return beaten === 1 ? 'better than the baseline' : 'not clearly better than the baseline';
  if (beaten === baselines) return `better than all ${baselines} baselines`;
  return beaten === 0
    ? `not clearly better than any of the ${baselines} baselines`
    : `clearly better than ${beaten} of the ${baselines} baselines`;
}

/** The test result by a metric that is not the data's own, which chose the epoch. */
const otherMetric = ({ targetScaler }: TestSet, chosen: string, { metrics }: Assessment): string =>
  `Its test ${chosen}${targetScaler ? ', standardised,' : ''} is ${quantity(metrics[chosen]!.value)}`;

function summary(data: TestSet, net: Network, rows: readonly Result[], chosen: string, result: Assessment): string {
  const [ours, ...others] = rows;
  const better = (a: number, b: number) => (data.metric === 'accuracy' ? a > b : a < b);
  const isTie = ({ difference }: Result) => difference !== undefined && difference.lo <= 0 && difference.hi >= 0;
  const beaten = others.filter((row) => better(ours!.value, row.value) && !isTie(row)).length;
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

/** Predicted against true, of the outputs that are shown answer by answer, or of as many classes from the best to the worst told. */
function trajectories(
  data: TestSet,
  net: Network,
  stretch: Labelled,
  answers: ClassAnswers | NumberAnswers,
): Trajectory[] {
  const { classes, outputNames } = data;
  const { outputs } = program(net).forward(stretch);
  const names = classes ?? outputNames;
  const n = names.length;
  const steps = classes ? stretch.steps : Math.min(stretch.steps, shown.forecasts);
  const own = inOwnNumbers(data, stretch);
  return shownOutputs(answers).map((k): Trajectory => {
    const predicted = (t: number) =>
      classes ? probability(outputs, t * n, n, k) : own(outputs[t * net.outputs + k]!, t, k);
    const truth = (t: number) => (classes ? Number(stretch.target[t] === k) : own(stretch.target[t * n + k]!, t, k));
    const over = (value: (t: number) => number) => Float64Array.from({ length: steps }, (_, t) => value(t));
    return { name: names[k]!, predicted: over(predicted), truth: over(truth) };
  });
}
