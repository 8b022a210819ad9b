import type { Relation } from '../../compiler/kernel.ts';
import type { LaneGroups } from './lane-groups.ts';
import { type StreamMemory, VECTOR } from './stream-memory.ts';

/** A table that is read from its beginning to its end. */
export interface Table {
  readonly address: number;
  /** Bytes in all. */
  readonly size: number;
  /** Bytes of one entry for so many vectors side by side. */
  readonly step: (count: number) => number;
}

/** Where the lanes of a sparse relation find their targets and sources; positions are bytes of arrays of scalars. */
export interface SlotTables {
  /** Of each batch: how many slots all lanes have, how many only some, and the target of each lane. */
  readonly header: Table;
  /** Of each slot: the source of each lane, 0 where it has none. */
  readonly sources: Table;
  /** Of each slot that only some lanes have: which. */
  readonly masks: Table;
}

/** Write the tables of a relation whose targets were dealt to lanes. */
export function slotTables(
  { bytes, lanes, integers }: StreamMemory,
  { batches }: LaneGroups,
  { start, source }: Relation,
): SlotTables {
  const table = (values: readonly number[], step: Table['step']): Table => ({
    address: integers(values),
    size: 4 * values.length,
    step,
  });
  const slots = batches.flatMap(({ common, masked, targets }) =>
    Array.from({ length: common + masked }, (_, slot) => ({
      isMasked: slot >= common,
      synapses: Array.from(targets, (j) => (start[j]! + slot < start[j + 1]! ? start[j]! + slot : undefined)),
    })),
  );
  return {
    header: table(
      batches.flatMap(({ common, masked, targets }) => [common, masked, ...Array.from(targets, (j) => j * bytes)]),
      (count) => (2 + count * lanes) * 4,
    ),
    sources: table(
      slots.flatMap(({ synapses }) =>
        synapses.map((synapse) => (synapse === undefined ? 0 : source[synapse]! * bytes)),
      ),
      (count) => count * lanes * 4,
    ),
    masks: table(
      slots
        .filter(({ isMasked }) => isMasked)
        .flatMap(({ synapses }) =>
          synapses.flatMap((synapse) => Array(bytes / 4).fill(synapse === undefined ? 0 : -1)),
        ),
      (count) => count * VECTOR,
    ),
  };
}
