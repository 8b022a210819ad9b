import { expect, test } from 'vitest';
import { everyCell, looseWiring } from '../../test/networks.ts';
import { ltc } from '../cells/ltc.ts';
import { model } from '../model.ts';
import { kernelListing } from './kernel-listing.ts';

test('lines stand inside their loops: sums over synapses, then what is made of them', () => {
  const cell = ltc();
  const { loops } = kernelListing(model({ cell, inputs: 2, wiring: looseWiring(cell, 2, 4, 1) }));
  expect(loops).toContain(`step, eight sequences at a time:
  for state, for each state1 wired to it:
    step.0[state] += (R[state,state1]*x[state1])
  for state:
    x'[state] = select(`);
  expect(loops).toContain(`prepare, once for all sequences:
  for state:
    parameters.5[state] = (1/softplus(tau[state]))`);
  expect(loops).toContain('  sample.4 = (dt*sample.fraction)');
});

test('the kernels of every cell are listed, each line in its kernel and each kernel in the module', () => {
  for (const make of Object.values(everyCell)) {
    const cell = make();
    const { loops, wasm } = kernelListing(model({ cell, inputs: 2, wiring: looseWiring(cell, 2, 5, 2) }));
    expect(loops).not.toMatch(/undefined|NaN|\[object/);
    for (const [, kernel] of loops.matchAll(/^(\w+), /gm)) expect(wasm).toContain(`(export "${kernel}")`);
    for (const state of Object.keys(cell.states)) expect(loops).toMatch(new RegExp(`^ +${state}'\\[`, 'm'));
    expect(loops).toMatch(/^ +y\[/m);
  }
});
