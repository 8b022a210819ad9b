import type { Integrator } from './integrator.ts';
import { ode23 } from './ode23.ts';
import { ode23tb } from './ode23tb.ts';
import { ode45 } from './ode45.ts';
import { ode113 } from './ode113.ts';

/** Every integrator by name. */
export const integrators = { ode45, ode23, ode113, ode23tb } satisfies Record<string, Integrator>;
