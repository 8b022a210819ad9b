import { bars, dots, heatStrip, lineChart, type Row, type Trajectory, trajectory } from './figures.ts';
import { equation, figure, header, numbers, page, section } from './page.ts';
import { count, quantity } from './quantity.ts';
import { element, safe } from './svg.ts';

/** Everything a report shows, as plain data; what is left out is not shown. */
export interface ReportData {
  readonly title: string;
  /** One or two sentences: what was learned, and how well. */
  readonly summary: string;
  /** Name and value of every setting worth knowing. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The command line that makes this report again. */
  readonly command: string;
  /** Names the program and its version. */
  readonly maker: string;
  readonly curves: {
    readonly lossName: string;
    readonly points: readonly { readonly epoch: number; readonly train: number; readonly valid: number }[];
    readonly bestEpoch?: number;
  };
  /** Ours beside the baselines, in the order to be shown; `note` says where a value is from. */
  readonly results: {
    readonly metric: string;
    readonly lowerIsBetter: boolean;
    readonly rows: readonly (Row & { readonly note?: string })[];
  };
  readonly trajectories?: {
    readonly title: string;
    readonly times: ArrayLike<number>;
    readonly timeLabel: string;
    readonly outputs: readonly Trajectory[];
  };
  readonly outputErrors?: { readonly metric: string; readonly rows: readonly Row[] };
  /** `tau` is `(steps, units)` in units of `unit`; only its first step is read when the kind is not liquid. */
  readonly timeConstants?: {
    readonly kind: 'liquid' | 'constant' | 'infinite';
    readonly tau: ArrayLike<number>;
    readonly steps: number;
    readonly units: number;
    readonly times: ArrayLike<number>;
    readonly timeLabel: string;
    readonly unit: string;
    /** What they are of. */
    readonly note?: string;
  };
  /** The median time constant after each epoch; shown with the time constants. */
  readonly timeConstantCourse?: {
    readonly unit: string;
    readonly points: readonly { readonly epoch: number; readonly value: number }[];
  };
  /** How much of its own past each state keeps, where there are no time constants; `note` says what this is, or why it is not known. */
  readonly memory?: { readonly note: string; readonly states: readonly StateMemory[] };
  /** The models that the network is made of, as signals pass them, and what else is to be said of it. */
  readonly network: { readonly layers: readonly LayerRow[]; readonly notes: readonly string[] };
  /** `mathml` is markup and is placed as it is. */
  readonly equation: { readonly mathml: string; readonly source: string; readonly paper: string };
}

