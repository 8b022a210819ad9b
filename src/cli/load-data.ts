import { stat } from 'node:fs/promises';
import { datasets } from '../datasets/index.ts';
import { read } from '../datasets/read.ts';
import { nearest } from '../equation/nearest.ts';
import { dashed } from './choice.ts';
import type { DataChoice, Topic } from './commands.ts';
import type { Console } from './console.ts';
import { fileTrainingSet, type KnownTask } from './file-training-set.ts';
import { type Recorded, readRecorded } from './recorded.ts';
import { targetNames } from './target-names.ts';
import type { TrainingSet } from './training-set.ts';
import { understood } from './understood.ts';
import { usageError } from './usage-error.ts';
import { isLong, wideTables } from './wide-tables.ts';

/** What of a command line is about data. */
export type DataCommand = DataChoice & {
  readonly kind: Topic;
  /** The name of a data set, or the path of a file or folder. */
  readonly data: string;
  /** Files beside it. */
  readonly more: readonly string[];
  readonly missing?: string | undefined;
} & KnownTask;

/** What of a command line is about files of data. */
export const dataOptions = [
  'target',
  'time',
  'classify',
  'labels',
  'test',
  'task',
  'horizon',
  'window',
  'calendar',
  'split',
  'ignore',
  'repeated',
  'header',
  'dateOrder',
  'recording',
  'long',
  'na',
] as const satisfies readonly (keyof DataChoice)[];

/** Whether data are files, not a data set of the package. */
export const isFile = (data: string): boolean => !Object.hasOwn(datasets, data);

/** Whether there is a file or folder of this path. */
export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Load what the command line names: a data set of the package, or files. Large files show progress on `io`. */
export async function loadData(command: DataCommand, io?: Console): Promise<TrainingSet> {
  const { kind, data, more, ...choice } = command;
  if (isFile(data)) {
    const { recorded, test } = await loadFiles(command, io);
    return {
      ...fileTrainingSet(recorded, test, command),
      understood: understood(recorded, command.time, command.ignore),
    };
  }
  if (more.length > 0) throw usageError(`${kind}: one data set at a time, but "${more[0]}" was given too`);
  const option = ([...dataOptions, 'missing'] as const).find(
    (name) => choice[name] !== undefined && choice[name] !== false,
  );
  if (option) throw usageError(`${kind}: --${dashed(option)} is for files; the data set "${data}" has its own`);
  const { task, load, ...dataset } = datasets[data as keyof typeof datasets];
  const classes = task.kind === 'classify' ? { classes: task.classes } : {};
  return { ...dataset, ...classes, notes: [], missing: 0, split: await load(read) };
}

/** Read the files that the command line names, and those of the test part; usage errors for what they do not have. */
export async function loadFiles(
  command: DataCommand,
  io?: Console,
): Promise<{ readonly recorded: Recorded; readonly test: Recorded | undefined }> {
  const { kind, data, more, labels, test, task, split, dateOrder, recording, ignore, long, na, time } = command;
  const header = command.header === undefined ? undefined : command.header === 'yes';
  await refuseNoData(kind, data);
  const whole = [...(time ?? []), ...(recording === undefined ? [] : [recording]), ...(long?.slice(0, -1) ?? [])];
  const texts = [...(ignore ?? []), ...(long?.slice(0, -1) ?? [])];
  const { decimalCommas } = command;
  const sources = { command: kind, labels, header, dateOrder, recording, texts, na, whole, decimalCommas, io };
  const read = await readRecorded({ ...sources, paths: [data, ...more] });
  const readTest = test === undefined ? read.test : await readRecorded({ ...sources, paths: test });
  const { recorded, tested } = inWideFormat(read, readTest, command);
  const [first] = recorded.tables;
  const known = [...(recorded.labels?.names ?? []), ...first!.names];
  const targets = command.targets ?? targetNames(recorded, command);
  const named = {
    target: targets,
    time: command.time ?? [],
    ignore: command.ignore ?? [],
  };
  for (const [option, names] of Object.entries(named))
    for (const name of names) {
      if (known.includes(name)) continue;
      const there = first!.isNamed
        ? `it has ${known.join(', ')}`
        : `its first line holds no names, so they are ${known[0]} to ${known.at(-1)} (--header yes says that it does)`;
      throw usageError(
        `${kind}: --${option} "${name}" is no column of ${recorded.name}; ${there}${nearest(name, known)}`,
      );
    }
  if (targets.length === 0 && kind !== 'data' && kind !== 'init')
    throw usageError(`${kind}: --target COLUMN says what to predict of ${recorded.name}; it has ${known.join(', ')}`);
  const isOne = targets.some((name) => recorded.labels?.columns.has(name) === true && !first!.columns.has(name));
  if ((isOne || task === 'sequence') && split === 'time')
    throw usageError(
      `${kind}: --split time cuts recordings, but each has one answer; wanted --split recording, or none`,
    );
  return { recorded, test: tested };
}

/** Files with a row for each time: those of a long format with the quantities of all of them; what a network was trained on in long format may come as it would be made of it. */
function inWideFormat(
  recorded: Recorded,
  tested: Recorded | undefined,
  { long, time, ignore, inputs, targets = [] }: DataCommand,
): { readonly recorded: Recorded; readonly tested: Recorded | undefined } {
  if (long === undefined || (inputs && !isLong(recorded.tables[0]!, long))) return { recorded, tested };
  const known = inputs && [...inputs.names, ...targets.filter((name) => !recorded.labels?.columns.has(name))];
  const tables = wideTables([...recorded.tables, ...(tested?.tables ?? [])], { long, time, ignore, known });
  const { length } = recorded.tables;
  return {
    recorded: { ...recorded, tables: tables.slice(0, length) },
    tested: tested && { ...tested, tables: tables.slice(length) },
  };
}

/** Refuse what is neither a file nor looks like one. */
async function refuseNoData(kind: Topic, data: string): Promise<void> {
  if (/[./\\]/.test(data) || (await isThere(data))) return;
  const known = Object.keys(datasets);
  if (known.includes(data)) throw usageError(`${kind}: "${data}" is a data set of the package; wanted files`);
  throw usageError(`${kind}: "${data}" is neither a data set (${known.join(', ')}) nor a file${nearest(data, known)}`);
}
