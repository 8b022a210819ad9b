import { adjacency, type Synapses } from '../wirings/wiring.ts';
import type { Arrays, Dense } from './arrays.ts';

/** The rows of a mask of 0 and 1; all ones where the array is missing. Throws when it has another shape or holds anything else. */
export function maskOf(arrays: Arrays, name: string, rows: number, columns: number): number[][] {
  const { data } = arrays.has(name) ? arrays(name, rows, columns) : { data: new Float64Array(rows * columns).fill(1) };
  const wrong = data.find((value) => value !== 0 && value !== 1);
  if (wrong !== undefined) {
    const signed = wrong === -1 ? ': signed masks are those of the Keras form, which computes something else' : '';
    throw new Error(`"${name}" holds ${wrong}, wanted a mask of 0 and 1${signed}`);
  }
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
}

/** The mask of synapses, row = source, column = target. */
export function maskFrom(synapses: Synapses, sources: number, targets: number): Dense {
  return { data: Float64Array.from(adjacency(synapses, sources, targets), Math.abs), shape: [sources, targets] };
}
