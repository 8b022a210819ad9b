import { type NpyArray, type NpyType, readNpy, writeNpy } from './npy.ts';
import { readZip, writeZip } from './zip.ts';

/** An array to be written: without `type`, as the type of its data. */
export interface NpzWritable extends Omit<NpyArray, 'type'> {
  readonly type?: NpyType;
}

/** Read a NumPy `.npz` file, packed or not: its arrays by name. Rejects with an Error that begins with `name` and says what is wrong. */
export async function readNpz(bytes: Uint8Array, name = 'npz'): Promise<ReadonlyMap<string, NpyArray>> {
  const fail = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  const files = await readZip(bytes, fail);
  return new Map(
    [...files].map(([file, data]) => {
      if (!file.endsWith('.npy')) fail(`"${file}" is no array: its name does not end in .npy`);
      return [file.slice(0, -4), readNpy(data, `${name}: ${file}`)] as const;
    }),
  );
}

/** Write a NumPy `.npz` file; with `compress`, deflated as `numpy.savez_compressed` does. Rejects what {@link writeNpy} refuses. */
export async function writeNpz(
  arrays: ReadonlyMap<string, NpzWritable>,
  options: { readonly compress?: boolean } = {},
): Promise<Uint8Array> {
  const files = [...arrays].map(
    ([name, { shape, data, type }]) => [`${name}.npy`, writeNpy(shape, data, type)] as const,
  );
  return writeZip(new Map(files), options);
}
