import { expect, test } from 'vitest';
import { fault, reachesOut } from '../../test/markup.ts';
import { dashes, lookOf } from './axes.ts';
import { comparison } from './comparison.ts';
import { bars, dots, heatStrip, lineChart, trajectory } from './figures.ts';
import { report } from './report.ts';
import type { ReportData } from './report-data.ts';
import { element, pathThrough, safe } from './svg.ts';

const steps = 40;
const times = Float64Array.from({ length: steps }, (_, i) => i);
const wave = times.map((t) => Math.sin(t / 5));
const points = Array.from({ length: 9 }, (_, i) => ({ epoch: i + 1, train: 5 / (i + 1), valid: 6 / (i + 1) }));
const nasty = 'a <b> & "c" \u0000 \'d\'';

const data: ReportData = {
  title: nasty,
  summary: nasty,
  settings: [[nasty, nasty]],
  command: nasty,
  maker: nasty,
  curves: { lossName: nasty, points, bestEpoch: 9 },
  results: {
    metric: nasty,
    lowerIsBetter: true,
    rows: [
      { name: nasty, value: 2, ours: true, note: nasty },
      { name: 'mean', value: 60, spread: 0.5 },
      { name: 'unknown', value: Number.NaN },
    ],
    said: [nasty],
  },
  data: { notes: [nasty], tables: [{ header: [nasty, ''], rows: [[nasty, nasty]], texts: [1] }] },
  wirings: [],
  bounds: [{ name: nasty, bounds: { why: `certify: ${nasty}` } }],
  clock: { unit: 'steps', length: 1 },
  trajectories: {
    title: nasty,
    times,
    timeLabel: nasty,
    outputs: [{ name: nasty, truth: wave, predicted: wave.map((v) => v * 0.9) }],
  },
  outputErrors: {
    metric: nasty,
    rows: [
      { name: nasty, value: 1 },
      { name: 'other', value: Number.NaN },
    ],
  },
  timeConstants: {
    kind: 'liquid',
    tau: Float64Array.from({ length: steps * 3 }, (_, i) => (i === 4 ? Number.POSITIVE_INFINITY : 0.1 + (i % 7))),
    steps,
    units: 3,
    times,
    timeLabel: nasty,
    unit: nasty,
  },
  timeConstantCourse: {
    unit: nasty,
    points: [
      { epoch: 1, value: 0.5 },
      { epoch: 2, value: 0.7 },
    ],
  },
  memory: { note: nasty, states: [{ state: nasty, units: 3, least: 0, median: 0.5, most: 1.5 }] },
  network: {
    layers: [{ name: nasty, inputs: 1, neurons: 3, motor: 2, synapses: 5, dense: 12, parameters: 40 }],
    notes: [nasty],
  },
  equation: { mathml: '<math><mi>x</mi></math>', source: '\n  dx/dt = -x\n', paper: nasty },
};

const without = ({ trajectories, outputErrors, timeConstants, memory, ...rest }: ReportData): ReportData => rest;

test('a report is well formed, whatever its texts hold', () => {
  expect(fault(report(data))).toBeUndefined();
  expect(report(data)).not.toContain('<b>');
  expect(fault(report(without(data)))).toBeUndefined();
});

test('a report asks nothing of a network and runs no script', () => {
  expect(reachesOut(report(data))).toBeUndefined();
});

test('a single epoch is told in words, since a curve of one point shows nothing', () => {
  const html = report({ ...data, curves: { lossName: 'loss', points: points.slice(0, 1) } });
  expect(html).toContain('One epoch: loss 5.000 in training, 6.000 on validation.');
});

test('a report says in words when time constants are constant or infinite', () => {
  const told = (kind: 'constant' | 'infinite') => report({ ...data, timeConstants: { ...data.timeConstants!, kind } });
  expect(told('constant')).toContain('Constant: ');
  expect(told('infinite')).toContain('Infinite: ');
  expect(fault(told('constant'))).toBeUndefined();
});

test('a report shows how the time constants went in training, where it is known', () => {
  const course = 'Median time constant over 2 epochs';
  expect(report(data)).toContain(course);
  const { timeConstantCourse: _, ...rest } = data;
  expect(report(rest)).not.toContain(course);
});

test('a report says how many synapses each model has of how many there could be', () => {
  const layer = { name: 'layer 1', inputs: 1, neurons: 3, motor: 2, synapses: 6, dense: 12, parameters: 40 };
  const layers = [layer, { ...layer, name: 'layer 2', synapses: 12 }];
  const html = report({ ...data, network: { layers, notes: [] } });
  expect(html).toContain('6 of 12 (50.0 %)');
  expect(html).toContain('12, all');
});

