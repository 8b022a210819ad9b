import { Worker } from 'node:worker_threads';
import type { Measurement, Task } from '../expressivity/panel.ts';

/**
 * Measure tasks in up to `jobs` threads; measurements in the order of the tasks, whichever thread made them, or undefined
 * when `signal` ended it. `done` is told after each how many there are. The first error ends all.
 */
export async function measureInThreads(
  tasks: readonly Task[],
  jobs: number,
  signal: AbortSignal,
  done: (count: number) => void,
): Promise<readonly Measurement[] | undefined> {
  const measurements = new Array<Measurement>(tasks.length);
  let [next, count] = [0, 0];
  const workers = Array.from(
    { length: Math.min(jobs, tasks.length) },
    () => new Worker(new URL('./expressivity-worker.js', import.meta.url)),
  );
  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      let at = -1;
      const proceed = () => {
        if (signal.aborted || next === tasks.length) return resolve();
        at = next++;
        worker.postMessage(tasks[at]);
      };
      worker.on('message', (measurement: Measurement) => {
        measurements[at] = measurement;
        done(++count);
        proceed();
      });
      worker.once('error', (error: Error) =>
        reject(new Error(`${described(tasks[at])}: ${error.message}`, { cause: error })),
      );
      signal.addEventListener('abort', () => resolve());
      proceed();
    });
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return signal.aborted ? undefined : measurements;
}

function described(task: Task | undefined): string {
  return task === undefined
    ? 'expressivity'
    : `expressivity: ${task.model}, ${task.setting.label}, draw ${task.number}`;
}
