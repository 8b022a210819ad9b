import { nearest } from '../equation/nearest.ts';
import type { Table } from '../formats/csv.ts';
import { pickRows, textsOf } from '../formats/pick-rows.ts';
import type { Topic } from './commands.ts';
import { usageError } from './usage-error.ts';

/**
 * Tables cut into recordings: the rows that have the same value in a column, which is their name, each in the order in which they stand there. Where there are several tables, recordings are
 * called by both. A usage error where there is no such column, an Error where it is empty.
 */
export function byRecording(tables: readonly Table[], column: string, command: Topic): readonly Table[] {
  const [first] = tables;
  if (!first!.columns.has(column))
    throw usageError(
      `${command}: --recording "${column}" is no column of ${first!.name}; it has ${first!.names.join(', ')}${nearest(column, first!.names)}`,
    );
  return tables.flatMap((table) => {
    const others = table.names.filter((name) => name !== column);
    const groups = new Map<string, number[]>();
    textsOf(table.columns.get(column)!).forEach((text, row) => {
      if (text === '' || text === 'NaN')
        throw new Error(
          `${table.name}:${table.lines[row]}: column "${column}" is empty; wanted the name of a recording`,
        );
      const rows = groups.get(text);
      if (rows) rows.push(row);
      else groups.set(text, [row]);
    });
    return [...groups].map(([text, rows]) => ({
      ...pickRows(table, rows, others),
      name: tables.length === 1 ? text : `${table.name} ${text}`,
    }));
  });
}
