import { type CurveTone, dashes, horizontalGrid, legend, legendHeight, ticksBelow } from './axes.ts';
import { heldSteps } from './held-steps.ts';
import { pngAddress } from './png.ts';
import { quantity } from './quantity.ts';
import { extent, fitting, linear, logarithmic, type Scale } from './scale.ts';
import { element, label, line, pathThrough, safe, svg } from './svg.ts';
import { viridis } from './viridis.ts';

/** One line of a chart; `tone` picks its colour from the page's palette, `dash` how it is broken (default not). `lookOf` tells many apart. */
export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly tone: CurveTone;
  readonly dash?: number;
}

/** Losses or any curves over a common axis, with a legend and, where given, a marked place on the horizontal axis. */
export interface LineChart {
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  readonly mark?: { readonly x: number; readonly text: string };
  /** Units across; default 720. */
  readonly width?: number;
}

/** A line chart; the vertical axis is logarithmic when the values span a factor of more than 5. */
export function lineChart({ label: said, xLabel, yLabel, series, mark, width = 720 }: LineChart): string {
  const right = width - 16;
  const names = right - 220; // beside the name of the axis
  const top = 34 + legendHeight(series, names);
  const box = { left: 58, top, right, bottom: top + 222 };
  const y = fitting(
    series.map((each) => each.y),
    5,
  );
  const range = extent(series.map((each) => each.x)) ?? { lo: 0, hi: 1 };
  const x = wholeNumbers(range.lo, range.hi);
  const px = (value: number) => box.left + x.at(value) * (box.right - box.left);
  const py = (value: number) => box.bottom - y.at(value) * (box.bottom - box.top);
  const lines = series.map(({ name, tone, dash, ...points }) =>
    element(
      'path',
      {
        class: `curve ${tone}`,
        'stroke-dasharray': dashes(dash),
        d: pathThrough(
          Array.from(points.x, px),
          Array.from(points.y, (value) => inside(y, value, py)),
        ),
      },
      element('title', {}, safe(name)),
    ),
  );
  const marked = mark
    ? [
        line(px(mark.x), box.top, px(mark.x), box.bottom, { class: 'mark' }),
        px(mark.x) > box.right - 120
          ? label(mark.text, px(mark.x) - 5, box.top + 10, { class: 'note', 'text-anchor': 'end' })
          : label(mark.text, px(mark.x) + 5, box.top + 10, { class: 'note' }),
      ]
    : [];
  const axes = [horizontalGrid(y, box, py), ticksBelow(x, box, px)];
  const axisNames = [
    label(y.kind === 'log' ? `${yLabel} (log scale)` : yLabel, 0, 12, { class: 'axis' }),
    label(xLabel, box.right, box.bottom + 36, { class: 'axis', 'text-anchor': 'end' }),
  ];
  return svg(
    width,
    box.bottom + 44,
    said,
    ...axes,
    ...marked,
    ...lines,
    ...axisNames,
    legend(series, box.right, names),
  );
}

/** One value of a comparison. */
export interface Row {
  readonly name: string;
  readonly value: number;
  /** Half the width of its spread, as in 2.308 ± 0.015. */
  readonly spread?: number;
  /** Where it may well be, drawn like a spread. */
  readonly interval?: { readonly lo: number; readonly hi: number };
  readonly ours?: boolean;
}

/** Rows of a comparison under what they are; `isLinear` where a logarithm has no meaning, as of shares. */
export interface Dots {
  readonly label: string;
  readonly xLabel: string;
  readonly rows: readonly Row[];
  readonly isLinear?: boolean;
}

