import { adjoint } from './adjoint.ts';
import { bptt } from './bptt.ts';
import { checkpointed } from './checkpointed.ts';
import type { GradientMethod } from './gradient.ts';
import { truncated } from './truncated.ts';

/** The gradient methods by name. */
export const gradients = { bptt, truncated, checkpointed, adjoint } satisfies Record<string, () => GradientMethod>;
