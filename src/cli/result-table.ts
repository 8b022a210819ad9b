import { quantity } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import type { Assessment } from '../training/assess.ts';
import { metricName, outputErrors, type Result } from './report-data.ts';
import type { TestSet } from './training-set.ts';

/** The test result beside the baselines, as text. */
export function resultTable(data: TestSet, rows: readonly Result[]): string {
  const right = { header: '', align: 'right' } as const;
  const isSure = rows.some(({ interval }) => interval);
  const columns = [
    { header: `test ${metricName(data)}` },
    right,
    isSure ? { ...right, header: '95 %' } : { header: '' },
    { header: '' },
  ];
  const written = rows.map(({ name, value, spread, interval, note }) => [
    name,
    quantity(value),
    interval
      ? `${quantity(interval.lo)} to ${quantity(interval.hi)}`
      : spread === undefined
        ? ''
        : `± ${quantity(spread, 2)}`,
    note,
  ]);
  return table(columns, written);
}

/** The test error of each of several targets of files in its own units, as text with a line end; empty where there is one. */
export function outputTable(data: TestSet, { metrics }: Assessment): string {
  const perOutput = metrics.mse?.perOutput ?? [];
  if (!data.targetScaler || perOutput.length < 2) return '';
  const rows = outputErrors(data, perOutput).map(({ name, value }) => [name, quantity(value)]);
  return `${table([{ header: 'test mean squared error of' }, { header: '', align: 'right' }], rows)}\n`;
}
