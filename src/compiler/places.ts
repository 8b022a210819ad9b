import type { Place, Region, Relation } from './kernel.ts';

/** Where arrays are put: each new one after the last of its region. */
export interface Places {
  readonly places: Map<string, Place>;
  readonly regions: Record<Region, number>;
  /** Put an array in a region; an `edge` array has one element per synapse. */
  put(name: string, axes: readonly string[], region: Region, edge?: Place['edge']): Place;
  /** Give an array the place of another, seen through another region of the same layout. */
  alias(name: string, of: string, region: Region): void;
}

/** An empty set of places, for axes of these sizes and relations of these synapses. */
export function makePlaces(
  sizes: Readonly<Record<string, number>>,
  relations: Readonly<Record<string, Relation>>,
): Places {
  const places = new Map<string, Place>();
  const regions: Record<Region, number> = {
    static: 0,
    frame: 0,
    next: 0,
    sample: 0,
    scratch: 0,
    gradient: 0,
    cotangent: 0,
    cotangentNext: 0,
  };
  return {
    places,
    regions,
    put(name, axes, region, edge) {
      const size = edge ? relations[edge.relation]!.count : axes.reduce((total, axis) => total * sizes[axis]!, 1);
      const place: Place = { name, axes, region, offset: regions[region], size, ...(edge ? { edge } : {}) };
      regions[region] += size;
      places.set(name, place);
      return place;
    },
    alias(name, of, region) {
      places.set(name, { ...places.get(of)!, name, region });
    },
  };
}
