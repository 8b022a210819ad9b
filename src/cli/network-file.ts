import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The file of the network that a command names: the file itself, or the one in the folder of a training. */
export async function networkFile(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(path, 'model.safetensors') : path;
}
