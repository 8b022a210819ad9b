import type { Tensor } from './safetensors.ts';

/** A row-major array in float64. */
export interface Dense {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** The arrays of a file: one by name and, where given, of this shape; or an error that lists the names, or says the shape, that there is. */
export interface Arrays {
  (name: string, ...shape: readonly number[]): Dense;
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The arrays whose names begin so, under the rest of their names. */
  under(prefix: string): Arrays;
}

/** Arrays by name; `prefix` is what their names lack of those in the file. */
export function arraysOf(tensors: ReadonlyMap<string, Pick<Tensor, 'shape' | 'data'>>, prefix = ''): Arrays {
  const names = [...tensors.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const find = (name: string, ...shape: readonly number[]): Dense => {
    const found = tensors.get(prefix + name);
    if (!found) throw new Error(`there is no array "${prefix + name}"; there are ${[...tensors.keys()].join(', ')}`);
    if (shape.length > 0 && shape.join() !== found.shape.join()) {
      throw new Error(`array "${prefix + name}" is (${found.shape.join(', ')}); wanted (${shape.join(', ')})`);
    }
    return { data: Float64Array.from(found.data as ArrayLike<number>), shape: found.shape };
  };
  return Object.assign(find, {
    names,
    has: (name: string) => tensors.has(prefix + name),
    under: (more: string) => arraysOf(tensors, prefix + more),
  });
}
