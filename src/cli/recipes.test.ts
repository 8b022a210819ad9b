import { expect, test } from 'vitest';
import { enoughEpochs, enoughSteps } from './recipes.ts';

test('small files get more passes than large ones, for about as many steps of the optimizer', () => {
  for (const sequences of [200, 1519, 8000]) {
    const steps = enoughEpochs(sequences, 16) * Math.ceil(sequences / 16);
    // Rounded to whole passes: at most half a pass off.
    expect(Math.abs(steps - enoughSteps)).toBeLessThanOrEqual(Math.ceil(sequences / 16) / 2);
  }
  expect(enoughEpochs(10, 16)).toBe(200);
  expect(enoughEpochs(1e6, 16)).toBe(3);
});
