import { boundsHeader, boundsRows, boundsSaid, whySaid } from './certified-bounds.ts';
import { equation, facts, figure, foldedAway, header, numbers, page, panels, remark, section } from './page.ts';
import { MOST_DOTS } from './prediction-figures.ts';
import { count, quantity } from './quantity.ts';
import type { ClassAnswers, NumberAnswers, ReportData, TimeConstantsAlong } from './report-data.ts';
import { type ReportFigure, reportFigures, timeConstantDrawings } from './report-figures.ts';
import { element, safe } from './svg.ts';

/** A report as one HTML file that needs nothing else: no network, no script; light, dark and on paper. */
export function report(data: ReportData): string {
  const figures = reportFigures(data);
  const { answers, trajectories, timeConstants: tau, memory: kept } = data;
  const sections = [
    header(data.title, data.summary),
    section(
      'Test result',
      results(data, figures.results),
      'Measured once, on data that neither training nor the choice of epoch saw.',
    ),
    answers?.kind === 'classes' ? section('Which class was said to be which', classes(answers, figures.confusion)) : '',
    answers?.kind === 'numbers'
      ? section(
          'Predicted against true',
          placed(figures['predicted-against-true'], cloudSaid(answers)) + measures(answers),
          'Every answer on the test part.',
        )
      : '',
    trajectories ? section('Along a recording', key + placed(figures.trajectories), trajectories.title) : '',
    figures['output-errors'] ? section('Error of each output', placed(figures['output-errors'])) : '',
    section(
      'Data',
      facts(data.data.notes) + data.data.tables.map(({ header, rows, texts }) => numbers(header, rows, texts)).join(''),
    ),
    section('Training', curves(data, figures.curves)),
    tau
      ? section(
          'Liquid time constants',
          timeConstants(tau) +
            placed(
              figures['time-constant-course'],
              'The time constant that half of the neurons have at least, after each epoch, along the beginning of the validation part.',
            ),
        )
      : '',
    kept ? section('Memory', memory(kept)) : '',
    section(
      'Network',
      network(data.network) +
        placed(figures.wiring, data.wirings.length > 1 ? 'The wirings, in the order of the table.' : undefined),
    ),
    section('Certified bounds', bounds(data, figures.bounds)),
    section('Equation', equation(data.equation)),
    section('Settings', settings(data)),
  ];
  return page({ title: data.title, sections, maker: data.maker });
}

/** A figure in its place: wide drawings one below the other, small ones side by side. */
function placed(of: ReportFigure | undefined, caption?: string): string {
  if (of === undefined) return '';
  const isSmall = of.drawings.length > 1 && of.drawings.every((drawing) => drawing.includes('width="360"'));
  return isSmall ? panels(of.drawings, caption) : figure(of.drawings.join(''), caption);
}

function results({ results: { metric, rows, said } }: ReportData, drawn: ReportFigure | undefined): string {
  const known = rows.some(({ interval }) => interval);
  const isCompared = rows.some(({ difference }) => difference);
  const between = (of: { readonly lo: number; readonly hi: number } | undefined) =>
    of ? `${signed(of.lo)} to ${signed(of.hi)}` : '';
  const head = ['', metric, ...(known ? ['95 % interval'] : []), ...(isCompared ? ['this model minus it'] : [])];
  const body = rows.map(({ name, value, spread, interval, difference, note, ours }) => {
    const written = quantity(value) + (spread === undefined ? '' : ` ± ${quantity(spread, 2)}`);
    const cells = [
      written,
      ...(known ? [between(interval)] : []),
      ...(isCompared ? [difference ? `${signed(difference.value)} (${between(difference)})` : ''] : []),
    ];
    const told = safe(name) + (note === undefined ? '' : element('span', { class: 'quiet' }, safe(note)));
    return element(
      'tr',
      ours ? { class: 'ours' } : {},
      element('th', { scope: 'row' }, told),
      ...cells.map((text) => element('td', { class: 'number' }, safe(text))),
    );
  });
  const columns = head.map((text) =>
    text === '' ? element('td', {}, '') : element('th', { scope: 'col', class: 'number' }, safe(text)),
  );
  const [verdict, ...how] = said;
  return (
    (verdict === undefined ? '' : element('p', {}, safe(verdict))) +
    placed(drawn) +
    element('table', {}, element('thead', {}, element('tr', {}, ...columns)), element('tbody', {}, ...body)) +
    how.map(remark).join('')
  );
}

const signed = (value: number): string => quantity(value).replace(/^-/, '−');

/** Classes that a table lists; of more, those that are told worst. */
const MOST_CLASSES = 20;

