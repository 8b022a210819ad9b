import { custom } from './custom.ts';
import { full } from './full.ts';
import { autoNcp, ncp } from './ncp.ts';
import { random } from './random.ts';
import type { Wiring } from './wiring.ts';

/** Every wiring by name. */
export const wirings = { full, random, ncp, 'auto-ncp': autoNcp, custom } satisfies Record<
  string,
  (...args: never[]) => Wiring
>;
