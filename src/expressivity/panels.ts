import type { ActivationName, ModelName, Panel, Setting } from './panel.ts';

const MODELS: readonly ModelName[] = ['N-ODE', 'CT-RNN', 'LTC'];
const WIDTHS = [10, 25, 50, 100, 150, 200];

/** A setting in which what is not said is as in most figures. */
const setting = (label: string, of: Partial<Setting> & { readonly activation: ActivationName }): Setting => ({
  label,
  depth: 1,
  width: 100,
  variance: 2,
  solver: 'ode45',
  inputSteps: 100,
  ...of,
});

const byWidth = (activation: ActivationName, widths = WIDTHS) =>
  widths.map((width) => setting(`k = ${width}`, { activation, width }));

const byVariance = (activation: ActivationName, variances: readonly number[], width: number) =>
  variances.map((variance) => setting(`σ_w² = ${variance}`, { activation, variance, width }));

const byLayer = (activation: ActivationName, depth: number, width: number) => [
  setting(`${depth} layers`, { activation, depth, width }),
];

/** Single draws, each with its path in the plane: Figure 2. */
const paths = (name: string, title: string, settings: readonly Setting[]): Panel => ({
  name,
  title,
  samples: 1,
  models: MODELS,
  settings,
  shows: 'paths',
  columns: settings[0]!.depth > 1 ? 'layers' : 'settings',
});

/** A hundred draws, as boxes: Figures 3 and S1. */
const boxes = (
  name: string,
  title: string,
  settings: readonly Setting[],
  rest: Partial<Pick<Panel, 'axis' | 'note'>> = {},
): Panel => ({
  name,
  title,
  samples: 100,
  models: MODELS,
  settings,
  shows: 'lengths',
  axis: 'log',
  columns: settings[0]!.depth > 1 ? 'layers' : 'settings',
  ...rest,
});

const notPrinted = (width: number) => `The width is not printed; ${width} is assumed.`;

/**
 * Every figure and table of trajectory lengths in Hasani, Lechner, Amini, Rus, Grosu 2021, Liquid Time-constant Networks
 * (arXiv 2006.04439v4, whose letters these are; the print of AAAI-21 swaps D and E).
 */
export const panels: readonly Panel[] = [
  {
    ...paths('1', 'static feed-forward net, tanh, 6 layers', byLayer('tanh', 6, 100)),
    models: ['static'],
    note: 'Its weights are not printed and no code of it is published; σ_w² = 2 is assumed.',
  },
  paths('A', 'Hard-tanh, 3 layers', byLayer('Hard-tanh', 3, 100)),
  paths('B', 'Hard-tanh, by variance', byVariance('Hard-tanh', [1, 2, 4], 100)),
  paths('C', 'ReLU, by width', byWidth('ReLU', [100, 200])),
  {
    ...paths('D', 'tanh, 5 layers', byLayer('tanh', 5, 100)),
    note: 'The caption says logistic sigmoid, the panel tanh; the printed lengths are those of tanh.',
  },
  paths('E', 'Hard-tanh, by width', byWidth('Hard-tanh', [100, 200])),
  boxes(
    '3A',
    'ReLU, by solver',
    (['ode23', 'ode45', 'ode113', 'ode23tb'] as const).map((solver) => setting(solver, { activation: 'ReLU', solver })),
    { axis: 'linear', note: 'The four are printed as RK2(3), RK4(5), ABM1(13) and TR-BDF2.' },
  ),
  boxes('3B', 'tanh, by width', byWidth('tanh')),
  boxes('3C', 'ReLU, by variance', byVariance('ReLU', [1, 2, 4, 8], 100), { note: notPrinted(100) }),
  boxes('3D', 'sigmoid, 6 layers', byLayer('sigmoid', 6, 100), { note: notPrinted(100) }),
  boxes('S1a', 'Hard-tanh, 4 layers', byLayer('Hard-tanh', 4, 25)),
  boxes('S1b', 'Hard-tanh, by width', byWidth('Hard-tanh')),
  boxes('S1c', 'Hard-tanh, by variance', byVariance('Hard-tanh', [1, 2, 4, 8, 16, 32], 10), {
    note: `${notPrinted(10)} The printed axis ends near 10⁴, which the LTC’s median passes at σ_w² = 32; with 25 it does at 16.`,
  }),
  boxes(
    'S1d',
    'Hard-tanh, by input step',
    [10, 20, 50, 100, 1000].map((inputSteps) =>
      setting(`${inputSteps} points`, { activation: 'Hard-tanh', width: 25, inputSteps }),
    ),
    {
      note: 'Printed as steps of 0.1, 0.2, 0.02, 0.01 and 0.001; the second should be 0.05. The spacing is 2π/(points − 1).',
    },
  ),
  boxes('S1e', 'sigmoid, by width', byWidth('sigmoid')),
  {
    name: 'T2',
    title: 'computational depth, by activation',
    samples: 100,
    models: MODELS,
    settings: (['tanh', 'sigmoid', 'ReLU', 'Hard-tanh'] as const).map((activation) =>
      setting(activation, { activation }),
    ),
    columns: 'settings',
    shows: 'depth',
    note: 'Output points of ode45 per input sample, of which there are four to a step.',
  },
];
