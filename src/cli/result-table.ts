import { quantity } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import { metricName, type Result } from './report-data.ts';
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