/** Values side by side as dots on one axis, ours coloured; logarithmic when they span a factor of more than 8, so zero need not be shown. */
export function dots({ label: said, xLabel, rows, isLinear = false }: Dots): string {
  const step = 26;
  const box = { left: 190, top: 8, right: 650, bottom: 12 + step * rows.length };
  const values = rows.flatMap(({ value, interval }) => [value, ...(interval ? [interval.lo, interval.hi] : [])]);
  const range = extent([values]) ?? { lo: 0, hi: 1 };
  const room = (range.hi - range.lo) * 0.06;
  const isLog = !isLinear && range.lo > 0 && range.hi > 8 * range.lo;
  const x = isLog
    ? logarithmic(range.lo * 0.8, range.hi * 1.15, 6)
    : linear(range.lo - room, range.hi + room, 6, false);
  const px = (value: number) => box.left + x.at(value) * (box.right - box.left);
  const body = rows.map(({ name, value, spread, interval, ours }, i) => {
    const y = box.top + step * (i + 0.5);
    const tone = ours ? 'one' : 'quiet';
    const around = interval ?? (spread === undefined ? undefined : { lo: value - spread, hi: value + spread });
    const text = quantity(value) + (spread === undefined ? '' : ` ± ${quantity(spread, 2)}`);
    const known = Number.isFinite(value) && (x.kind === 'linear' || value > 0);
    return [
      label(name, box.left - 12, y + 4, { class: ours ? 'name strong' : 'name', 'text-anchor': 'end' }),
      line(box.left, y, box.right, y, { class: 'guide' }),
      known && around ? line(px(around.lo), y, px(around.hi), y, { class: `curve ${tone}` }) : '',
      known ? element('circle', { class: `dot ${tone}`, cx: px(value), cy: y, r: ours ? 6 : 4.5 }) : '',
      label(text, known ? px(around?.hi ?? value) + 11 : box.left + 6, y + 4, {
        class: ours ? 'value strong' : 'value',
      }),
    ].join('');
  });
  const name = label(isLog ? `${xLabel} (log scale)` : xLabel, box.right, box.bottom + 36, {
    class: 'axis',
    'text-anchor': 'end',
  });
  return svg(720, box.bottom + 42, said, ticksBelow(x, box, px), ...body, name);
}

/** Bars from zero, one a row. */
export function bars({ label: said, xLabel, rows }: { label: string; xLabel: string; rows: readonly Row[] }): string {
  const step = 18;
  const box = { left: 190, top: 4, right: 650, bottom: 8 + step * rows.length };
  const range = extent([rows.map((row) => row.value)]) ?? { lo: 0, hi: 1 };
  const x = linear(Math.min(0, range.lo), Math.max(0, range.hi), 6);
  const px = (value: number) => box.left + x.at(value) * (box.right - box.left);
  const body = rows.map(({ name, value }, i) => {
    const top = box.top + step * i;
    const end = Number.isFinite(value) ? px(value) : px(0);
    return [
      label(name, box.left - 12, top + 13, { class: 'name', 'text-anchor': 'end' }),
      element('rect', {
        class: 'bar one',
        x: Math.min(px(0), end),
        y: top + 3,
        width: Math.abs(end - px(0)),
        height: step - 6,
        rx: 2,
      }),
      label(quantity(value), Math.max(end, px(0)) + 7, top + 13, { class: 'value' }),
    ].join('');
  });
  const name = label(xLabel, box.right, box.bottom + 36, { class: 'axis', 'text-anchor': 'end' });
  return svg(720, box.bottom + 42, said, ticksBelow(x, box, px), ...body, name);
}

/** One output over a stretch of time: what was, and what the model said. */
export interface Trajectory {
  readonly name: string;
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
}

/** A panel of a trajectory against `times`, `width` units wide; the page shows several under one legend. */
export function trajectory(
  { name, truth, predicted }: Trajectory,
  times: ArrayLike<number>,
  xLabel: string,
  width = 360,
): string {
  const box = { left: 42, top: 24, right: width - 10, bottom: 128 };
  const range = extent([truth, predicted]) ?? { lo: 0, hi: 1 };
  const y = linear(range.lo, range.hi, 4);
  const span = extent([times]) ?? { lo: 0, hi: 1 };
  const x = linear(span.lo, span.hi, 5, false);
  const px = (value: number) => box.left + x.at(value) * (box.right - box.left);
  const py = (value: number) => box.bottom - y.at(value) * (box.bottom - box.top);
  const path = (values: ArrayLike<number>) => pathThrough(Array.from(times, px), Array.from(values, py));
  return svg(
    width,
    162,
    `${name}: predicted against true, over ${xLabel}`,
    label(name, box.left, 14, { class: 'name strong' }),
    horizontalGrid(y, box, py),
    ticksBelow(x, box, px),
    element('path', { class: 'curve ink', d: path(truth) }, element('title', {}, 'true')),
    element('path', { class: 'curve two', d: path(predicted) }, element('title', {}, 'predicted')),
    label(xLabel, box.right, box.bottom + 32, { class: 'axis', 'text-anchor': 'end' }),
  );
}

/** Values of many rows over time, `(steps, rows)` row-major. */
export interface HeatStrip {
  readonly label: string;
  readonly values: ArrayLike<number>;
  readonly steps: number;
  readonly rows: number;
  readonly times: ArrayLike<number>;
  readonly xLabel: string;
  readonly legend: string;
}

