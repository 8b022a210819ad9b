import type { Cell } from './cell.ts';
import { cfc } from './cfc.ts';
import { ctgru } from './ctgru.ts';
import { ctrnn } from './ctrnn.ts';
import { gru } from './gru.ts';
import { gruD } from './gru-d.ts';
import { liquid } from './liquid.ts';
import { lstm } from './lstm.ts';
import { ltc } from './ltc.ts';
import { neuralOde } from './neural-ode.ts';
import { odeRnn } from './ode-rnn.ts';
import { synaptic } from './synaptic.ts';
import { wiredCfc } from './wired-cfc.ts';

/** Every cell by name, as a function of options that all have defaults. */
export const cells = {
  liquid,
  ctrnn,
  'neural-ode': neuralOde,
  ltc,
  synaptic,
  cfc,
  'wired-cfc': wiredCfc,
  lstm,
  gru,
  ctgru,
  'ode-rnn': odeRnn,
  'gru-d': gruD,
} satisfies Record<string, () => Cell>;
