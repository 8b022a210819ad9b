import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { usageError } from './usage-error.ts';

/** Write a file so that a reader finds the old one or the whole new one: written beside, flushed to disk, renamed. Makes its folder. Throws an error that names the file where that cannot be. */
export async function saveFile(path: string, content: Uint8Array | string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(beside, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw new Error(`cannot write "${path}" (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

/** Add to the end of a file, and flush it to disk. */
export async function appendToFile(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'a');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Make a folder where there is none; a usage error of `command` when nothing can be written to it. */
export async function makeFolder(path: string, command = 'train'): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw usageError(
      `${command}: cannot write to a folder "${path}" (${(error as NodeJS.ErrnoException).code}); --out DIR names another`,
    );
  }
}