function classes({ names, perClass }: ClassAnswers, drawn: ReportFigure | undefined): string {
  const all = perClass.map((score, k) => ({ name: names[k]!, ...score }));
  const isAll = all.length <= MOST_CLASSES;
  const listed = isAll
    ? all
    : all
        .filter(({ actual, said }) => actual + said > 0)
        .sort((a, b) => a.f1 - b.f1)
        .slice(0, MOST_CLASSES);
  const share = (value: number) => (Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`);
  const rows = listed.map(({ name, actual, said, precision, recall, f1 }) => [
    name,
    ...[actual, said].map((value) => quantity(value, 6)).map((text) => text.replace(/\.0+$/, '')),
    ...[precision, recall, f1].map(share),
  ]);
  return (
    placed(
      drawn,
      'A row for each true class, a column for each class said; on the diagonal stands what was told rightly. Colour is the share of the row.',
    ) +
    (isAll ? '' : remark(`The ${MOST_CLASSES} of ${count(all.length)} classes with the lowest F1:`)) +
    numbers(['class', 'true', 'said', 'precision', 'recall', 'F1'], rows)
  );
}

function cloudSaid({ shown, measures }: NumberAnswers): string {
  const { length } = shown[0]!.truth;
  const which =
    shown.length < measures.length
      ? ` Shown are ${shown.length} of ${count(measures.length)} outputs, from the least to the most wrong beside how much they vary.`
      : '';
  const residuals =
    shown.length === 1
      ? ' Residuals, predicted − true: how often they are how large, what they are by what was predicted, and as the test part goes on.'
      : '';
  const marks =
    length > MOST_DOTS
      ? `${count(length)} answers, as squares that are the darker the more lie there, by its logarithm`
      : `${count(length)} answers, a dot each`;
  return `${marks}; on the line they are right.${residuals}${which}`;
}

/** Outputs that a table lists. */
const MOST_OUTPUTS = 40;

function measures({ measures: all }: NumberAnswers): string {
  const rows = all
    .slice(0, MOST_OUTPUTS)
    .map(({ name, rmse, mae, bias, r2 }) => [
      name,
      quantity(rmse),
      quantity(mae),
      signed(bias),
      Number.isNaN(r2) ? '–' : r2.toFixed(3).replace('-', '−'),
    ]);
  const more = all.length - MOST_OUTPUTS;
  return (
    numbers(
      ['', 'root mean squared error', 'mean absolute error', 'mean of predicted − true', 'variance explained (R²)'],
      rows,
    ) + (more > 0 ? remark(`… and ${count(more)} more outputs.`) : '')
  );
}

function curves({ curves: { lossName, points } }: ReportData, drawn: ReportFigure | undefined): string {
  if (drawn) return placed(drawn);
  const { train, valid } = points[0]!;
  return element(
    'p',
    {},
    safe(`One epoch: ${lossName} ${quantity(train)} in training, ${quantity(valid)} on validation.`),
  );
}

const key = element(
  'p',
  { class: 'key' },
  element('span', { class: 'swatch ink' }, ''),
  'true ',
  element('span', { class: 'swatch two' }, ''),
  'predicted',
);

/** Time constants as a page shows them. */
export function timeConstants(data: TimeConstantsAlong): string {
  const { kind, note } = data;
  const lead = note === undefined ? '' : remark(note);
  if (kind === 'infinite') {
    const text =
      'Infinite: the flow of this cell has no part that is proportional to its own state, so no neuron forgets by itself.';
    return lead + element('p', {}, text);
  }
  const drawn = timeConstantDrawings(data).join('');
  if (kind === 'constant')
    return (
      lead +
      element('p', {}, 'Constant: the time constants of this cell depend on neither its input nor its state.') +
      figure(drawn)
    );
  return (
    lead +
    figure(
      drawn,
      'How fast each neuron forgets, step by step, over a test sequence: dark is fast, bright is slow, grey is without a time constant. Rows are ordered by their median.',
    )
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
  return remark(note) + (rows.length > 0 ? numbers(header, rows) : '');
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
  return notes.map(remark).join('') + numbers(header, rows);
}

function bounds({ bounds: all, clock }: ReportData, drawn: ReportFigure | undefined): string {
  const told = all.map(({ name, bounds: of }) => {
    const whose = name === '' ? '' : element('p', {}, safe(`Of ${name}:`));
    if ('why' in of) return whose + remark(whySaid(of));
    const rows = boundsRows(of, clock);
    return (
      whose +
      boundsSaid(of, clock).map(remark).join('') +
      (rows.length === 0 ? '' : foldedAway('In numbers', numbers(boundsHeader, rows)))
    );
  });
  return placed(drawn) + told.join('');
}

function settings({ settings: rows, command }: ReportData): string {
  const items = rows.map(([name, value]) =>
    element('div', {}, element('dt', {}, safe(name)), element('dd', {}, safe(value))),
  );
  const options = command.split(/ (?=--)/).map((part) => element('span', { class: 'option' }, safe(part)));
  return (
    element('dl', {}, ...items) +
    remark('To make this report again:') +
    element('pre', {}, element('code', {}, options.join(' ')))
  );
}
