import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { datasets } from '../datasets/index.ts';
import { read } from '../datasets/read.ts';
import { nearest } from '../equation/nearest.ts';
import { csvTrainingSet } from './csv-training-set.ts';
import type { Topic, TrainCommand } from './options.ts';
import type { TrainingSet } from './training-set.ts';
import { usageError } from './usage-error.ts';

/** What of a command line is about data. */
type DataCommand = Pick<TrainCommand, 'data' | 'target' | 'time' | 'classify' | 'missing'> & { readonly kind: Topic };

/** Whether a name of data is that of a file. */
export const isFile = (data: string): boolean => /\.(csv|tsv|txt)$/i.test(data);

/** Load what the command line names: a data set of the package, or a CSV file. */
export async function loadData({ kind, data, target, time, classify, missing }: DataCommand): Promise<TrainingSet> {
  if (isFile(data)) {
    if (target === undefined) throw usageError(`${kind}: --target COLUMN says what to predict of a CSV file`);
    const bytes = await readFile(data).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw usageError(`${kind}: there is no file "${data}"`);
      throw error.code === 'EISDIR' ? usageError(`${kind}: "${data}" is a folder; wanted a CSV file`) : error;
    });
    const text = decoded(bytes, data);
    return csvTrainingSet(text, { command: kind, name: basename(data), target, time, classify });
  }
  if (!Object.hasOwn(datasets, data)) {
    const known = Object.keys(datasets);
    throw usageError(
      `${kind}: "${data}" is neither a data set (${known.join(', ')}) nor a file that ends in .csv, .tsv or .txt${nearest(data, known)}`,
    );
  }
  const option = Object.entries({ target, time, classify, missing }).find(
    ([, value]) => value !== undefined && value !== false,
  );
  const { task, load, ...dataset } = datasets[data as keyof typeof datasets];
  if (option) throw usageError(`${kind}: --${option[0]} is for CSV files; the data set "${data}" has its own`);
  const classes = task.kind === 'classify' ? { classes: task.classes } : {};
  return { ...dataset, ...classes, notes: [], missing: 0, split: await load(read) };
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${file}: the file is not text in UTF-8; save it as CSV in UTF-8`);
  }
}
