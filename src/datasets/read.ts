import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Read } from './dataset.ts';

/** Reads a file of the package's own `data` folder in Node, from the sources and from the built package alike. */
export const read: Read = async (path) => {
  const file = fileURLToPath(new URL(`../../data/${path}`, import.meta.url));
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      `data set: there is no file ${file}; the data sets have licences of their own and lie in the repository, not in the npm package`,
    );
  }
};
