import { strides } from '../../compiler/schedule.ts';
import type { Edge, Index, Node } from '../../expression/node.ts';
import type { LaneGroups } from './lane-groups.ts';
import type { StreamMemory } from './stream-memory.ts';

/** Entries of static arrays that are read together inside the same loops. */
export interface Static {
  /** The loops that they depend on, outermost first. */
  readonly loops: readonly Index[];
  readonly entries: readonly Node[];
}

/**
 * The values of static entries side by side, in the order in which the loops come to them: of each turn of the innermost loop one entry
 * after the other, of each entry the lanes of a batch. An entry of a synapse that does not exist is 0.
 */
export function packStatic(
  { loops, entries }: Static,
  { compiled, statics }: StreamMemory,
  groups: LaneGroups,
  lane: Index | undefined,
  edge: Edge | undefined,
): number[] {
  const { places, relations, sizes } = compiled;
  const relation = edge && relations[edge.relation]!;
  const values: number[] = [];
  const at = new Map<Index, (lane: number) => number>();
  let synapse: (lane: number) => number = () => -1;
  const sources = entries.map((entry) => {
    const place = places.get(entry.name!)!;
    const array = statics(entry.name!);
    if (place.edge) return (l: number) => (synapse(l) < 0 ? 0 : array[synapse(l)]!);
    const steps = strides(place, sizes);
    return (l: number) => array[entry.at!.reduce((sum, i, k) => sum + at.get(i)!(l) * steps[k]!, 0)]!;
  });
  const leaf = (width: number) => {
    for (const source of sources) for (let l = 0; l < width; l++) values.push(source(l));
  };
  const walk = (depth: number, width: number): void => {
    const i = loops[depth];
    if (!i) {
      leaf(width);
      return;
    }
    if (i !== lane) {
      for (let k = 0; k < sizes[i.axis]!; k++) {
        at.set(i, () => k);
        walk(depth + 1, width);
      }
      return;
    }
    for (const { targets, common, masked } of groups.batches) {
      at.set(i, (l) => targets[l]!);
      if (!relation || loops[depth + 1] !== edge.source) {
        walk(depth + 1, targets.length);
        continue;
      }
      for (let slot = 0; slot < common + masked; slot++) {
        synapse = (l) => {
          const first = relation.start[targets[l]!]! + slot;
          return first < relation.start[targets[l]! + 1]! ? first : -1;
        };
        at.set(edge.source, (l) => relation.source[Math.max(0, synapse(l))]!);
        leaf(targets.length);
      }
    }
  };
  walk(0, 1);
  return values;
}
