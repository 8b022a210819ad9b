import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { saveFile } from '../files.ts';
import { duration, quantity } from '../report/quantity.ts';
import type { TrainCommand } from './commands.ts';
import { type Console, silent } from './console.ts';
import { introduce } from './introduce.ts';
import { eventJson, outcomeJson, resultsJson } from './json-lines.ts';
import { makeFolder } from './make-folder.ts';
import type { Outcome } from './outcome.ts';
import { meanText, outcomeTable, spread } from './outcome-table.ts';
import { plan } from './plan.ts';
import { resultRows } from './report-data.ts';
import { resultTable } from './result-table.ts';
import { howToResume, unfinished } from './resuming.ts';
import { isUnfinished, nothingToResume, recordToResume } from './run-folder.ts';
import { readRecord, recordText, seedsRecord } from './run-record.ts';
import type { SeedMessage, SeedTask } from './seed-worker.ts';
import { type SeedsView, seedsView } from './seeds-view.ts';

/**
 * The same training with each of several seeds, up to `jobs` at once, each in a thread and a folder of its own and with
 * the bits that it has alone; all results in one table. The first error ends all. Exit code 130 when interrupted.
 */
export async function trainSeeds(command: TrainCommand, console: Console): Promise<number> {
  const io = command.json ? silent(console) : console;
  const json = command.json ? console.out : () => {};
  const began = performance.now();
  const { seeds } = command;
  const first = await plan(command, seeds[0]!, io);
  const { data, folder } = first;
  await makeFolder(folder);
  const jobs = Math.min(command.jobs ?? availableParallelism(), seeds.length);
  io.out(`${introduce(first)}\n${seeds.length} seeds, ${jobs === 1 ? 'one after another' : `${jobs} at a time`}\n\n`);

  const tasks = seeds.map((seed) => ({ command: { ...command, out: join(folder, `seed-${seed}`) }, seed }));
  for (const { command, seed } of tasks) {
    if (command.resume) await recordToResume({ ...first, command, seed, folder: command.out });
    else if (await isUnfinished(command.out)) io.out(`${unfinished(command.out)}\n`);
  }
  if (command.resume && (await readRecord(folder))?.kind !== 'seeds')
    throw nothingToResume(folder, 'it has no run.json of several seeds');
  await saveFile(join(folder, 'run.json'), recordText(seedsRecord({ ...command, out: folder })));
  const view: SeedsView = command.json
    ? { event: (seed, event) => json(eventJson(seed, event)), over: () => {} }
    : seedsView(seeds, io);
  const outcomes = await inThreads(tasks, jobs, io.signal, view);
  const isWhole = outcomes.length === seeds.length && outcomes.every(({ reason }) => reason !== 'aborted');
  if (outcomes.length === 0) {
    io.out(`interrupted before an epoch ended\n${howToResume(folder)}\n`);
    return 130;
  }
  if (!isWhole) io.out(`interrupted: keeping the weights of the best epochs so far${without(seeds, outcomes)}\n`);

  const tests = outcomes.map(({ test }) => test);
  const { median, smallest, largest } = spread(tests);
  const mean = tests.length > 1 ? `; mean ${meanText(tests)}` : '';
  const note = `median of ${tests.length} seeds, ${quantity(smallest)} to ${quantity(largest)}${mean}`;
  const rows = resultRows(data, median, note);
  io.out(`\n${outcomeTable(first, outcomes)}\n\n${resultTable(data, rows)}\n`);
  for (const outcome of outcomes) json(outcomeJson(outcome, data, join(folder, `seed-${outcome.seed}`)));
  json(resultsJson(outcomes, data, rows));
  const folders = outcomes.map(({ seed }) => `seed-${seed}`).join(', ');
  const training = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  const seconds = (performance.now() - began) / 1000;
  io.out(`\n${folder}: model.safetensors and report.html in each of ${folders}\n`);
  io.out(`${duration(training)} of training, ${duration(seconds)} in all\n`);
  if (isWhole) return 0;
  io.out(`${howToResume(folder)}\n`);
  return 130;
}

function without(seeds: readonly number[], outcomes: readonly Outcome[]): string {
  const lacking = seeds.filter((each) => outcomes.every(({ seed }) => seed !== each));
  return lacking.length === 0 ? '' : `; there is none of seed ${lacking.join(', ')}`;
}

/** Carry out tasks, `jobs` at once; the outcomes of those that have one, in the order of the tasks. */
async function inThreads(
  tasks: readonly SeedTask[],
  jobs: number,
  signal: AbortSignal,
  view: SeedsView,
): Promise<readonly Outcome[]> {
  const waiting = signal.aborted ? [] : [...tasks];
  const live = new Set<Worker>();
  const outcomes = new Map<SeedTask, Outcome>();
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const worker = new Worker(new URL('./seed-worker.js', import.meta.url), { workerData: task });
      live.add(worker);
      const { outcome, isKept } = await outcomeIn(worker, task, view);
      live.delete(worker);
      if (outcome) outcomes.set(task, outcome);
      view.over(task.seed, ending(outcome, isKept));
    }
  };
  const interrupt = () => {
    waiting.length = 0;
    for (const worker of live) worker.postMessage('interrupt');
  };
  signal.addEventListener('abort', interrupt);
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    signal.removeEventListener('abort', interrupt);
    waiting.length = 0;
    await Promise.all([...live].map((worker) => worker.terminate()));
  }
  return tasks.flatMap((task) => outcomes.get(task) ?? []);
}

type Ending = Extract<SeedMessage, { readonly kind: 'outcome' }>;

/** What a thread comes to; its error, or its end without an outcome, is an error that names the seed. */
function outcomeIn(worker: Worker, { seed }: SeedTask, view: SeedsView): Promise<Ending> {
  return new Promise((resolve, reject) => {
    let over: Ending | undefined;
    worker.on('message', (message: SeedMessage) => {
      if (message.kind === 'event') view.event(seed, message.event);
      else over = message;
    });
    worker.once('error', (error: Error) => {
      const named = new Error(`seed ${seed}: ${error.message}`, { cause: error });
      reject(Object.assign(named, { name: error.name }));
    });
    worker.once('exit', (code) => {
      if (over) resolve(over);
      else reject(new Error(`seed ${seed}: its thread ended without a result (code ${code})`));
    });
  });
}

/** How a training ended, in words. */
function ending(outcome: Outcome | undefined, isKept: boolean): string {
  if (outcome === undefined)
    return `interrupted before an epoch ended: ${isKept ? 'a checkpoint is' : 'nothing is'} written`;
  const { reason, epochs, best, seconds } = outcome;
  const ended = { finished: 'finished', 'early-stop': 'stopped early', aborted: 'interrupted' }[reason];
  return `${ended} after ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} and ${duration(seconds)}, the best is ${best}`;
}
