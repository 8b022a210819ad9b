import { losses } from '../losses/index.ts';
import type { Loss } from '../losses/loss.ts';
import { metrics } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import { choice, type Kind, type Kinds, number, numbers, type OptionsOf } from './choice.ts';
import { called, usageError } from './usage-error.ts';

const lossOptions: { readonly [Name in keyof typeof losses]: Kinds<OptionsOf<(typeof losses)[Name]>> } = {
  mse: {},
  mae: {},
  huber: { delta: number },
  gaussian: { epsilon: number },
  'cross-entropy': { classWeights: numbers },
  'binary-cross-entropy': { positiveWeights: numbers },
};

/** The losses for targets of a kind: the options of each, by name. */
export const fittingLosses = (kind: Loss['target']): Readonly<Record<string, Readonly<Record<string, Kind>>>> =>
  Object.fromEntries(
    Object.entries(lossOptions).filter(([name]) => losses[name as keyof typeof losses]().target === kind),
  );

/** The loss that a text such as `huber:delta=0.5` asks for, for targets that are numbers or of these classes. */
export function lossOf(text: string, classes: readonly string[] | undefined): Loss {
  const { name, options } = choice('train: --loss', text, fittingLosses(classes ? 'classes' : 'numbers'));
  const make: (options: never) => Loss = losses[name as keyof typeof losses];
  const loss = called(() => make(options as never));
  if (classes && loss.outputs !== undefined && loss.outputs !== classes.length)
    throw usageError(
      `train: --loss "${text}" is for ${loss.outputs} classes; wanted ${classes.length}, in the order ${classes.join(', ')}`,
    );
  return loss;
}

/** The metrics by name for targets of a kind. */
export const fittingMetrics = (kind: Loss['target']): Readonly<Record<string, Metric>> =>
  Object.fromEntries(Object.entries<Metric>(metrics).filter(([, { targets }]) => targets.includes(kind)));
