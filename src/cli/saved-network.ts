import { load } from '../files.ts';
import type { SavedModel } from '../formats/model-file.ts';
import type { Topic } from './commands.ts';
import { usageError } from './usage-error.ts';

/** The network of a file, and its notes, for a command; a usage error when there is no such file. */
export async function savedNetwork(path: string, command: Topic): Promise<SavedModel> {
  try {
    return await load(path);
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause: NodeJS.ErrnoException };
    const said = message.replace(/^load/, command);
    throw cause.code === undefined ? new Error(said, { cause }) : usageError(said);
  }
}