/** A heat strip, one line a row over time, colours on a logarithmic scale; rows stand in order of their median, and carry their own number. */
export function heatStrip({ label: said, values, steps, rows, times, xLabel, legend: meaning }: HeatStrip): string {
  const order = Array.from({ length: rows }, (_, row) => ({ row, median: median(values, steps, rows, row) })).sort(
    (a, b) => (Number.isNaN(a.median) ? 1 : Number.isNaN(b.median) ? -1 : a.median - b.median) || a.row - b.row,
  );
  const band = Math.min(14, Math.max(3, Math.floor(420 / rows)));
  const box = { left: 42, top: 52, right: 704, bottom: 52 + band * rows };
  const range = positiveRange(values);
  const scale = logarithmic(range.lo, range.hi, 6);
  const colours = 255;
  const index = (value: number) =>
    value > 0 && value < Number.POSITIVE_INFINITY
      ? Math.round(Math.min(1, Math.max(0, scale.at(value))) * (colours - 1))
      : colours;
  const columns = heldSteps(times, steps, 662);
  const width = columns.length;
  const pixels = new Uint8Array(width * rows);
  order.forEach(({ row }, at) => {
    columns.forEach((t, column) => {
      pixels[at * width + column] = index(values[t * rows + row]!);
    });
  });
  const palette = [...Array.from({ length: colours }, (_, i) => viridis(i / (colours - 1))), [128, 128, 128] as const];
  const span = extent([times]) ?? { lo: 0, hi: 1 };
  const x = linear(span.lo, span.hi, 8, false);
  const px = (value: number) => box.left + x.at(value) * (box.right - box.left);
  const every = Math.ceil(9 / band);
  const names = order.map(({ row }, at) =>
    at % every === 0
      ? label(String(row), box.left - 6, box.top + band * (at + 0.5) + 3, { class: 'small', 'text-anchor': 'end' })
      : '',
  );
  const key = { left: box.right - 260, right: box.right };
  const keyAt = (value: number) => key.left + scale.at(value) * (key.right - key.left);
  const ramp = Uint8Array.from({ length: colours }, (_, i) => i);
  return svg(
    720,
    box.bottom + 42,
    said,
    picture(box.left, box.top, box.right - box.left, band * rows, pngAddress(width, rows, pixels, palette)),
    ...names,
    ticksBelow(x, box, px, false),
    label('neuron', 0, box.top - 8, { class: 'axis' }),
    label(xLabel, box.right, box.bottom + 36, { class: 'axis', 'text-anchor': 'end' }),
    label(meaning, key.left - 12, 16, { class: 'axis', 'text-anchor': 'end' }),
    picture(key.left, 6, key.right - key.left, 12, pngAddress(colours, 1, ramp, palette)),
    ...scale.ticks.map((tick) =>
      label(tick.label, Math.min(keyAt(tick.value), key.right - 8), 32, { class: 'tick', 'text-anchor': 'middle' }),
    ),
  );
}

/** A scale for things that are counted: no tick between two whole numbers. */
function wholeNumbers(lo: number, hi: number): Scale {
  return hi > lo ? linear(lo, hi, Math.min(8, hi - lo), false) : linear(lo - 0.5, hi + 0.5, 1, false);
}

function picture(x: number, y: number, width: number, height: number, href: string): string {
  return element('image', { x, y, width, height, href, preserveAspectRatio: 'none', class: 'pixels' });
}

function inside(scale: Scale, value: number, at: (value: number) => number): number {
  return scale.kind === 'log' && value <= 0 ? Number.NaN : at(value);
}

function median(values: ArrayLike<number>, steps: number, rows: number, row: number): number {
  const column = Array.from({ length: steps }, (_, t) => values[t * rows + row]!).filter((value) => value > 0);
  column.sort((a, b) => a - b);
  return column.length === 0 ? Number.NaN : column[column.length >> 1]!;
}

/** The range of positive finite values between the 0.5 and 99.5 percent points, so that one outlier does not take all the colour. */
function positiveRange(values: ArrayLike<number>): { lo: number; hi: number } {
  const kept = Float64Array.from(Array.from(values).filter((value) => value > 0 && Number.isFinite(value))).sort();
  if (kept.length === 0) return { lo: 0.5, hi: 2 };
  const at = (share: number) => kept[Math.round(share * (kept.length - 1))]!;
  return { lo: at(0.005), hi: at(0.995) };
}
