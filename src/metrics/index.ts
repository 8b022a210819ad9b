import { accuracy } from './accuracy.ts';
import { auc } from './auc.ts';
import { f1, macroF1 } from './f1.ts';
import { mae } from './mae.ts';
import type { Metric } from './metric.ts';
import { mse } from './mse.ts';

/** The metrics by name. */
export const metrics = { mse, mae, accuracy, f1, 'macro-f1': macroF1, auc } satisfies Record<string, Metric>;
