import type { Region } from '../regions.ts';

/** The steps a driver took from the states before to those after, where these two do not tell them. */
export interface Path {
  /** The states at the start of each step, as in a frame. */
  readonly starts: readonly Float64Array[];
  /** How much of the sample each step takes, by lane; 0 for a sequence that has made all of its own. */
  readonly shares: readonly Float64Array[];
}

/** What a forward step is asked for. */
export interface Ask {
  /** Return what the way back needs. */
  readonly keep: boolean;
  /** Names the sequence and the sample of a lane, in an error. */
  where(lane: number): string;
  /** Told the state at the end of every step of a lane, and how much of the sample has passed then; by a driver that is whole. */
  readonly visit?: (lane: number, share: number, state: ArrayLike<number>) => void;
  /** Visits a step, at equal distances, where the solver knows its states inside a step; default 1, its end. */
  readonly refine?: number;
}

/**
 * Takes the place of kernel `step` by a loop over the compiled field, in which each lane has its own steps, so that no sequence sees
 * another. Pointers are those a kernel is given.
 */
export interface Driver {
  /** Whether it takes a sample at once, whose sub-steps only bound its steps; else it is called for every sub-step. */
  readonly isWhole: boolean;
  /** Where the memory it needs ends, in scalars. */
  readonly end: number;
  /** Throws, saying where, when no step succeeds. */
  forward(pointers: Int32Array, ask: Ask): Path | undefined;
  /** The states' cotangents go from `cotangentNext` to `cotangent`; all others are added to those pointed to. */
  backward(pointers: Int32Array, path: Path | undefined): void;
}

/** A run of elements of a region, which belong to an array. */
interface Span {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** A compiled flow that a driver calls, and memory of its own from `free` on. */
export interface Engine {
  readonly compiled: {
    readonly places: ReadonlyMap<string, Span>;
    readonly states: readonly Span[];
    /** Names of the states that the flow moves. */
    readonly flowing: ReadonlySet<string>;
    /** Elements of the states that a caller sees, which come first. */
    readonly visible: number;
    /** Elements of each region. */
    readonly regions: Readonly<Record<Region, number>>;
  };
  readonly machine: {
    /** All memory. */
    readonly scalars: Float32Array | Float64Array;
    /** Run a kernel with the positions of its regions. */
    run(kernel: string, pointers: Int32Array): void;
  };
  readonly free: number;
  /** Scalars that one element of the gradient region takes. */
  readonly gradientWidth: number;
  /** Half the distance from 1 to the next number of the precision in use. */
  readonly rounding: number;
}

/** What a driver must know of its solver. */
export interface Driven<D> {
  readonly name: string;
  readonly order: number;
  readonly drive: D;
}

/** One way to drive a flow, of which a solver's drive is the data. */
export interface DriverKind<D> {
  /** Throws when the drive of the solver of this name makes no sense. */
  check(solver: string, drive: D): void;
  make(solver: Driven<D>, engine: Engine): Driver;
}
