import { moments } from '../report/moments.ts';
import { quantity } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import { metricName } from './report-data.ts';

/** What trainings of several seeds came to: a row each, then median and range, mean and standard deviation of every column. */
export function outcomeTable({ data, options }: Plan, outcomes: readonly Outcome[]): string {
  const { name } = options.metric;
  const isOwn = name === data.metric;
  const chosen = isOwn ? metricName(data) : data.targetScaler ? `${name}, standardised` : name;
  const columns: readonly (readonly [string, (outcome: Outcome) => number])[] = [
    ['best epoch', ({ best }) => best],
    [`validation ${chosen}`, ({ chosen }) => chosen.valid],
    ...(isOwn ? [] : [[`test ${chosen}`, ({ chosen }: Outcome) => chosen.test] as const]),
    [`test ${metricName(data)}`, ({ test }) => test],
  ];
  const values = columns.map(([header, of]) => ({ header, all: outcomes.map(of) }));
  const written = (value: number, column: number) => (column === 0 ? String(value) : quantity(value));
  const ranges = values.map(({ all }) => spread(all));
  const isOne = outcomes.length === 1;
  return table(
    [{ header: 'seed' }, ...values.map(({ header }) => ({ header, align: 'right' }) as const)],
    [
      ...outcomes.map(({ seed }, row) => [String(seed), ...values.map(({ all }, c) => written(all[row]!, c))]),
      ...(['median', 'smallest', 'largest'] as const).map((name) => [
        name,
        ...ranges.map((range, c) => written(range[name], c)),
      ]),
      ...(isOne ? [] : [['mean ± sd', ...values.map(({ all }) => meanText(all))]]),
    ],
  );
}

/** The median of some numbers, the mean of the middle two where they are even in number, and their range. */
export function spread(values: readonly number[]): { median: number; smallest: number; largest: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  return {
    median: (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2,
    smallest: sorted[0]!,
    largest: sorted[n - 1]!,
  };
}

/** Mean and standard deviation of some numbers, as results are reported. */
export function meanText(values: readonly number[]): string {
  const { mean, deviation } = moments(values);
  return `${quantity(mean)} ± ${quantity(deviation, 2)}`;
}
