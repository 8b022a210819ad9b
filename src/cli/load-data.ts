import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { datasets } from '../datasets/index.ts';
import { read } from '../datasets/read.ts';
import { csvTrainingSet } from './csv-training-set.ts';
import type { TrainCommand } from './options.ts';
import type { TrainingSet } from './training-set.ts';
import { choose, usageError } from './usage-error.ts';

/** Load what the command line names: a data set of the package, or a CSV file. */
export async function loadData({ data, target, time, classify }: TrainCommand): Promise<TrainingSet> {
  if (/\.(csv|tsv|txt)$/i.test(data)) {
    if (target === undefined) throw usageError('train: --target COLUMN says what to predict of a CSV file');
    const text = await readFile(data, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? usageError(`train: there is no file "${data}"`) : error;
    });
    return csvTrainingSet(text, { name: basename(data), target, time, classify });
  }
  const option = Object.entries({ target, time, classify }).find(([, value]) => value !== undefined && value !== false);
  const { task, load, ...dataset } = choose('train: the data set', data, datasets);
  if (option) throw usageError(`train: --${option[0]} is for CSV files; the data set "${data}" has its own`);
  const classes = task.kind === 'classify' ? { classes: task.classes } : {};
  return { ...dataset, ...classes, notes: [], split: await load(read) };
}
