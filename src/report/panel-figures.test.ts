import { expect, test } from 'vitest';
import { fault } from '../../test/markup.ts';
import type { Measurement, ModelName, Panel, Setting } from '../expressivity/panel.ts';
import { panels } from '../expressivity/panels.ts';
import { publishedLengths } from '../expressivity/published.ts';
import { lowerBound } from '../expressivity/theorems.ts';
import { boxPlot } from './box-plot.ts';
import { panelFigures } from './panel-figures.ts';
import { panelSummary } from './panel-summary.ts';
import { phasePortraits } from './phase-portraits.ts';
import { stackedBars } from './stacked-bars.ts';

const named = (name: string): Panel => panels.find((panel) => panel.name === name)!;

/** Runs as they could have been: draw n has length 10·(n + 1) in every layer, and the third of five was not finished. */
function runs(setting: Setting, model: ModelName): Measurement[] {
  return Array.from({ length: 5 }, (_, number): Measurement => {
    const task = { setting, model, as: 'code', seed: 1, number } as const;
    const isFinished = number !== 2;
    const layer = (layer: number) => ({
      length: 10 * (number + 1) + layer,
      fullLength: 20 * (number + 1),
      norm: 30 * (number + 1),
      explained: [0.6, 0.2, 0.1, 0.05],
      ...(number === 0 && { path: Array.from({ length: 30 }, (_, i) => [Math.cos(i), Math.sin(i)] as const) }),
    });
    return {
      task,
      layers: isFinished ? Array.from({ length: setting.depth }, (_, i) => layer(i)) : [],
      ...(!isFinished && { unfinished: 'it stopped' }),
      accepted: 25,
      rejected: 0,
      evaluations: 150,
      depth: number + 1,
    };
  });
}

test('a panel is summarised by the draws that were finished, and says how many were not', () => {
  const { lengths, depths } = panelSummary(named('D'), runs);
  expect(lengths).toHaveLength(15);
  const [first] = lengths;
  expect(first).toMatchObject({ column: 'layer 1', model: 'N-ODE', finished: 4, unfinished: 1 });
  expect(first!.lengths).toEqual([10, 20, 40, 50]);
  expect(first!.length).toEqual({ least: 10, q25: 17.5, median: 30, q75: 42.5, q90: 47, most: 50 });
  expect(first!.fullLength.median).toBe(60);
  expect(first!.path!.length).toBe(10);
  expect(depths).toHaveLength(3);
  expect(depths[0]).toMatchObject({ setting: '5 layers', model: 'N-ODE', finished: 4, unfinished: 1 });
  // Of 1, 2, 4 and 5: sum of squared deviations 10, divided by 3.
  expect(depths[0]!.depth).toMatchObject({ median: 3, most: 5, mean: 3, deviation: Math.sqrt(10 / 3) });
  expect(depths[0]!.accepted.median).toBe(0.25);
});

test('every printed length and depth is found in its panel', () => {
  for (const name of ['A', 'B', 'C', 'D', 'E']) {
    const found = panelSummary(named(name), runs).lengths.flatMap(({ printed }) => printed?.length ?? []);
    expect(found).toHaveLength(publishedLengths.filter(({ panel }) => panel === name).length);
  }
  const { depths } = panelSummary(named('T2'), runs);
  expect(depths.map(({ printed }) => printed?.mean)).not.toContain(undefined);
  // Our depths are 1, 2, 4 and 5; 0.56 is below all, 4.13 above three of them.
  expect(depths.slice(0, 2).map(({ printed }) => printed!.position)).toEqual([0, 0.75]);
});

test('bounds are those of the theorems at the median depth and norm', () => {
  const panel = named('C');
  const { lengths } = panelSummary(panel, runs);
  for (const { model, column, bounds } of lengths) {
    if (model === 'static' || column !== 'k = 100') continue;
    const at = { depth: 3, norm: 90 };
    expect(bounds!['one-root']).toBe(lowerBound(model, panel.settings[0]!, 0, at, 'one-root'));
    expect(bounds!['two-roots']).toBe(lowerBound(model, panel.settings[0]!, 0, at, 'two-roots'));
  }
});

test.for(panels.map(({ name }) => name))(
  'the figures of panel %s are well-formed files with a style of their own',
  (name) => {
    const panel = named(name);
    const figures = panelFigures(panelSummary(panel, runs));
    expect([...figures.keys()]).toEqual(panel.shows === 'paths' ? [name, `${name}-paths`] : [name]);
    for (const figure of figures.values()) {
      expect(fault(figure)).toBeUndefined();
      expect(figure).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+"><style>/);
      expect(figure).not.toContain('var(--undefined)');
    }
  },
);

test('a panel none of whose draws were finished still has figures', () => {
  const unfinished = (setting: Setting, model: ModelName) =>
    runs(setting, model).map((run) => ({ ...run, layers: [], unfinished: 'it stopped' }));
  for (const name of ['A', '3B', 'T2']) {
    for (const figure of panelFigures(panelSummary(named(name), unfinished)).values())
      expect(fault(figure)).toBeUndefined();
  }
});

const nasty = 'a <b> & "c" \u0000';

test('figures are well formed whatever their texts and numbers are', () => {
  const samples = [[], [1], [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 5], [3, 3, 3, 1e9]];
  for (const axis of ['linear', 'log'] as const) {
    const series = [{ name: nasty, tone: 'one' as const, samples, marks: [undefined, 2, 0, Number.NaN] }];
    const plot = { label: nasty, yLabel: nasty, axis, groups: [nasty, 'b', 'c', 'd'], series, markName: nasty };
    expect(fault(boxPlot(plot))).toBeUndefined();
    expect(fault(boxPlot({ ...plot, groups: [], series: [] }))).toBeUndefined();
  }
  const portraits = [[undefined, { points: [], length: 0 }, { points: [[1, 1] as const], length: 0 }]];
  expect(fault(phasePortraits({ label: nasty, rows: [nasty], columns: [nasty, 'b', 'c'], portraits }))).toBeUndefined();
  const bars = { label: nasty, yLabel: nasty, groups: [nasty, 'b'], partNames: [nasty] };
  const parts = [[0.5, 0.2], [Number.NaN]];
  expect(fault(stackedBars({ ...bars, series: [{ name: nasty, tone: 'two', parts }] }))).toBeUndefined();
});

test('a box stands between its quartiles and a mark at its value', () => {
  // The axis runs from 0 to 10 over 252 units, its zero at 286.
  const figure = boxPlot({
    label: 'l',
    yLabel: 'y',
    axis: 'linear',
    groups: ['g'],
    series: [{ name: 's', tone: 'one', samples: [[0, 2.5, 5, 7.5, 10]], marks: [5] }],
  });
  expect(figure).toMatch(/<rect class="box one" x="[\d.]+" y="97" width="[\d.]+" height="126"/);
  expect(figure).toMatch(/class="diamond" d="M[\d.]+,160L/);
});
