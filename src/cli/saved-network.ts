import { readFile } from 'node:fs/promises';
import { loadModel, type SavedModel } from '../formats/model-file.ts';
import type { Topic } from './commands.ts';
import { usageError } from './usage-error.ts';

/** The network of a file, and its notes, for a command; a usage error when there is no such file. */
export async function savedNetwork(path: string, command: Topic): Promise<SavedModel> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = { ENOENT: 'there is no file', EISDIR: 'wanted a file, but this is a folder:' }[error.code ?? ''];
    throw usageError(`${command}: ${why ?? `cannot read (${error.code})`} "${path}"`);
  });
  try {
    return loadModel(new Uint8Array(bytes));
  } catch (error) {
    throw new Error(`${command}: "${path}" holds no network: ${(error as Error).message}`, { cause: error });
  }
}
