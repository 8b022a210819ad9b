import { columnMeans, linearAnswers, logisticAnswers, type Rows, squares } from '../datasets/baselines.ts';
import type { Baseline } from '../datasets/dataset.ts';
import type { Part, Recording } from '../datasets/divide.ts';
import { inUnits, type Scaler } from '../datasets/scale.ts';
import { type Period, periodNames, periods } from '../predictor/periods.ts';
import type { Labelled } from '../sequences.ts';
import { rowsOf as judgedRows } from '../training/rows.ts';

/** Standardised parts, and what is asked about them. */
export interface Asked {
  readonly train: Part<'train'>;
  readonly test: Part<'test'>;
  /** The test part as it is judged. */
  readonly judged: Labelled;
  readonly each: 'step' | 'sequence';
  readonly classes: readonly string[] | undefined;
  /** Rows that a linear map may look back. */
  readonly window: number;
  readonly scaler: Scaler;
  readonly targetScaler: Scaler | undefined;
  readonly forecast: Forecast | undefined;
}

/** Of a forecast: which input is the present value of each target, whether its change is the target, how many rows ahead it lies, and the seconds between rows if they have times. */
interface Forecast {
  readonly present: readonly number[];
  readonly isChange: boolean;
  readonly horizon: number;
  readonly spacing: number | undefined;
}

/** Inputs from which on no map of them is fitted: it takes their number squared for every row. */
const MOST_INPUTS = 200;
/** Rows of training that a map is fitted to: so many, evenly spaced, where there are more. */
const MOST_ROWS = 20_000;
/** Weights times rows of logistic regression, which goes through them again and again: some seconds of work. */
const MOST_PRODUCTS = 4_000_000;

/** The metric of simple answers to the same rows that a network is tested on: accuracy, or mean squared error in the target's own units (of several targets standardised). */
export function fileBaselines(asked: Asked): Baseline[] {
  return asked.classes ? classBaselines(asked, asked.classes) : numberBaselines(asked, asked.targetScaler!);
}

function classBaselines(asked: Asked, classes: readonly string[]): Baseline[] {
  const { train, test, each } = asked;
  const known = answersOf(train, each);
  const wanted = answersOf(test, each).values;
  const right = (answer: (row: number) => number) =>
    Float64Array.from(wanted, (number, row) => Number(number === answer(row)));
  const counts = new Float64Array(classes.length);
  for (let row = 0; row < known.rows; row++) counts[known.values[row]!]!++;
  const most = counts.indexOf(Math.max(...counts));
  const baselines = [
    baseline(
      asked,
      `always "${classes[most]}"`,
      right(() => most),
      'computed: the most frequent class of training',
    ),
  ];
  const x = rowsOf(train, each);
  if (x.width >= MOST_INPUTS) return baselines;
  const fitted = thinned({ x, target: known }, Math.floor(MOST_PRODUCTS / (x.width * classes.length)));
  const { name, on } = seen[each];
  baselines.push(
    baseline(
      asked,
      `logistic, ${name}`,
      right(logisticAnswers(fitted, rowsOf(test, each), classes.length)),
      `computed: logistic regression on ${on}; penalty 1 on squared weights`,
    ),
  );
  return baselines;
}

function numberBaselines(asked: Asked, targetScaler: Scaler): Baseline[] {
  const { train, test, each, window, forecast } = asked;
  const wanted = levels(test, asked, targetScaler);
  const means = columnMeans(levels(train, asked, targetScaler));
  const baselines = [
    baseline(
      asked,
      'training mean',
      squares(wanted, (_, k) => means[k]!),
      'computed',
    ),
  ];
  if (forecast) {
    const persistence = (name: string, period: number, note: string) => {
      const values = persisting(test, asked, { ...forecast, period, unit: unitsOf(targetScaler) });
      const errors = squares(wanted, (row, k) => values[row * wanted.width + k]!);
      baselines.push(baseline(asked, name, errors, `computed: the value to come is ${note}`));
    };
    persistence('persistence', 0, 'the present one');
    for (const period of seasons(test, forecast))
      persistence(
        `persistence of a ${period}`,
        periods[period],
        `that of a ${period} before; the present one where that is not known`,
      );
  }
  const own = wanted.width === 1 ? targetScaler.deviation[0]! ** 2 : 1;
  const linear = (name: string, on: string, rows: (part: Part) => Rows) => {
    const fitted = { x: rows(train), target: answersOf(train, each) };
    if (fitted.x.width >= MOST_INPUTS) return;
    const isFew = each === 'sequence';
    const answer = linearAnswers(thinned(fitted, MOST_ROWS), rows(test), isFew ? 1 : 0);
    const errors = squares(answersOf(test, each), answer).map((square) => own * square);
    const note = `computed: least squares on ${on}${isFew ? '; penalty 1 on squared weights' : ''}`;
    baselines.push(baseline(asked, `linear, ${name}`, errors, note));
  };
  linear(seen[each].name, seen[each].on, (part) => rowsOf(part, each));
  if (forecast) {
    const of = wanted.width === 1 ? 'the target' : 'each target';
    linear(`${window} rows`, `the inputs of one row and the last ${window} values of ${of}`, (part) =>
      withLags(part, forecast.present, window),
    );
  }
  return baselines;
}

/** The units that errors are in: the target's own, of several targets their deviations. */
const unitsOf = ({ deviation }: Scaler): readonly number[] => (deviation.length === 1 ? [1] : deviation);

