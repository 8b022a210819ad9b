import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { dashed } from './choice.ts';
import { dataOptions } from './load-data.ts';
import { type EpochLine, epochLines } from './run-folder.ts';
import { type RunRecord, readRecord } from './run-record.ts';
import { usageError } from './usage-error.ts';

/** One of several runs that are compared. */
export interface Compared {
  readonly folder: string;
  /** What of the folder's path is its own. */
  readonly name: string;
  readonly record: RunRecord;
  readonly epochs: readonly EpochLine[];
}

/** The runs in some folders, each folder once; a usage error for one that holds none. */
export async function comparedRuns(folders: readonly string[]): Promise<readonly Compared[]> {
  const found = new Map<string, RunRecord>();
  for (const folder of folders) {
    const before = found.size;
    const seen = await collect(folder, found);
    if (found.size === before && !seen)
      throw usageError(
        `compare: there is no run in "${folder}": wanted a folder that \`rivulet train\` wrote to, with its run.json`,
      );
  }
  const paths = [...found.keys()].map((folder) => folder.split(/[\\/]/).filter((part) => part !== ''));
  const shared = sharedParts(paths);
  return Promise.all(
    [...found].map(async ([folder, record], k) => ({
      folder,
      name: paths[k]!.slice(shared).join(sep),
      record,
      epochs: await epochLines(folder),
    })),
  );
}

/** Add the runs in a folder to those found; true when there is any. */
async function collect(folder: string, found: Map<string, RunRecord>): Promise<boolean> {
  const record = await readRecord(folder);
  if (record?.kind === 'run') {
    found.set(join(folder), record);
    return true;
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const inside = entries.filter(
    (entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'),
  );
  let isAny = false;
  for (const { name } of inside.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })))
    isAny = (await collect(join(folder, name), found)) || isAny;
  return isAny;
}

/** How many parts at the beginning all paths share; at least one part of each stays its own. */
function sharedParts(paths: readonly (readonly string[])[]): number {
  const most = Math.min(...paths.map(({ length }) => length)) - 1;
  let shared = 0;
  while (shared < most && paths.every((path) => path[shared] === paths[0]![shared])) shared++;
  return shared;
}

/**
 * The settings, data and library version in which runs differ: a name, and each run's value, empty where it has none. How files are read and what is
 * learned of them goes without saying where the files are others, so it is told only where it differs between runs on the same data.
 */
export function differences(
  runs: readonly Compared[],
): readonly (readonly [name: string, values: readonly string[]])[] {
  const all = runs.map(({ record }) => ({ data: record.data.name, ...record.settings, version: record.rivulet }));
  const names = [...new Set(all.flatMap(Object.keys))];
  const ofData = dataOptions.map(dashed);
  return names
    .map((name) => [name, all.map((each) => String((each as Readonly<Record<string, unknown>>)[name] ?? ''))] as const)
    .filter(([name, values]) =>
      values.some((value, k) =>
        values.some((other, l) => other !== value && (!ofData.includes(name) || all[k]!.data === all[l]!.data)),
      ),
    );
}
