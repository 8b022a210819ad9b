import type { Cell } from './cell.ts';
import { ctrnn } from './ctrnn.ts';
import { liquid } from './liquid.ts';
import { ltc } from './ltc.ts';
import { neuralOde } from './neural-ode.ts';
import { synaptic } from './synaptic.ts';

/** Every cell by name, as a function of options that all have defaults. */
export const cells = { liquid, ctrnn, 'neural-ode': neuralOde, ltc, synaptic } satisfies Record<string, () => Cell>;
