import type { SavedModel } from '../formats/model-file.ts';
import type { Labelled } from '../sequences.ts';
import { beginning } from './beginning.ts';
import type { InspectCommand } from './commands.ts';
import { dataForNetwork } from './data-for-network.ts';
import { timesOf } from './times-of.ts';

/** The beginning of a test recording as a saved network sees it. */
export interface InspectedData {
  readonly title: string;
  /** What was done to it, in words. */
  readonly notes: readonly string[];
  readonly stretch: Labelled;
  /** When its steps were, and what figures call that. */
  readonly times: Float64Array;
  readonly timeLabel: string;
}

/** Steps that are looked at. */
const steps = 300;

/** The data that a command names, as a saved network sees them. Throws when their inputs are others than the network's. */
export async function inspectedData(
  { kind, data, target, time }: InspectCommand & { readonly data: string },
  saved: SavedModel,
): Promise<InspectedData> {
  const { title, notes, split } = await dataForNetwork({ kind, data, target, time: time?.split(',') }, saved);
  const stretch = beginning(split.rollout, steps);
  return {
    title,
    notes: [...notes, `the first ${stretch.steps} steps of a recording of the test part`],
    stretch,
    ...timesOf(stretch, saved.model.timeUnit),
  };
}
