import { synapsesOf } from '../model.ts';
import { models, type Network, withParameters } from '../network.ts';
import type { Arrays, Dense } from './arrays.ts';

/** Where a parameter of a model stands in an array of another library: the whole of it, or a block. */
export interface Place {
  readonly array: string;
  /** Shape of the other library's array; sizes of 1 in front of the parameter's own axes are its own affair. */
  readonly shape: readonly number[];
  /** First row of the block, and first column; default 0. */
  readonly at?: readonly number[];
}

/** The place of each parameter, by its name in the layout. A wired parameter stands dense, 0 where there is no synapse. */
export type Mapping = Readonly<Record<string, Place>>;

/** The network with its parameters read from another library's arrays. Throws when an array is missing, has another shape, or is not finite. */
export function gather<N extends Network>(of: N, mapping: Mapping, arrays: Arrays): N {
  const parameters = new Float64Array(of.parameters.length);
  each(of, mapping, ({ array, shape }, pairs) => {
    const { data } = arrays(array, ...shape);
    for (const [own, other] of pairs) {
      if (!Number.isFinite(data[other]!)) throw new Error(`array "${array}" holds ${data[other]} at entry ${other}`);
      parameters[own] = data[other]!;
    }
  });
  return withParameters(of, parameters);
}

/** A network's parameters, or its gradient, as the other library's arrays. */
export function scatter(of: Network, mapping: Mapping, values: ArrayLike<number>): Map<string, Dense> {
  const arrays = new Map<string, Dense>();
  each(of, mapping, ({ array, shape }, pairs) => {
    const found = arrays.get(array) ?? { shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) };
    arrays.set(array, found);
    for (const [own, other] of pairs) found.data[other] = values[own]!;
  });
  return arrays;
}

/** Visit each parameter with its place and, entry by entry, its position in the flat parameters and in the other library's array. */
function each(of: Network, mapping: Mapping, visit: (place: Place, pairs: readonly [number, number][]) => void): void {
  for (const { prefix, model, offset: begin } of models(of)) {
    const { sources } = model.cell.checked;
    for (const { name, axes, relation, offset, size } of model.layout) {
      const place = mapping[prefix + name];
      if (!place) throw new Error(`the parameter "${prefix + name}" has no place in the other library`);
      const columns = axes.length > 0 ? model.sizes[axes.at(-1)!]! : 1;
      const [top, left] = [0, ...(place.at ?? [0, 0])].slice(-2) as [number, number];
      const width = place.shape.at(-1)!;
      const position = (row: number, column: number) => (top + row) * width + left + column;
      const synapses = relation === undefined ? undefined : synapsesOf(model.connections, relation);
      const pairs = Array.from({ length: size }, (_, k): [number, number] => {
        const own = begin + offset + k;
        if (!synapses) return [own, position(Math.floor(k / columns), k % columns)];
        const ends = [synapses.source[k]!, synapses.target[k]!] as const;
        return [own, sources[name] === 0 ? position(...ends) : position(ends[1], ends[0])];
      });
      visit(place, pairs);
    }
  }
}
