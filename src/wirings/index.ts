import { custom } from './custom.ts';
import { full } from './full.ts';
import type { Wiring } from './wiring.ts';

/** Every wiring by name. */
export const wirings = { full, custom } satisfies Record<string, (...args: never[]) => Wiring>;
