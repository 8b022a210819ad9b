import type { ModelName } from '../expressivity/panel.ts';
import { type BoxSeries, boxPlot } from './box-plot.ts';
import { standalone } from './figure-style.ts';
import type { PanelSummary } from './panel-summary.ts';
import { phasePortraits } from './phase-portraits.ts';
import { stackedBars } from './stacked-bars.ts';

const tones = { 'N-ODE': 'three', 'CT-RNN': 'two', LTC: 'one', static: 'three' } as const;

/**
 * A panel's figures as SVG files by name, without an ending: under the panel's own, boxes of all draws (of lengths, over the
 * variance that principal components explain, or of the computational depth); with "-paths" behind it, the first draw's
 * trajectories, where the published panel shows some.
 */
export function panelFigures({ panel, lengths, depths }: PanelSummary): ReadonlyMap<string, string> {
  const { name, title, models, shows, axis = 'log' } = panel;
  const columns = [...new Set(lengths.map(({ column }) => column))];
  const said = (what: string) => `${title}: ${what}`;
  const of = (model: ModelName) => lengths.filter((each) => each.model === model);
  if (shows === 'depth') {
    const label = said('output points of the solver per input sample');
    const series = models.map((model): BoxSeries => {
      const each = depths.filter((depth) => depth.model === model);
      const samples = each.map((depth) => depth.depths);
      return { name: model, tone: tones[model], samples, marks: each.map(({ printed }) => printed?.mean) };
    });
    const yLabel = 'output points per input sample';
    const boxes = boxPlot({
      label,
      yLabel,
      axis: 'log',
      groups: columns,
      series,
      markName: 'mean printed in the paper',
    });
    return new Map([[name, standalone(label, boxes)]]);
  }
  const label = said('trajectory lengths');
  const series = models.map(
    (model): BoxSeries => ({
      name: model,
      tone: tones[model],
      samples: of(model).map((each) => each.lengths),
      marks: of(model).map(({ printed }) => printed?.length),
    }),
  );
  const yLabel = 'length in the first two principal components';
  const isPrinted = lengths.some(({ printed }) => printed !== undefined);
  const markName = isPrinted ? { markName: 'printed in the paper' } : {};
  const boxes = boxPlot({ label, yLabel, axis, groups: columns, series, ...markName });
  const bars = stackedBars({
    label: said('variance explained by principal components'),
    yLabel: 'variance explained, median',
    groups: columns,
    partNames: ['PC 1', 'PC 2', 'PC 3', 'PC 4'],
    series: models.map((model) => ({
      name: model,
      tone: tones[model],
      parts: of(model).map((each) => each.explained),
    })),
  });
  const figures = new Map([[name, standalone(label, boxes, bars)]]);
  if (shows === 'paths') {
    const label = said('trajectories of one draw in the first two principal components');
    const portraits = models.map((model) => of(model).map(({ path }) => path));
    figures.set(`${name}-paths`, standalone(label, phasePortraits({ label, rows: models, columns, portraits })));
  }
  return figures;
}
