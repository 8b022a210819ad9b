import type { Relation } from '../../compiler/kernel.ts';

/** Vectors of targets that are worked on side by side, and the sources that each of them sums over, one a slot. */
export interface Batch {
  /** Vectors side by side. */
  readonly count: number;
  /** The target of every lane; lanes beyond the last target repeat it. */
  readonly targets: Int32Array;
  /** Slots in which every lane has a source; then those in which some lanes have none and are masked. */
  readonly common: number;
  readonly masked: number;
}

/** The targets of a loop dealt to lanes. */
export interface LaneGroups {
  /** Whether targets stand in order and all have the same sources, so that neither needs a table. */
  readonly uniform: boolean;
  readonly batches: readonly Batch[];
  /** Batches in order, equal ones together: `turns` batches of `count` vectors. */
  readonly runs: readonly { readonly count: number; readonly first: number; readonly turns: number }[];
  /** Vectors of targets in all, and vectors of (target, slot) pairs. */
  readonly vectors: number;
  readonly slots: number;
}

/** Most vectors side by side, where sources are read by tables and elsewhere. */
const MOST = { sparse: 1, uniform: 3 };

/** Deal `targets` to vectors of `lanes`; with a relation, targets that do not have all `sources` are sorted by how many they have. */
export function laneGroups(targets: number, lanes: number, relation?: Relation, sources = 0): LaneGroups {
  const fanIn = (target: number) => (relation ? relation.start[target + 1]! - relation.start[target]! : sources);
  const order = Array.from({ length: targets }, (_, target) => target);
  const uniform = order.every((target) => fanIn(target) === sources);
  if (!uniform) order.sort((a, b) => fanIn(b) - fanIn(a) || a - b);
  // A target without a source adds up to what its array holds from the start.
  const served = uniform ? targets : order.filter((target) => fanIn(target) > 0).length;
  const vectors = Math.ceil(served / lanes);
  const widest = Math.ceil(vectors / Math.ceil(vectors / MOST[uniform ? 'uniform' : 'sparse']));
  const batches: Batch[] = [];
  for (let vector = 0; vector < vectors; vector += widest) {
    const count = Math.min(widest, vectors - vector);
    const own = Int32Array.from(
      { length: count * lanes },
      (_, lane) => order[Math.min(vector * lanes + lane, served - 1)]!,
    );
    const [least, greatest] = [fanIn(own.at(-1)!), fanIn(own[0]!)];
    batches.push({ count, targets: own, common: least, masked: greatest - least });
  }
  const runs: { count: number; first: number; turns: number }[] = [];
  batches.forEach(({ count }, k) => {
    const last = runs.at(-1);
    if (last?.count === count) last.turns++;
    else runs.push({ count, first: k, turns: 1 });
  });
  const slots = batches.reduce((total, { count, common, masked }) => total + count * (common + masked), 0);
  return { uniform, batches, runs, vectors, slots };
}
