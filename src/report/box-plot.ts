import { columns, groupsBelow, horizontalGrid, legend, type Tone } from './axes.ts';
import { extent, linear, logarithmic, type Scale } from './scale.ts';
import { element, label, line, safe, svg } from './svg.ts';
import { tukeyBox } from './tukey-box.ts';

/** A sample for each group, in one colour. */
export interface BoxSeries {
  readonly name: string;
  readonly tone: Tone;
  /** A sample for each group; it may be empty. */
  readonly samples: readonly ArrayLike<number>[];
  /** A value for each group that is not of the sample, shown as a diamond beside the box. */
  readonly marks?: readonly (number | undefined)[];
}

/** Samples of groups × series as boxes. */
export interface BoxPlot {
  readonly label: string;
  readonly yLabel: string;
  readonly axis: 'linear' | 'log';
  readonly groups: readonly string[];
  readonly series: readonly BoxSeries[];
  /** What the diamonds are. */
  readonly markName?: string;
}

/** A box plot: quartiles, median, whiskers, dots beyond them and a circle at the mean; values that the axis does not have are left out. */
export function boxPlot({ label: said, yLabel, axis, groups, series, markName }: BoxPlot): string {
  const frame = { left: 58, top: 34, right: 704, bottom: 286 };
  const marks = series.flatMap((each) => each.marks ?? []).filter((value) => value !== undefined);
  const y = scaleOf([...series.flatMap(({ samples }) => samples), marks], axis);
  const py = (value: number) => frame.bottom - y.at(value) * (frame.bottom - frame.top);
  const { pitch, centre: middle } = columns(frame, groups.length, series.length);
  const boxes = series.flatMap((each, s) =>
    groups.map((group, g) => {
      const centre = middle(g, s);
      const sample = Float64Array.from(each.samples[g] ?? []).filter((value) => isOn(axis, value));
      const mark = each.marks?.[g];
      return element(
        'g',
        {},
        element('title', {}, safe(`${each.name}, ${group}: ${sample.length} values`)),
        sample.length > 0 ? boxAt(centre, pitch * 0.36, sample, each.tone, py) : '',
        mark !== undefined && isOn(axis, mark) ? diamond(centre + pitch * 0.36 + 4, py(mark)) : '',
      );
    }),
  );
  const below = frame.bottom + 36;
  return svg(
    720,
    frame.bottom + 42,
    said,
    horizontalGrid(y, frame, py),
    groupsBelow(groups, frame),
    ...boxes,
    circle(4, below - 4),
    label('mean', 12, below, { class: 'axis' }),
    ...(markName === undefined ? [] : [diamond(62, below - 4), label(markName, 71, below, { class: 'axis' })]),
    label(axis === 'log' ? `${yLabel} (log scale)` : yLabel, 0, 12, { class: 'axis' }),
    legend(series, frame.right),
  );
}

function scaleOf(samples: readonly ArrayLike<number>[], axis: BoxPlot['axis']): Scale {
  const range = extent(samples, axis === 'log') ?? { lo: 1, hi: 10 };
  return axis === 'log'
    ? logarithmic(range.lo * 0.85, range.hi * 1.15, 8)
    : linear(Math.min(0, range.lo), Math.max(0, range.hi), 6);
}

function isOn(axis: BoxPlot['axis'], value: number): boolean {
  return Number.isFinite(value) && (axis === 'linear' || value > 0);
}

function boxAt(x: number, half: number, sample: Float64Array, tone: Tone, py: (value: number) => number): string {
  const { median, q1, q3, low, high, mean, outliers } = tukeyBox(sample);
  const stroke = { class: `curve ${tone}` };
  const cap = half * 0.5;
  return [
    ...outliers.map((value) => element('circle', { class: `dot ${tone}`, cx: x, cy: py(value), r: 1.4 })),
    line(x, py(low), x, py(q1), stroke),
    line(x, py(q3), x, py(high), stroke),
    line(x - cap, py(low), x + cap, py(low), stroke),
    line(x - cap, py(high), x + cap, py(high), stroke),
    element('rect', { class: `box ${tone}`, x: x - half, y: py(q3), width: 2 * half, height: py(q1) - py(q3) }),
    line(x - half, py(median), x + half, py(median), stroke),
    circle(x, py(mean)),
  ].join('');
}

function circle(cx: number, cy: number): string {
  return element('circle', { class: 'mean', cx, cy, r: 2.4 });
}

function diamond(x: number, y: number): string {
  return element('path', { class: 'diamond', d: `M${x - 4.5},${y}L${x},${y - 4.5}L${x + 4.5},${y}L${x},${y + 4.5}Z` });
}
