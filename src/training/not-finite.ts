import type { Network } from '../network.ts';

/** Index of the first NaN or infinity, or −1. */
export const firstNotFinite = (values: ArrayLike<number>): number => {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
};

/** Name of entry `index` of a row-major array of this shape: `[2, 5]`, or nothing for a scalar. */
export const indices = (shape: readonly number[], index: number): string => {
  const places: number[] = [];
  for (const size of [...shape].reverse()) {
    places.unshift(index % size);
    index = Math.floor(index / size);
  }
  return places.length === 0 ? '' : `[${places.join(', ')}]`;
};

/** Name of entry `index` of the flat parameters: `w[2, 5]`. */
export const parameterName = (layout: Network['layout'], index: number): string => {
  const array = layout.find(({ offset, size }) => index >= offset && index < offset + size)!;
  return array.name + indices(array.shape, index - array.offset);
};