test('figures are well formed for ordinary, constant, empty and non-finite values', () => {
  const lists = [wave, [1, 1, 1], [5], [], [Number.NaN, 1, Number.POSITIVE_INFINITY, 2], [1e-9, 1, 1e9]];
  for (const y of lists) {
    const x = Array.from(y, (_, i) => i);
    const rows = Array.from(y, (value, i) => ({ name: `row ${i}`, value }));
    const drawn = [
      lineChart({ label: 'l', xLabel: 'x', yLabel: 'y', series: [{ name: 's', x, y, tone: 'one' }] }),
      dots({ label: 'l', xLabel: 'x', rows }),
      bars({ label: 'l', xLabel: 'x', rows }),
      trajectory({ name: 'n', truth: y, predicted: y }, x, 'step'),
    ];
    for (const figure of drawn) {
      expect(fault(figure)).toBeUndefined();
      expect(figure).not.toMatch(/NaN|Infinity/);
    }
  }
});

test('a heat strip holds one picture of the values and one of its colour scale', () => {
  const strip = heatStrip({ label: 'l', values: wave, steps: 20, rows: 2, times, xLabel: 'x', legend: 'τ' });
  expect(fault(strip)).toBeUndefined();
  expect(strip.match(/data:image\/png;base64/g)).toHaveLength(2);
});

test('text of a heat strip begins inside its drawing, so that paper does not cut it', () => {
  const strip = heatStrip({ label: 'l', values: wave, steps: 20, rows: 2, times, xLabel: 'x', legend: 'τ' });
  for (const [, attributes = '', text = ''] of strip.matchAll(/<text ([^>]*)>([^<]*)</g)) {
    const x = Number(/x="([^"]*)"/.exec(attributes)?.[1]);
    const letters = attributes.includes('"end"') ? text.length : attributes.includes('"middle"') ? text.length / 2 : 0;
    expect(x - letters * 6.6, text).toBeGreaterThanOrEqual(0);
  }
});

test('every drawing says what it shows to a screen reader', () => {
  const drawings = report(data).match(/<svg [^>]*>/g)!;
  expect(drawings.length).toBeGreaterThan(4);
  for (const drawing of drawings) expect(drawing).toMatch(/role="img" aria-label="[^"]+"/);
});

test('a path breaks at points that are not finite and keeps a lone point as a dot', () => {
  expect(pathThrough([0, 1, 2, 3], [0, 1, Number.NaN, 5])).toBe('M0,0L1,1M3,5h0');
});

test('text and attributes are escaped', () => {
  expect(safe('<&>"\u0001')).toBe('&lt;&amp;&gt;&quot;');
  expect(element('a', { title: '"' }, safe('<'))).toBe('<a title="&quot;">&lt;</a>');
});

test('many curves each have a look of their own, in the chart and in its legend, whose rows make room', () => {
  const looks = Array.from({ length: 40 }, (_, k) => lookOf(k));
  expect(new Set(looks.map(({ tone, dash }) => `${tone} ${dashes(dash)}`)).size).toBe(40);
  const chartOf = (count: number) =>
    lineChart({
      label: 'l',
      xLabel: 'x',
      yLabel: 'y',
      series: looks.slice(0, count).map((look, k) => ({ name: `series ${k}`, x: [0, 1], y: [k, k + 1], ...look })),
    });
  const chart = chartOf(12);
  const patterns = (element: string) =>
    [...chart.matchAll(new RegExp(`<${element} [^>]*class="curve (\\w+)"(?: stroke-dasharray="([^"]*)")?`, 'g'))].map(
      ([, tone, pattern]) => [tone, pattern],
    );
  expect(patterns('path')).toEqual(looks.slice(0, 12).map(({ tone, dash }) => [tone, dashes(dash)]));
  expect(patterns('line')).toEqual(patterns('path'));
  const heightOf = (svg: string) => Number(/height="(\d+)"/.exec(svg)![1]);
  expect(heightOf(chartOf(2))).toBe(300);
  expect(heightOf(chart)).toBeGreaterThan(300);
  // No name of the legend stands left of its room, on the name of the axis.
  const names = [...chart.matchAll(/<text x="([\d.]+)"[^>]*class="name"/g)].map(([, x]) => Number(x));
  expect(names.length).toBe(12);
  expect(Math.min(...names)).toBeGreaterThan(220);
});

test('a page of several runs is markup without a fault, whatever their names, and whatever they came to', () => {
  const course = { of: nasty, x: [1, 2], y: [3, 2] };
  const curves = [
    { name: nasty, courses: [course] },
    { name: 'b', courses: [{ ...course, x: [], y: [] }] },
  ];
  const html = comparison({ header: ['run', nasty], rows: [[nasty, '1']], curves, maker: nasty });
  expect(fault(html)).toBeUndefined();
  expect(reachesOut(html)).toBeUndefined();
  expect(html.match(/class="curve /g)?.length).toBe(4); // two lines, two in the legend
});
