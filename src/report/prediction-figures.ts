import { type Frame, horizontalGrid, ticksBelow } from './axes.ts';
import { count } from './quantity.ts';
import { extent, linear, type Scale } from './scale.ts';
import { element, label, line, svg } from './svg.ts';

/** One output: what was, and what the model said, answer by answer. */
export interface Predictions {
  readonly name: string;
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
}

const frame: Frame = { left: 52, top: 26, right: 350, bottom: 250 };
const WIDTH = 360;
const HEIGHT = frame.bottom + 42;

/** Points that are drawn one by one; more become squares, the darker the more points lie there. */
export const MOST_DOTS = 1500;
/** The side of a square, and in how many steps they darken. */
const [SIDE, LEVELS] = [5, 6];

/** Predicted against true values of one output, with the line where they are equal. */
export function predictedAgainstTrue({ name, truth, predicted }: Predictions): string {
  const scale = scaleOf(truth, predicted);
  const { px, py } = places(scale, scale);
  return panel(
    `${name}: predicted against true, ${count(truth.length)} answers`,
    name,
    scale,
    scale,
    ['true', 'predicted'],
    line(px(scale.lo), py(scale.lo), px(scale.hi), py(scale.hi), { class: 'base' }),
    cloud(truth, predicted, px, py),
  );
}

/** What is too much or too little in every prediction of one output, against what was predicted: where it leans or widens, errors depend on it. */
export const residualsAgainstPredicted = ({ name, truth, predicted }: Predictions): string =>
  residualCloud(name, predicted, residualsOf(truth, predicted), 'predicted');

/** The same in the order of the answers, in which a drift or a spell of large errors is seen. */
export const residualsInOrder = ({ name, truth, predicted }: Predictions): string =>
  residualCloud(
    name,
    Float64Array.from(truth, (_, k) => k + 1),
    residualsOf(truth, predicted),
    'number of the answer',
  );

function residualCloud(name: string, xs: ArrayLike<number>, residuals: Float64Array, xLabel: string): string {
  const x = scaleOf(xs);
  const y = scaleOf(residuals, [0]);
  const { px, py } = places(x, y);
  return panel(
    `${name}: predicted − true against ${xLabel}, ${count(residuals.length)} answers`,
    'residuals',
    x,
    y,
    [xLabel, 'predicted − true'],
    line(frame.left, py(0), frame.right, py(0), { class: 'base' }),
    cloud(xs, residuals, px, py),
  );
}

/** How often predictions of one output are by how much too high or too low. */
export function residualHistogram({ name, truth, predicted }: Predictions): string {
  const residuals = residualsOf(truth, predicted);
  const x = scaleOf(residuals, [0]);
  const bins = Math.max(8, Math.min(60, Math.ceil(2 * Math.cbrt(residuals.length))));
  const counts = new Float64Array(bins);
  for (const value of residuals)
    if (Number.isFinite(value)) counts[Math.min(bins - 1, Math.floor(x.at(value) * bins))]!++;
  const y = linear(0, Math.max(1, ...counts), 5);
  const { px, py } = places(x, y);
  const width = (frame.right - frame.left) / bins;
  const columns = Array.from(counts, (value, k) =>
    value === 0
      ? ''
      : element('rect', {
          class: 'bar one',
          x: frame.left + width * k + 0.5,
          y: py(value),
          width: Math.max(1, width - 1),
          height: frame.bottom - py(value),
        }),
  );
  return panel(
    `${name}: how often predicted − true is how much, of ${count(residuals.length)} answers`,
    'residuals',
    x,
    y,
    ['predicted − true', 'answers'],
    ...columns,
    line(px(0), frame.top, px(0), frame.bottom, { class: 'mark' }),
  );
}

const residualsOf = (truth: ArrayLike<number>, predicted: ArrayLike<number>) =>
  Float64Array.from(truth, (value, k) => predicted[k]! - value);

const scaleOf = (...lists: readonly ArrayLike<number>[]): Scale => {
  const { lo, hi } = extent(lists) ?? { lo: 0, hi: 1 };
  return linear(lo, hi, 5);
};

const places = (x: Scale, y: Scale) => ({
  px: (value: number) => frame.left + x.at(value) * (frame.right - frame.left),
  py: (value: number) => frame.bottom - y.at(value) * (frame.bottom - frame.top),
});

function panel(
  said: string,
  name: string,
  x: Scale,
  y: Scale,
  [below, beside]: readonly [string, string],
  ...marks: readonly string[]
): string {
  const { px, py } = places(x, y);
  return svg(
    WIDTH,
    HEIGHT,
    said,
    label(name, frame.left, 12, { class: 'name strong' }),
    label(beside, frame.right, 12, { class: 'axis', 'text-anchor': 'end' }),
    horizontalGrid(y, frame, py),
    ticksBelow(x, frame, px),
    ...marks,
    label(below, frame.right, frame.bottom + 34, { class: 'axis', 'text-anchor': 'end' }),
  );
}

/** Points as dots, or, where they are many, as squares that darken with the logarithm of how many lie there. */
function cloud(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  px: (value: number) => number,
  py: (value: number) => number,
): string {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  if (xs.length <= MOST_DOTS) {
    let d = '';
    for (let k = 0; k < xs.length; k++)
      if (Number.isFinite(xs[k]!) && Number.isFinite(ys[k]!)) d += `M${tenth(px(xs[k]!))},${tenth(py(ys[k]!))}h0`;
    return d === '' ? '' : element('path', { class: 'curve one', style: 'stroke-width: 4', opacity: 0.5, d });
  }
  const columns = Math.ceil((frame.right - frame.left) / SIDE);
  const rows = Math.ceil((frame.bottom - frame.top) / SIDE);
  const counts = new Float64Array(columns * rows);
  for (let k = 0; k < xs.length; k++) {
    const [x, y] = [px(xs[k]!) - frame.left, py(ys[k]!) - frame.top];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const cell = (at: number, most: number) => Math.min(most - 1, Math.max(0, Math.floor(at / SIDE)));
    counts[cell(y, rows) * columns + cell(x, columns)]!++;
  }
  const most = Math.log1p(counts.reduce((best, each) => Math.max(best, each), 0));
  const paths = new Array<string>(LEVELS).fill('');
  counts.forEach((value, k) => {
    if (value === 0) return;
    const level = Math.min(LEVELS - 1, Math.floor((LEVELS * Math.log1p(value)) / most));
    const [x, y] = [frame.left + SIDE * (k % columns), frame.top + SIDE * Math.floor(k / columns)];
    paths[level] += `M${x},${y}h${SIDE}v${SIDE}h-${SIDE}z`;
  });
  return paths
    .map((d, level) => (d === '' ? '' : element('path', { class: 'bar one', opacity: (level + 1) / LEVELS, d })))
    .join('');
}
