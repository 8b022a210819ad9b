import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { saveFile } from '../files.ts';
import { type SavedModel, saveModel } from '../formats/model-file.ts';
import { fields, listOf, number, oneOf, optional, type Shape, text } from '../formats/shape.ts';
import type { PredictorState } from '../predictor.ts';

/** What a stream remembers on disk. */
export interface SavedStream extends PredictorState {
  /** What the columns of its lines are called, where a header said so. */
  readonly header?: readonly string[];
}

/** The state of a stream in a file, which belongs to one network. */
export interface StateFile {
  /** What is saved; undefined when there is no file yet. Throws when it is something else, or of another network. */
  read(): Promise<SavedStream | undefined>;
  /** Save, so that a reader finds the old file or the whole new one. */
  write(saved: SavedStream): Promise<void>;
}

const stateShape: Shape = (value, at) => {
  fields({
    values: listOf(number),
    seconds: optional(number),
    x: optional(listOf((entry, place) => entry === null || number(entry, place))),
    jump: optional(fields({ dt: number, before: listOf(number) })),
    layers: optional(listOf(stateShape)),
  })(value, at);
};
const fileShape = fields({
  rivulet: oneOf('state of a stream'),
  network: text,
  state: stateShape,
  header: optional(listOf(text)),
  present: optional(listOf(number)),
});

/** The file of this path as the state of a stream of a saved network. */
export function stateFile(path: string, saved: SavedModel): StateFile {
  const network = createHash('sha256').update(saveModel(saved.model, saved.notes)).digest('hex');
  return {
    async read() {
      const written = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (written === undefined) return undefined;
      let found: SavedStream & { readonly network: string };
      try {
        found = JSON.parse(written);
        fileShape(found, 'it');
      } catch (error) {
        throw new Error(`stream: "${path}" holds no state of a stream: ${(error as Error).message}`, { cause: error });
      }
      if (found.network !== network)
        throw new Error(
          `stream: "${path}" is the state of another network, of fingerprint ${found.network.slice(0, 8)}; this one's is ${network.slice(0, 8)}. Name another file, or remove it to begin anew`,
        );
      return found;
    },
    write: (saved) => saveFile(path, `${JSON.stringify({ rivulet: 'state of a stream', network, ...saved })}\n`),
  };
}
