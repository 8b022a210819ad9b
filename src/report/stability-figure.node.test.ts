import { expect, test } from 'vitest';
import { standalone } from './figure-style.ts';
import { gainFigure, stepFigure } from './stability-figure.ts';

// To draw it again after a change: npx vitest run src/report/stability-figure --update
test('docs/figures/stability.svg shows what the solvers do', async () => {
  const said = 'The liquid neuron under Euler, RK4, the fused and the exponential solver as dt/τ grows';
  await expect(standalone(said, gainFigure(), stepFigure())).toMatchFileSnapshot('../../docs/figures/stability.svg');
});
