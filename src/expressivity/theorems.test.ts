import { expect, test } from 'vitest';
import type { Setting } from './panel.ts';
import { leastGrowth, lowerBound } from './theorems.ts';

const setting: Setting = {
  label: '',
  activation: 'Hard-tanh',
  depth: 1,
  width: 100,
  variance: 2,
  solver: 'ode45',
  inputSteps: 100,
};

/** Agree in the digits that were computed independently from the printed formulas. */
const digits = (value: number, wanted: number, relative: number) =>
  expect(Math.abs(value / wanted - 1)).toBeLessThan(relative);

test('the growth of Theorems 4 and 5 is that of the printed formulas, in both typesettings', () => {
  digits(leastGrowth('N-ODE', setting, 'one-root'), 1.0653830535, 1e-10);
  digits(leastGrowth('LTC', setting, 'one-root'), 1.0653830535, 1e-10);
  digits(leastGrowth('CT-RNN', setting, 'one-root'), 0.3120434718, 1e-9);
  digits(leastGrowth('N-ODE', setting, 'two-roots'), 0.0808412456, 1e-8);
});

test('the lower bounds at the depths of Table 2 are those of the printed formulas', () => {
  digits(lowerBound('N-ODE', setting, 0, { depth: 0.61, norm: 5 }, 'one-root'), 6.5296, 1e-5);
  digits(lowerBound('CT-RNN', setting, 0, { depth: 4.05, norm: 5 }, 'one-root'), 0.05619, 1e-4);
  const spacing = (2 * Math.PI) / 99;
  digits(
    lowerBound('LTC', setting, 0, { depth: 81.01, norm: 5 }, 'one-root') / (Math.SQRT2 + 5 / spacing),
    1062.55,
    1e-5,
  );
});

test('a layer further up has the growth once more for every step', () => {
  const at = (layer: number) => lowerBound('N-ODE', setting, layer, { depth: 3, norm: 1 }, 'one-root');
  digits(at(2) / at(1), leastGrowth('N-ODE', setting, 'one-root') ** 3, 1e-14);
});
