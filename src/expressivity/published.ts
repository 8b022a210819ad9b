import type { ModelName } from './panel.ts';

/** A printed trajectory length of Figure 2: a single draw. */
export interface PublishedLength {
  readonly panel: string;
  /** Label of the setting in that panel. */
  readonly setting: string;
  /** Counted from 0. */
  readonly layer: number;
  readonly model: ModelName;
  readonly length: number;
}

/** A printed entry of Table 2: mean and standard deviation of 100 tries. */
export interface PublishedDepth {
  readonly panel: 'T2';
  readonly setting: string;
  readonly model: ModelName;
  readonly mean: number;
  readonly deviation: number;
}

type Row = readonly [panel: string, setting: string, layer: number, nOde: number, ctRnn: number, ltc: number];

/** Figure 2 of arXiv 2006.04439v4, as its panels are lettered there. */
const figure2: readonly Row[] = [
  ['A', '3 layers', 0, 108.245, 90.5486, 12481.0242],
  ['A', '3 layers', 1, 5407.3963, 1210.7898, 15332.7607],
  ['A', '3 layers', 2, 255299.3159, 15949.0123, 17707.2484],
  ['B', 'σ_w² = 1', 0, 76.8928, 28.807, 3052.0265],
  ['B', 'σ_w² = 2', 0, 105.3978, 84.3868, 16889.202],
  ['B', 'σ_w² = 4', 0, 227.3078, 208.133, 276980.4953],
  ['C', 'k = 100', 0, 81.0841, 39.9081, 266.2873],
  ['C', 'k = 200', 0, 110.943, 54.5492, 527.0816],
  ['D', '5 layers', 0, 37.1075, 29.4344, 438.7242],
  ['D', '5 layers', 1, 55.8477, 24.4596, 366.6077],
  ['D', '5 layers', 2, 56.8841, 25.1329, 406.2259],
  ['D', '5 layers', 3, 57.0224, 21.2794, 357.9859],
  ['D', '5 layers', 4, 57.6322, 21.7574, 329.3917],
  ['E', 'k = 100', 0, 104.5981, 87.9204, 18339.8985],
  ['E', 'k = 200', 0, 138.4056, 120.58, 53858.6441],
];

/** Every printed trajectory length. */
export const publishedLengths: readonly PublishedLength[] = figure2.flatMap(
  ([panel, setting, layer, nOde, ctRnn, ltc]): PublishedLength[] => [
    { panel, setting, layer, model: 'N-ODE', length: nOde },
    { panel, setting, layer, model: 'CT-RNN', length: ctRnn },
    { panel, setting, layer, model: 'LTC', length: ltc },
  ],
);

type Entry = readonly [mean: number, deviation: number];

const table2: readonly (readonly [setting: string, nOde: Entry, ctRnn: Entry, ltc: Entry])[] = [
  ['tanh', [0.56, 0.016], [4.13, 2.19], [9.19, 2.92]],
  ['sigmoid', [0.56, 0], [5.33, 3.76], [7, 5.36]],
  ['ReLU', [1.29, 0.1], [4.31, 2.05], [56.9, 9.03]],
  ['Hard-tanh', [0.61, 0.02], [4.05, 2.17], [81.01, 10.05]],
];

/** Every printed computational depth. */
export const publishedDepths: readonly PublishedDepth[] = table2.flatMap(([setting, nOde, ctRnn, ltc]) =>
  (
    [
      ['N-ODE', nOde],
      ['CT-RNN', ctRnn],
      ['LTC', ltc],
    ] as const
  ).map(([model, [mean, deviation]]): PublishedDepth => ({ panel: 'T2', setting, model, mean, deviation })),
);
