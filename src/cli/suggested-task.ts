import { valuesOf } from '../formats/same-columns.ts';
import type { DataChoice } from './commands.ts';
import { fileTrainingSet } from './file-training-set.ts';
import type { Recorded } from './recorded.ts';

/** Different whole numbers up to which a column of numbers is taken for classes. */
const FEW = 10;
/** Rows of windows to try, for few rows. */
const windows = [undefined, 16, 8, 4];

/** What is asked of files, or was found for it. */
export type SuggestedTask = Pick<DataChoice, 'target' | 'classify' | 'window'>;

/**
 * What of some files can be learned, where nothing else is asked for: the last of the columns that training takes, few whole numbers being classes, in the longest windows that
 * fit. Throws the error of the first column that was tried where there is none.
 */
export function suggestedTask(
  recorded: Recorded,
  test: Recorded | undefined,
  columns: readonly string[],
  asked: DataChoice,
): SuggestedTask {
  const isOnlyLabel = recorded.labels?.names.length === 1;
  const targets = asked.target !== undefined || isOnlyLabel ? [asked.target] : columns.toReversed();
  let first: unknown;
  for (const target of targets)
    for (const window of asked.window === undefined ? windows : [asked.window]) {
      const choice = { target, window, classify: asked.classify || areFew(recorded, target, asked.task) };
      try {
        fileTrainingSet(recorded, test, { ...asked, ...choice });
        return choice;
      } catch (error) {
        first ??= error;
      }
    }
  throw first;
}

/** Whether a column, or the only label, holds a few whole numbers again and again, which are classes unless numbers are asked for. */
function areFew({ tables, labels }: Recorded, target: string | undefined, task: DataChoice['task']): boolean {
  if (task === 'forecast' || task === 'regress') return false;
  const seen = new Set<number>();
  for (const { columns } of labels ? [...tables, labels] : tables) {
    const column = columns.get(target ?? labels!.names[0]!);
    if (column === undefined) continue;
    if (column.kind !== 'number') return false;
    for (const value of valuesOf(column)) {
      if (Number.isNaN(value)) continue;
      if (!Number.isInteger(value) || seen.add(value).size > FEW) return false;
    }
  }
  return seen.size > 1;
}
