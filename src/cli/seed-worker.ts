import { parentPort, workerData } from 'node:worker_threads';
import type { TrainEvent } from '../training/events.ts';
import { carryOut, saveRun } from './carry-out.ts';
import type { TrainCommand } from './commands.ts';
import { makeFolder } from './make-folder.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { plan } from './plan.ts';

/** What a thread is started with: the command, whose folder is the seed's own, and the seed. */
export interface SeedTask {
  readonly command: TrainCommand;
  readonly seed: number;
}

/** What a thread tells: every event but the last, then its outcome, which is undefined when interrupted before an epoch ended, and whether there is a checkpoint. */
export type SeedMessage =
  | { readonly kind: 'event'; readonly event: TrainEvent }
  | { readonly kind: 'outcome'; readonly outcome: Outcome | undefined; readonly isKept: boolean };

const { command, seed } = workerData as SeedTask;
const port = parentPort!;
const tell = (message: SeedMessage) => port.postMessage(message);

// The only message that comes is the interrupt.
const interrupt = new AbortController();
port.on('message', () => interrupt.abort());

const planned = await plan(command, seed);
await makeFolder(planned.folder);
const { run, isKept } = await carryOut(planned, interrupt.signal, (event) => {
  if (event.kind !== 'end') tell({ kind: 'event', event });
});
if (run) await saveRun(run);
tell({ kind: 'outcome', outcome: run && outcomeOf(run), isKept });
port.close();
