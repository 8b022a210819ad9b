import { cheetah } from './cheetah.ts';
import type { Dataset } from './dataset.ts';
import { occupancy } from './occupancy.ts';
import { sine } from './sine.ts';

/** The data sets by name. */
export const datasets = { cheetah, occupancy, sine } satisfies Record<string, Dataset>;
