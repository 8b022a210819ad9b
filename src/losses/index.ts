import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { gaussian } from './gaussian.ts';
import { huber } from './huber.ts';
import type { Loss } from './loss.ts';
import { mae } from './mae.ts';
import { mse } from './mse.ts';

/** The losses by name. */
export const losses = {
  mse,
  mae,
  huber,
  gaussian,
  'cross-entropy': crossEntropy,
  'binary-cross-entropy': binaryCrossEntropy,
} satisfies Record<string, () => Loss>;
