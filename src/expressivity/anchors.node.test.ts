import { expect, test } from 'vitest';
import { measure } from './measure.ts';
import type { ActivationName, Measurement, ModelName, Setting, Task } from './panel.ts';
import { panels } from './panels.ts';
import { publishedLengths } from './published.ts';
import type { ReadingName } from './readings.ts';

const setting: Setting = {
  label: '',
  activation: 'tanh',
  depth: 1,
  width: 100,
  variance: 2,
  solver: 'ode45',
  inputSteps: 100,
};
const known = new Map<string, Measurement>();

/** The first draws of a network of one layer, width 100 and σ_w² = 2 where nothing else is said; each is measured once. */
function measured(
  model: ModelName,
  draws: number,
  of: Partial<Setting> = {},
  as: ReadingName = 'code',
): readonly Measurement[] {
  return Array.from({ length: draws }, (_, number) => {
    const task: Task = { setting: { ...setting, ...of, label: '' }, model, as, seed: 1, number };
    const key = JSON.stringify(task);
    const found = known.get(key) ?? measure(task);
    known.set(key, found);
    return found;
  });
}
const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
};
const lengths = (runs: readonly Measurement[]) => median(runs.map(({ layers }) => layers[0]!.length));
const depths = (runs: readonly Measurement[]) => median(runs.map(({ depth }) => depth));

/** Whether two positive numbers differ by less than the share, either way. */
const within = (share: number, value: number, wanted: number) =>
  expect(Math.abs(Math.log(value / wanted)), `${value}, wanted ${wanted}`).toBeLessThan(Math.log(1 + share));

/**
 * Medians of an independent implementation in NumPy with 100 draws of its own. What is allowed between the two is two to three
 * standard errors of both medians: lengths of N-ODE and CT-RNN spread by 4 %, the LTC's by 10 to 20 %, by a factor of 3 with
 * "Hard-tanh" as coded; computational depths have heavy tails, from the smallest of the time constants.
 */
const anchors: readonly (readonly [
  activation: ActivationName,
  model: ModelName,
  draws: number,
  length: number,
  share: number,
])[] = [
  ['tanh', 'N-ODE', 30, 37.7, 0.08],
  ['tanh', 'CT-RNN', 150, 30.4, 0.08],
  ['tanh', 'LTC', 30, 415, 0.15],
  ['sigmoid', 'N-ODE', 30, 34.7, 0.08],
  ['sigmoid', 'CT-RNN', 30, 13.1, 0.08],
  ['sigmoid', 'LTC', 30, 163, 0.15],
  ['ReLU', 'N-ODE', 30, 79.6, 0.08],
  ['ReLU', 'CT-RNN', 30, 41.2, 0.08],
  ['ReLU', 'LTC', 20, 315, 0.15],
  ['Hard-tanh', 'N-ODE', 30, 105.6, 0.08],
  ['Hard-tanh', 'CT-RNN', 30, 86.2, 0.08],
  ['Hard-tanh', 'LTC', 20, 13_090, 1],
];
const anchoredDepths: Readonly<Record<string, number>> = {
  'tanh N-ODE': 0.56,
  'sigmoid N-ODE': 0.56,
  'ReLU N-ODE': 1.32,
  'Hard-tanh N-ODE': 0.6,
  // The smallest of the time constants decides: the median of 150 draws has a standard error of 9 %.
  'tanh CT-RNN': 4.78,
  'tanh LTC': 9.26,
  'sigmoid LTC': 5.08,
  'ReLU LTC': 59.3,
  'Hard-tanh LTC': 84.2,
};

test.for(anchors)(
  'the trajectory of %s %s is as long as in an independent implementation',
  ([activation, model, draws, length, share]) => {
    const runs = measured(model, draws, { activation });
    within(share, lengths(runs), length);
    const depth = anchoredDepths[`${activation} ${model}`];
    if (depth) within(0.2, depths(runs), depth);
  },
);

test('an LTC’s trajectory is longer because of the sum in A: with one A per neuron it is as long as a Neural ODE’s', () => {
  const single = lengths(measured('LTC', 30, {}, 'one-A'));
  within(0.15, single, 39.8);
  within(0.15, single, lengths(measured('N-ODE', 30)));
});

test('as the text has it an LTC’s trajectory is the shortest', () => {
  const [nOde, ctRnn, ltc] = (['N-ODE', 'CT-RNN', 'LTC'] as const).map((model) =>
    lengths(measured(model, 20, {}, 'text')),
  );
  within(0.08, nOde!, 39.2);
  // Time constants of N(0, 1) spread these lengths more than the others.
  within(0.15, ctRnn!, 6.7);
  expect(ltc).toBeLessThan(ctRnn!);
});

test('with a true Hard-tanh trajectories are as long as with tanh', () => {
  for (const model of ['N-ODE', 'CT-RNN', 'LTC'] as const)
    within(
      0.1,
      lengths(measured(model, 30, { activation: 'Hard-tanh' }, 'true-hard-tanh')),
      lengths(measured(model, 30)),
    );
});

test('an LTC’s length grows like its width, and a Neural ODE’s like the root of it', () => {
  const grown = (model: ModelName) => lengths(measured(model, 30)) / lengths(measured(model, 30, { width: 50 }));
  // Medians of 30 draws have standard errors of 2 % and 0.5 %.
  within(0.05, grown('LTC'), 2);
  within(0.03, grown('N-ODE'), Math.SQRT2);
});

const single = publishedLengths.filter(({ panel, model }) => 'BCE'.includes(panel) && model !== 'LTC');
const settingOf = ({ panel, setting: label }: (typeof single)[number]) =>
  panels.find(({ name }) => name === panel)!.settings.find((one) => one.label === label)!;

test.for(single.filter((printed) => settingOf(printed).width === 100))(
  'the printed $model of panel $panel, $setting, is a likely draw',
  (printed) => {
    const all = measured(printed.model, 30, settingOf(printed)).map(({ layers }) => layers[0]!.length);
    const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
    const deviation = Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (all.length - 1));
    // Lengths of 300 draws are close to normal, of which 99 % lie within 2.58 deviations.
    expect(Math.abs(printed.length - mean)).toBeLessThan(2.58 * deviation);
  },
);
