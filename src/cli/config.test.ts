import { expect, test } from 'vitest';
import type { Config } from './config.ts';

test('an editor knows the sections, their options and what those may be', () => {
  const config = {
    train: { data: ['a.csv', 'b.csv'], target: 'x', task: 'classify', units: [32, 16], learningRate: 0.1, seeds: 5 },
    inspect: { model: 'm', inputs: [-1, 1], kernels: true },
    compare: { runs: 'runs' },
    expressivity: { panel: ['3B'] },
  } satisfies Config;
  const wrong: readonly Config[] = [
    // @ts-expect-error: no number
    { train: { learningRate: 'fast' } },
    // @ts-expect-error: another name
    { train: { learningrate: 0.1 } },
    // @ts-expect-error: a number of seeds
    { train: { seeds: [1, 2] } },
    // @ts-expect-error: none of the words
    { train: { interpolation: 'cubic' } },
    // @ts-expect-error: no option of a file
    { train: { help: true } },
    // @ts-expect-error: no command
    { trian: {} },
    // @ts-expect-error: writes the file
    { init: {} },
  ];
  expect(wrong).not.toContain(config);
});
