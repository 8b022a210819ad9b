import { losses } from '../losses/index.ts';
import type { Loss } from '../losses/loss.ts';
import { metrics } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';

/** The losses by name for targets of a kind. */
export const fittingLosses = (kind: Loss['target']): Readonly<Record<string, () => Loss>> =>
  Object.fromEntries(Object.entries(losses).filter(([, make]) => make().target === kind));

/** The metrics by name for targets of a kind. */
export const fittingMetrics = (kind: Loss['target']): Readonly<Record<string, Metric>> =>
  Object.fromEntries(Object.entries<Metric>(metrics).filter(([, { targets }]) => targets.includes(kind)));
