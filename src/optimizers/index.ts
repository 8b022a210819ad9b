import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import type { OptimizerRule } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** The optimizers by name. */
export const optimizers = { adam, adamw, rmsprop, sgd } satisfies Record<string, () => OptimizerRule>;