/** The share of itself that a state keeps over a sample: of the unit that keeps least, of the median one, and of the one that keeps most. */
export interface StateMemory {
  readonly state: string;
  readonly units: number;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** One model of a network in numbers. */
export interface LayerRow {
  /** Empty when it is the only one. */
  readonly name: string;
  readonly inputs: number;
  readonly neurons: number;
  /** Neurons that are its output, or that its readout reads. */
  readonly motor: number;
  readonly synapses: number;
  /** Synapses if all existed. */
  readonly dense: number;
  readonly parameters: number;
}

/** A report as one HTML file that needs nothing else: no network, no script; light, dark and on paper. */
export function report(data: ReportData): string {
  const sections = [
    header(data.title, data.summary),
    section('Test result', results(data), 'Measured once, on data that neither training nor the choice of epoch saw.'),
    section('Training', curves(data)),
    data.trajectories ? section('Predicted against true', trajectories(data.trajectories)) : '',
    data.outputErrors && data.outputErrors.rows.length > 1
      ? section(
          'Error of each output',
          figure(
            bars({
              label: `Test ${data.outputErrors.metric} of each output`,
              xLabel: data.outputErrors.metric,
              rows: data.outputErrors.rows,
            }),
          ),
        )
      : '',
    data.timeConstants ? section('Liquid time constants', timeConstants(data.timeConstants) + course(data)) : '',
    data.memory ? section('Memory', memory(data.memory)) : '',
    section('Network', network(data.network)),
    section('Equation', equation(data.equation)),
    section('Settings', settings(data)),
  ];
  return page({ title: data.title, sections, maker: data.maker });
}

function results({ results: { metric, lowerIsBetter, rows } }: ReportData): string {
  const better = lowerIsBetter ? 'lower is better' : 'higher is better';
  const chart = dots({ label: `Test ${metric} beside baselines`, xLabel: `${metric}, ${better}`, rows });
  const body = rows.map(({ name, value, spread, note, ours }) =>
    element(
      'tr',
      ours ? { class: 'ours' } : {},
      element('th', { scope: 'row' }, safe(name)),
      element(
        'td',
        { class: 'number' },
        safe(quantity(value) + (spread === undefined ? '' : ` ± ${quantity(spread, 2)}`)),
      ),
      element('td', { class: 'quiet' }, safe(note ?? '')),
    ),
  );
  const columns = ['', metric, ''].map((text, i) =>
    element(text ? 'th' : 'td', { scope: text ? 'col' : undefined, class: i === 1 ? 'number' : undefined }, safe(text)),
  );
  return (
    figure(chart) +
    element('table', {}, element('thead', {}, element('tr', {}, ...columns)), element('tbody', {}, ...body))
  );
}

function curves({ curves: { lossName, points, bestEpoch } }: ReportData): string {
  if (points.length === 1) {
    const { train, valid } = points[0]!;
    return element(
      'p',
      {},
      safe(`One epoch: ${lossName} ${quantity(train)} in training, ${quantity(valid)} on validation.`),
    );
  }
  const x = points.map((point) => point.epoch);
  return figure(
    lineChart({
      label: `Training and validation ${lossName} over ${points.length} epochs`,
      xLabel: 'epoch',
      yLabel: lossName,
      series: [
        { name: 'training', x, y: points.map((point) => point.train), tone: 'one' },
        { name: 'validation', x, y: points.map((point) => point.valid), tone: 'two' },
      ],
      ...(bestEpoch === undefined ? {} : { mark: { x: bestEpoch, text: `kept: epoch ${bestEpoch}` } }),
    }),
  );
}

function trajectories({ title, times, timeLabel, outputs }: NonNullable<ReportData['trajectories']>): string {
  const key = element(
    'p',
    { class: 'key' },
    element('span', { class: 'swatch ink' }, ''),
    'true ',
    element('span', { class: 'swatch two' }, ''),
    'predicted',
  );
  const wide = outputs.length === 1;
  const panels = outputs.map((output) => trajectory(output, times, timeLabel, wide ? 720 : 360));
  return (
    element('p', { class: 'lead' }, safe(title)) +
    key +
    (wide ? figure(panels.join('')) : element('div', { class: 'panels' }, ...panels))
  );
}

/** Time constants as a page shows them. */
export function timeConstants(data: NonNullable<ReportData['timeConstants']>): string {
  const { kind, tau, steps, units, times, timeLabel, unit, note } = data;
  const lead = note === undefined ? '' : element('p', { class: 'lead' }, safe(note));
  if (kind === 'infinite') {
    const text =
      'Infinite: the flow of this cell has no part that is proportional to its own state, so no neuron forgets by itself.';
    return lead + element('p', {}, text);
  }
  if (kind === 'constant') {
    const first = Array.from({ length: units }, (_, i) => tau[i]!);
    const rows = first.map((value, i) => ({ name: `neuron ${i}`, value }));
    return (
      lead +
      element('p', {}, 'Constant: the time constants of this cell depend on neither its input nor its state.') +
      figure(bars({ label: 'Time constant of each neuron', xLabel: `τ (${unit})`, rows }))
    );
  }
  const strip = figure(
    heatStrip({
      label: `Time constants of ${units} neurons over ${steps} steps`,
      values: tau,
      steps,
      rows: units,
      times,
      xLabel: timeLabel,
      legend: `τ (${unit}), log scale`,
    }),
    'How fast each neuron forgets, step by step, over a test sequence: dark is fast, bright is slow, grey is without a time constant. Rows are ordered by their median.',
  );
  return lead + strip;
}

/** How the median time constant went in training. */
function course({ timeConstantCourse }: ReportData): string {
  if (timeConstantCourse === undefined) return '';
  const { unit, points } = timeConstantCourse;
  return figure(
    lineChart({
      label: `Median time constant over ${points.length} epochs`,
      xLabel: 'epoch',
      yLabel: `median τ (${unit})`,
      series: [
        {
          name: 'median of the neurons',
          x: points.map(({ epoch }) => epoch),
          y: points.map(({ value }) => value),
          tone: 'one',
        },
      ],
    }),
    'The time constant that half of the neurons have at least, after each epoch, along the beginning of the validation part.',
  );
}

function memory({ note, states }: NonNullable<ReportData['memory']>): string {
  const rows = states.map(({ state, units, least, median, most }) => [
    state,
    count(units),
    ...[least, median, most].map((share) => quantity(share, 3)),
    quantity(median < 1 ? Math.LN2 / -Math.log(median) : Number.POSITIVE_INFINITY, 3),
  ]);
  const header = ['state', 'units', 'keeps least', 'median', 'keeps most', 'half-life of the median, samples'];
  return element('p', { class: 'lead' }, safe(note)) + (rows.length > 0 ? numbers(header, rows) : '');
}

function network({ layers, notes }: ReportData['network']): string {
  const header = ['', 'inputs', 'neurons', 'motor neurons', 'synapses', 'parameters'];
  const rows = layers.map(({ name, inputs, neurons, motor, synapses, dense, parameters }) => [
    name || 'network',
    ...[inputs, neurons, motor].map(count),
    synapses === dense
      ? `${count(dense)}, all`
      : `${count(synapses)} of ${count(dense)} (${quantity((100 * synapses) / dense, 3)} %)`,
    count(parameters),
  ]);
  return notes.map((note) => element('p', { class: 'lead' }, safe(note))).join('') + numbers(header, rows);
}

function settings({ settings: rows, command }: ReportData): string {
  const items = rows.map(([name, value]) =>
    element('div', {}, element('dt', {}, safe(name)), element('dd', {}, safe(value))),
  );
  const options = command.split(/ (?=--)/).map((part) => element('span', { class: 'option' }, safe(part)));
  return (
    element('dl', {}, ...items) +
    element('p', { class: 'lead' }, 'To make this report again:') +
    element('pre', {}, element('code', {}, options.join(' ')))
  );
}
