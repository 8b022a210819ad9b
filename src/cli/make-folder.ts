import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { usageError } from './usage-error.ts';

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