/** A baseline by what it comes to in every answer that counts, which are in the order of the test part. */
function baseline({ judged, each }: Asked, name: string, values: Float64Array, note: string): Baseline {
  const { weights } = judgedRows(judged, each === 'step' ? 'every' : 'last');
  let at = 0;
  return {
    name,
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
    note,
    perRow: weights.map((weight) => (weight === 0 ? 0 : values[at++]!)),
  };
}

/** The periods that rows have values of before the one to come: longer than the forecast looks ahead, shorter than a recording of the test part. */
function seasons({ recordings }: Part, { horizon, spacing }: Forecast): Period[] {
  if (spacing === undefined) return [];
  const longest = Math.max(...recordings.map(({ times, steps }) => times![steps - 1]! - times![0]!));
  return periodNames.filter(
    (name) => periods[name] > spacing * Math.max(2, horizon) && periods[name] < longest + spacing * horizon,
  );
}

const seen = {
  step: { name: 'one row', on: 'the inputs of one row, the mean where one is missing' },
  sequence: { name: 'summaries', on: "each input's mean, least, most and last value" },
} as const;

/** What is to be said at each row, or once for each recording. */
const answersOf = ({ recordings }: Part, each: Asked['each']): Rows =>
  joined(
    recordings.map(({ target, outputs, steps }) => (each === 'step' ? target : target.subarray((steps - 1) * outputs))),
    recordings[0]!.outputs,
  );

/** The targets' values, also where they are changes from the present ones, in the units of errors. */
function levels(part: Part, { each, forecast, scaler }: Asked, targetScaler: Scaler): Rows {
  const answers = answersOf(part, each);
  const unit = unitsOf(targetScaler);
  const { width } = answers;
  const own = Float64Array.from(answers.values, (value, at) => inUnits(value, at % width, targetScaler));
  if (forecast?.isChange) {
    let row = 0;
    for (const recording of part.recordings)
      for (let t = 0; t < recording.steps; t++, row++)
        forecast.present.forEach((input, k) => {
          own[row * width + k]! += presentOf(recording, input, scaler)(t);
        });
  }
  return { ...answers, values: own.map((value, at) => value / unit[at % width]!) };
}

/** The value of an input at a row of a recording, in its own units. */
const presentOf =
  ({ features, inputs }: Recording, input: number, scaler: Scaler) =>
  (t: number) =>
    inUnits(features[t * inputs + input]!, input, scaler);

/** For each row and target the value that there was `period` seconds before the one to come, or the present one where that is not known or `period` is 0. */
function persisting(
  { recordings }: Part,
  { scaler }: Asked,
  { present, horizon, spacing, period, unit }: Forecast & { readonly period: number; readonly unit: readonly number[] },
): number[] {
  return recordings.flatMap((recording) => {
    const { times, steps } = recording;
    const values = present.map((input) => presentOf(recording, input, scaler));
    let last = -1;
    return Array.from({ length: steps }, (_, t) => {
      const wanted = period === 0 ? 0 : times![t]! + horizon * spacing! - period;
      while (period > 0 && last < t && times![last + 1]! <= wanted) last++;
      return values.map((value, k) => value(last < 0 ? t : last) / unit[k]!);
    }).flat();
  });
}

/** The inputs of each row, or what sums up each recording's; the mean, 0, where one is missing. */
function rowsOf({ recordings }: Part, each: Asked['each']): Rows {
  const { inputs } = recordings[0]!;
  const width = each === 'step' ? inputs : 4 * inputs;
  const all = recordings.map((recording) =>
    each === 'step' ? recording.features.map((value) => (Number.isNaN(value) ? 0 : value)) : summary(recording),
  );
  return joined(all, width);
}

/** Each input's mean, least, most and last value. */
function summary({ features, inputs }: Recording): Float64Array {
  return Float64Array.from(
    Array.from({ length: inputs }, (_, k) => {
      const values = features.filter((value, at) => at % inputs === k && !Number.isNaN(value));
      if (values.length === 0) return [0, 0, 0, 0];
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b)), values.at(-1)!];
    }).flat(),
  );
}

/** The inputs of each row and the values of some of them in the rows before, the first where there is none. */
function withLags({ recordings }: Part, some: readonly number[], lags: number): Rows {
  const { inputs } = recordings[0]!;
  const width = inputs + some.length * (lags - 1);
  const all = recordings.map(({ steps, features }) => {
    const rows = new Float64Array(steps * width);
    for (let t = 0; t < steps; t++) {
      let at = t * width;
      for (let k = 0; k < inputs; k++) rows[at++] = features[t * inputs + k]! || 0;
      for (let lag = 1; lag < lags; lag++)
        for (const input of some) rows[at++] = features[Math.max(0, t - lag) * inputs + input]! || 0;
    }
    return rows;
  });
  return joined(all, width);
}

function joined(all: readonly Float64Array[], width: number): Rows {
  const values = new Float64Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const rows of all) {
    values.set(rows, at);
    at += rows.length;
  }
  return { rows: values.length / width, width, values };
}

/** At most so many rows, evenly spaced. */
function thinned(
  { x, target }: { readonly x: Rows; readonly target: Rows },
  most: number,
): { readonly x: Rows; readonly target: Rows } {
  const count = Math.min(x.rows, most, MOST_ROWS);
  const pick = ({ rows, width, values }: Rows): Rows => ({
    rows: count,
    width,
    values: Float64Array.from({ length: count * width }, (_, at) => {
      const row = Math.floor((Math.floor(at / width) * rows) / count);
      return values[row * width + (at % width)]!;
    }),
  });
  return count === x.rows ? { x, target } : { x: pick(x), target: pick(target) };
}
