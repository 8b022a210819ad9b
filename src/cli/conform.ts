import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Conformity, conform as compare } from '../analysis/conform.ts';
import { conformWirings } from '../analysis/conform-wirings.ts';
import { table } from '../report/table.ts';
import type { ConformCommand } from './commands.ts';
import type { Console } from './console.ts';
import { usageError } from './usage-error.ts';

/** Compare reference files with this library, print the errors. Exit code 1 beyond tolerance or when a file cannot be compared, 2 when nothing could be compared. */
export async function conform({ paths, json, debug }: ConformCommand, io: Console): Promise<number> {
  const results: Outcome[] = [];
  for (const path of (await Promise.all(paths.map(files))).flat()) {
    if (io.signal.aborted) break;
    const result = await outcome(path).catch((error: Error): Outcome => {
      if (debug) throw error;
      return { kind: 'failed', name: basename(path), why: error.message };
    });
    results.push(result);
    if (!json) io.out(`${describe(result)}\n\n`);
  }
  const compared = results.filter((result) => result.kind === 'compared');
  const agreeing = compared.filter((result) => result.agrees);
  const failed = results.filter((result) => result.kind === 'failed');
  if (json) io.out(`${JSON.stringify(results, null, 2)}\n`);
  else {
    const skipped = results.length - compared.length - failed.length;
    const others = [failed.length && `${failed.length} could not be compared`, skipped && `${skipped} skipped`];
    io.out(`${[`${agreeing.length} of ${compared.length} agree`, ...others.filter(Boolean)].join(', ')}\n`);
  }
  if (failed.length > 0 || agreeing.length < compared.length) return 1;
  return compared.length === 0 ? 2 : 0;
}

/** What became of a file: compared, skipped, or not fit to be compared. */
type Outcome = Conformity | { readonly kind: 'failed'; readonly name: string; readonly why: string };

async function outcome(path: string): Promise<Conformity> {
  if (path.endsWith('.json')) return conformWirings(basename(path), await readFile(path, 'utf8'));
  const companion = path.replace(/\.safetensors$/, '.io.safetensors');
  const answers = companion === path ? undefined : await bytesOf(companion).catch(() => undefined);
  return compare(basename(path), await bytesOf(path), answers);
}

/** A file's bytes as a plain array: a Buffer's `slice` would share them. */
async function bytesOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(path));
}

/** The reference files at a path: itself, or all in a folder, `wirings*.json` among them; `.io.` files belong to another. */
async function files(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => {
    throw usageError(`conform: there is no file or folder "${path}"`);
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter(
    (name) => /^wirings.*\.json$/.test(name) || (name.endsWith('.safetensors') && !name.endsWith('.io.safetensors')),
  );
  if (names.length === 0) throw usageError(`conform: no .safetensors files and no wirings*.json in "${path}"`);
  return names.sort().map((name) => join(path, name));
}

/** A table of one file: a row an array, a column a run, or the other way round where the names of runs are long; the largest error over the largest entry of the reference. */
function describe(result: Outcome): string {
  if (result.kind === 'failed') return `${result.name}: FAILED, ${result.why}`;
  if (result.kind === 'skipped') return `${result.name}: skipped, ${result.why}`;
  const arrays = [...new Set(result.runs.flatMap((run) => run.comparisons.map((each) => each.array)))];
  const runs = result.runs.map((run) => run.name);
  const error = (run: number, array: number) => {
    const found = result.runs[run]!.comparisons.find((each) => each.array === arrays[array]);
    return found ? `${found.error.toExponential(1)}${found.agrees ? '' : ' !'}` : '';
  };
  const isLong = runs.some((name) => name.length > 40);
  const [down, across] = isLong ? [runs, arrays] : [arrays, runs];
  const columns = [{ header: '' }, ...across.map((header) => ({ header, align: 'right' as const }))];
  const rows = down.map((name, row) => [
    name,
    ...across.map((_, column) => (isLong ? error(row, column) : error(column, row))),
  ]);
  const verdict = result.agrees ? 'agrees' : 'DISAGREES (marked !)';
  const text = table(columns, rows).replace(/^/gm, '  ');
  return `${result.name}: ${verdict}\n  ${result.source}\n${text}`;
}
