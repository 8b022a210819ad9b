import { moments } from '../report/moments.ts';
import type { ToldEvent } from './history-after.ts';
import type { Outcome } from './outcome.ts';
import { spread } from './outcome-table.ts';
import { metricName, type Result } from './report-data.ts';
import type { TestSet } from './training-set.ts';

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** An event of a seed's training as a line of JSON; nothing of a minibatch and of the end, which the outcome tells. */
export function eventJson(seed: number, event: ToldEvent): string {
  if (event.kind === 'batch' || event.kind === 'end') return '';
  const { kind, ...told } = event;
  return line({ kind, seed, ...told, ...('history' in told ? { history: told.history.length } : {}) });
}

/** What a seed's training came to as a line of JSON, and the folder that holds it. */
export const outcomeJson = (outcome: Outcome, data: TestSet, folder: string): string =>
  line({ kind: 'outcome', ...outcome, metric: metricName(data), folder });

/** The test results of all seeds and the baselines as a line of JSON, where ours is the median. */
export function resultsJson(outcomes: readonly Outcome[], data: TestSet, rows: readonly Result[]): string {
  const tests = outcomes.map(({ test }) => test);
  return line({ kind: 'results', metric: metricName(data), ...spread(tests), ...moments(tests), results: rows });
}
