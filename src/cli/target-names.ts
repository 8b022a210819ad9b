import type { Tables } from '../formats/tables.ts';
import { countsRows } from './input-columns.ts';
import { timeColumn } from './time-column.ts';

/** What asks for all columns of numbers. */
const ALL = 'all';

/** The targets that a task names: a column or a label, several between commas (which may not be there), or `all` columns of numbers; without a name the only label. Empty where that leaves it open. */
export function targetNames(
  { tables, labels }: Tables,
  {
    target,
    time,
    ignore = [],
  }: {
    readonly target?: string | undefined;
    readonly time?: readonly string[] | undefined;
    readonly ignore?: readonly string[] | undefined;
  },
): readonly string[] {
  const [first] = tables;
  if (target === undefined) return labels?.names.length === 1 ? labels.names : [];
  if (first!.columns.has(target) || labels?.columns.has(target)) return [target];
  if (target !== ALL) return [...new Set(target.split(',').map((name) => name.trim()))];
  const others = [...ignore, ...(timeColumn(first!, time, ignore)?.names ?? [])];
  return first!.names.filter((name) => {
    const column = first!.columns.get(name)!;
    return column.kind === 'number' && !others.includes(name) && !countsRows(tables, name);
  });
}
