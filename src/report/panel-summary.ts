import type { LayerMeasure, Measurement, ModelName, Panel, Setting } from '../expressivity/panel.ts';
import { publishedDepths, publishedLengths } from '../expressivity/published.ts';
import { type BoundedModel, lowerBound, type Typesetting } from '../expressivity/theorems.ts';
import { moments } from './moments.ts';
import { position, quantile } from './quantile.ts';

/** Order statistics of a sample; NaN of an empty one. */
export interface Spread {
  readonly median: number;
  readonly q25: number;
  readonly q75: number;
  readonly q90: number;
  readonly least: number;
  readonly most: number;
}

/** What one layer of one model did over all draws. */
export interface LengthSummary {
  /** The panel's column: a setting, or a layer of its only one. */
  readonly column: string;
  readonly model: ModelName;
  /** Draws that were finished; the others are in no statistic. */
  readonly finished: number;
  readonly unfinished: number;
  /** In the first two principal components, in the order of the draws. */
  readonly lengths: readonly number[];
  readonly length: Spread;
  /** In the space of all neurons. */
  readonly fullLength: Spread;
  /** Medians of the shares of variance along the first four principal components. */
  readonly explained: readonly number[];
  /** The printed length of a single draw, and the share of ours below it. */
  readonly printed?: { readonly length: number; readonly position: number };
  /** Lower bounds of Theorems 4 and 5 in both typesettings, with the median depth as L and the median norm as ‖z‖. */
  readonly bounds?: Readonly<Record<Typesetting, number>>;
  /** The path of the first draw, where it was asked for. */
  readonly path?: { readonly points: NonNullable<LayerMeasure['path']>; readonly length: number };
}

/** What the solver did for one model of one setting over all draws. */
export interface DepthSummary {
  readonly setting: string;
  readonly model: ModelName;
  readonly finished: number;
  readonly unfinished: number;
  /** Output points per input sample, which Table 2 calls computational depth, in the order of the draws. */
  readonly depths: readonly number[];
  readonly depth: Spread & { readonly mean: number; readonly deviation: number };
  /** Accepted steps per input sample. */
  readonly accepted: Spread;
  /** The printed moments, and the share of ours below the mean. */
  readonly printed?: { readonly mean: number; readonly deviation: number; readonly position: number };
}

/** A panel over all draws. */
export interface PanelSummary {
  readonly panel: Panel;
  readonly lengths: readonly LengthSummary[];
  readonly depths: readonly DepthSummary[];
}

/** All runs of a setting under a model, in the order of the draws. */
export type RunsOf = (setting: Setting, model: ModelName) => readonly Measurement[];

/** What there is to say of a panel, every column and model. */
export function panelSummary(panel: Panel, runsOf: RunsOf): PanelSummary {
  const columns = panel.settings.flatMap((setting) =>
    panel.columns === 'settings'
      ? [{ column: setting.label, setting, layer: setting.depth - 1 }]
      : Array.from({ length: setting.depth }, (_, layer) => ({ column: `layer ${layer + 1}`, setting, layer })),
  );
  return {
    panel,
    lengths: columns.flatMap((column) =>
      panel.models.map((model) => lengthSummary(panel, column, model, runsOf(column.setting, model))),
    ),
    depths: panel.settings.flatMap((setting) =>
      panel.models
        .filter((model) => model !== 'static')
        .map((model) => depthSummary(panel, setting, model, runsOf(setting, model))),
    ),
  };
}

interface Column {
  readonly column: string;
  readonly setting: Setting;
  readonly layer: number;
}

function lengthSummary(
  { name }: Panel,
  { column, setting, layer }: Column,
  model: ModelName,
  runs: readonly Measurement[],
): LengthSummary {
  const finished = runs.filter(({ unfinished }) => unfinished === undefined);
  const measures = finished.map(({ layers }) => layers[layer]!);
  const lengths = measures.map(({ length }) => length);
  const printed = publishedLengths.find(
    (each) => each.panel === name && each.setting === setting.label && each.layer === layer && each.model === model,
  );
  const at = { depth: median(finished.map(({ depth }) => depth)), norm: median(measures.map(({ norm }) => norm)) };
  const bound = (of: BoundedModel, typesetting: Typesetting) => lowerBound(of, setting, layer, at, typesetting);
  const drawn = measures.find(({ path }) => path !== undefined);
  return {
    column,
    model,
    finished: finished.length,
    unfinished: runs.length - finished.length,
    lengths,
    length: spread(lengths),
    fullLength: spread(measures.map(({ fullLength }) => fullLength)),
    explained: Array.from({ length: Math.min(4, setting.width) }, (_, pc) =>
      median(measures.map((each) => each.explained[pc]!)),
    ),
    ...(printed && { printed: { length: printed.length, position: position(lengths, printed.length) } }),
    ...(model !== 'static' && {
      bounds: { 'one-root': bound(model, 'one-root'), 'two-roots': bound(model, 'two-roots') },
    }),
    ...(drawn && { path: { points: drawn.path!, length: drawn.length } }),
  };
}

function depthSummary({ name }: Panel, setting: Setting, model: ModelName, runs: readonly Measurement[]): DepthSummary {
  const finished = runs.filter(({ unfinished }) => unfinished === undefined);
  const depths = finished.map(({ depth }) => depth);
  const printed = publishedDepths.find(
    (each) => each.panel === name && each.setting === setting.label && each.model === model,
  );
  return {
    setting: setting.label,
    model,
    finished: finished.length,
    unfinished: runs.length - finished.length,
    depths,
    depth: { ...spread(depths), ...moments(depths) },
    accepted: spread(finished.map(({ accepted }) => accepted / setting.inputSteps)),
    ...(printed && {
      printed: { mean: printed.mean, deviation: printed.deviation, position: position(depths, printed.mean) },
    }),
  };
}

const median = (sample: readonly number[]): number => quantile(sample, 0.5);

function spread(sample: readonly number[]): Spread {
  const [least, q25, median, q75, q90, most] = [0, 0.25, 0.5, 0.75, 0.9, 1].map((share) => quantile(sample, share));
  return { median: median!, q25: q25!, q75: q75!, q90: q90!, least: least!, most: most! };
}
