import type { DataFilesCommand } from './commands.ts';
import type { Console } from './console.ts';
import { fileTrainingSet } from './file-training-set.ts';
import { loadFiles } from './load-data.ts';
import { partSizes, sizeOf } from './part-sizes.ts';
import { targetNames } from './target-names.ts';
import { orderedRows, timeColumn } from './time-column.ts';
import { understood, understoodText } from './understood.ts';

/** Say what files were understood to hold, and with a target what training would make of them. Exit code 0. */
export async function data(command: DataFilesCommand, io: Console): Promise<number> {
  const { json, time, repeated, ignore } = command;
  const { recorded, test } = await loadFiles(command, json ? undefined : io);
  const holds = understood(recorded, time, ignore);
  if (!json) io.out(`${understoodText(holds)}\n`);
  for (const table of recorded.tables) {
    const times = timeColumn(table, time, ignore);
    if (times) orderedRows(table, times, repeated);
  }
  const isAsked = targetNames(recorded, command).length > 0;
  const set = isAsked ? fileTrainingSet(recorded, test, command) : undefined;
  const parts = set && {
    train: sizeOf(set.split.training.train),
    valid: sizeOf(set.split.training.valid),
    test: sizeOf(set.split.test),
  };
  if (json) {
    const training = set && { title: set.title, inputs: set.inputNames, classes: set.classes, notes: set.notes, parts };
    io.out(`${JSON.stringify({ ...holds, ...(training ? { training } : {}) }, null, 2)}\n`);
  } else if (set) {
    io.out(`\n${[set.title, ...set.notes, partSizes(set.split, set.task)].join('\n')}\n`);
  }
  return 0;
}
