import { randomInt } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel, type SavedModel, saveModel } from './formats/model-file.ts';
import type { Network } from './network.ts';

/**
 * Save a network, and notes of your own, as one safetensors file, in Node: a reader finds the old file or the whole new one, also after a
 * crash. Makes the file's folder. Throws when a parameter is not finite or the file cannot be written.
 */
export async function save(
  of: Network,
  path: string | URL,
  notes: Readonly<Record<string, string>> = {},
): Promise<void> {
  await saveFile(path, saveModel(of, notes));
}

/** Load a network and its notes from a file of {@link save}, in Node. Throws an error that names the file and what is wrong with it. */
export async function load(path: string | URL): Promise<SavedModel> {
  const file = nameOf(path);
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = { ENOENT: 'there is no file', EISDIR: 'wanted a file, but this is a folder:' }[cause.code ?? ''];
    throw new Error(`load: ${why ?? `cannot read (${cause.code})`} "${file}"`, { cause });
  });
  try {
    return loadModel(bytes);
  } catch (cause) {
    throw new Error(`load: "${file}" holds no network: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Write a file so that a reader finds the old one or the whole new one: written beside, flushed to disk, renamed. Makes its folder. Throws an
 * error that names the file where that cannot be.
 */
export async function saveFile(path: string | URL, content: Uint8Array | string): Promise<void> {
  const file = nameOf(path);
  // A number of its own for each, so that two that write the same file at once do not meet.
  const beside = `${file}.${randomInt(2 ** 47)}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(beside, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw new Error(`cannot write "${file}" (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

const nameOf = (path: string | URL): string => (typeof path === 'string' ? path : fileURLToPath(path));
