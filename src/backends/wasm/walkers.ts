import { type Place, POINTER, type Region } from '../../compiler/kernel.ts';
import { strides } from '../../compiler/schedule.ts';
import type { Index } from '../../expression/node.ts';
import type { Assembler } from './assembler.ts';

/** A walking address: a local that holds base + Σ index·stride, and how far each loop moves it. */
export interface Walker {
  readonly local: number;
  /** The local that it starts from; undefined for static arrays, which start from 0. */
  readonly pointer: number | undefined;
  readonly moves: ReadonlyMap<Index, number>;
  /** Bytes per synapse, for arrays with an entry per synapse. */
  readonly perSynapse: number;
}

/** The addresses of a nest's arrays, one for all that move alike. */
export interface Walkers {
  of(place: Place, at: readonly Index[]): Walker;
  /** A local that starts from 0 and that each turn of a loop moves on by so many bytes. */
  counter(over: Index, by: number): number;
  /** Those that move. */
  readonly walking: readonly Walker[];
  /** Begin at the first entries; no `of` of a new kind after this. */
  start(): void;
  /** Move those with an entry per synapse on by so many synapses. */
  synapses(turns: number): void;
  release(): void;
}

/** Addresses in a function whose parameters are the regions' addresses, for loops in this order. */
export function makeWalkers(
  f: Assembler,
  loops: readonly Index[],
  sizes: Readonly<Record<string, number>>,
  elementOf: (region: Region) => number,
): Walkers {
  const known = new Map<string, Walker>();
  const walking: Walker[] = [];
  const zero = f.local('i32');
  f.i32(0);
  f.set(zero);
  return {
    of(place, at) {
      const pointer = place.region === 'static' ? undefined : POINTER[place.region];
      const moves = new Map<Index, number>();
      const scale = elementOf(place.region);
      if (!place.edge) {
        const steps = strides(place, sizes);
        for (const [k, i] of at.entries()) moves.set(i, (moves.get(i) ?? 0) + steps[k]! * scale);
      }
      const perSynapse = place.edge ? scale : 0;
      const key = `${pointer}|${perSynapse}|${[...moves].map(([i, by]) => `${loops.indexOf(i)}:${by}`).sort()}`;
      let walker = known.get(key);
      if (!walker) {
        const stands = moves.size === 0 && perSynapse === 0;
        walker = { local: stands ? (pointer ?? zero) : f.local('i32'), pointer, moves, perSynapse };
        known.set(key, walker);
        if (!stands) walking.push(walker);
      }
      return walker;
    },
    counter(over, by) {
      const local = f.local('i32');
      walking.push({ local, pointer: undefined, moves: new Map([[over, by]]), perSynapse: 0 });
      return local;
    },
    walking,
    start() {
      for (const { local, pointer } of walking) {
        f.get(pointer ?? zero);
        f.set(local);
      }
    },
    synapses(turns) {
      for (const { local, perSynapse } of walking) f.move(local, turns * perSynapse);
    },
    release: () => f.free(zero, ...walking.map(({ local }) => local)),
  };
}
