import { open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { saveFile } from '../files.ts';
import { eventFileStart, scalarRecord } from '../formats/tensorboard.ts';
import type { TimeConstant } from '../report/terminal.ts';
import type { EpochEvent } from '../training/events.ts';
import { settingsOf } from './command-line.ts';
import type { Plan } from './plan.ts';
import { plannedRecord, type RunRecord, readRecord, recordText } from './run-record.ts';
import { usageError } from './usage-error.ts';

/** An epoch as a line of `metrics.jsonl` has it. */
export type EpochLine = Omit<EpochEvent, 'kind' | 'epochs'> & { readonly tau?: TimeConstant };

/** The files of a training that is under way. */
export interface RunFolder {
  /** The checkpoint to go on from, where it is and what it holds. */
  readonly resume: { readonly path: string; readonly bytes: Uint8Array } | undefined;
  /** Put the files where a training stands that goes on after these epochs, which are returned as their lines. What an earlier training left is removed. */
  begin(history: readonly EpochEvent[]): Promise<readonly EpochLine[]>;
  /** Add an epoch. Comes before the checkpoint that holds it, so that a checkpoint never knows more than the lines. */
  epoch(line: EpochLine): Promise<void>;
  checkpoint(bytes: Uint8Array): Promise<void>;
  /** Throws where another training has begun here since, as adding an epoch or a checkpoint does. */
  refuseAnother(): Promise<void>;
}

const names = { record: 'run.json', metrics: 'metrics.jsonl', checkpoint: 'checkpoint.safetensors' } as const;

/** The folder of a planned training, to go on with where the command says so; a usage error when there is nothing to go on with, or with other settings. */
export async function runFolder(plan: Plan): Promise<RunFolder> {
  const { folder, command } = plan;
  const at = (name: string) => join(folder, name);
  const earlier = command.resume ? await recordToResume(plan) : undefined;
  const bytes = earlier && (await readIfThere(at(names.checkpoint)));
  const record = await plannedRecord(plan, earlier?.began ?? new Date().toISOString());
  const began = Date.parse(record.began) / 1000;
  const events = command.tensorboard ? `events.out.tfevents.${Math.floor(began)}.rivulet` : undefined;
  const scalars = (line: EpochLine) => scalarRecord(eventOf(line, record, began));
  // Whoever begins writes the record as a new file.
  const version = async () => {
    const found = await stat(at(names.record), { bigint: true }).catch(() => undefined);
    return found && `${found.ino} ${found.mtimeNs}`;
  };
  let own: string | undefined;
  const refuseAnother = async () => {
    if ((await version()) !== own)
      throw new Error(
        `another training has begun in "${folder}" since: this one ends, and leaves it the folder; give each a folder of its own (--out)`,
      );
  };
  return {
    refuseAnother,
    resume: bytes && { path: at(names.checkpoint), bytes },
    async begin(history) {
      const taus = new Map((bytes ? await epochLines(folder) : []).map(({ epoch, tau }) => [epoch, tau]));
      const lines = history.map((event) => epochLine(event, taus.get(event.epoch)));
      for (const name of await readdir(folder)) if (isLeft(name, bytes !== undefined)) await rm(at(name));
      if (bytes === undefined) await removeFigures(folder);
      await saveFile(at(names.record), recordText(record));
      own = await version();
      await saveFile(at(names.metrics), lines.map(written).join(''));
      if (events) await saveFile(at(events), Buffer.concat([eventFileStart(began), ...lines.map(scalars)]));
      return lines;
    },
    async epoch(line) {
      await refuseAnother();
      await appendToFile(at(names.metrics), written(line));
      if (events) await appendToFile(at(events), scalars(line));
    },
    async checkpoint(content) {
      await refuseAnother();
      await saveFile(at(names.checkpoint), content);
    },
  };
}

/** Where the figures of the report in a folder are, each a file. */
export const figuresIn = (folder: string): string => join(folder, 'figures');

/** Remove the figures of an earlier training, and their folder unless something else is in it. */
async function removeFigures(folder: string): Promise<void> {
  const path = figuresIn(folder);
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return;
  for (const name of names) if (name.endsWith('.svg')) await rm(join(path, name));
  if (names.every((name) => name.endsWith('.svg'))) await rmdir(path);
}

/** An epoch as a line has it. */
export const epochLine = ({ kind: _, epochs: __, ...event }: EpochEvent, tau: TimeConstant | undefined): EpochLine => ({
  ...event,
  ...(tau ? { tau } : {}),
});

const written = (line: EpochLine): string => `${JSON.stringify(line)}\n`;

/** The epochs that a folder's `metrics.jsonl` tells of; a last line that is cut short is none. */
export async function epochLines(folder: string): Promise<readonly EpochLine[]> {
  const bytes = await readIfThere(join(folder, names.metrics));
  const whole = new TextDecoder().decode(bytes).split('\n').slice(0, -1);
  return whole.map((line, i) => {
    try {
      return JSON.parse(line);
    } catch (error) {
      throw new Error(`${join(folder, names.metrics)}, line ${i + 1}: this is not JSON: ${(error as Error).message}`);
    }
  });
}

/** Whether a folder holds a training that was begun and has not ended. */
export async function isUnfinished(folder: string): Promise<boolean> {
  const record = await readRecord(folder);
  if (record?.kind !== 'run' || (record.result && record.result.reason !== 'aborted')) return false;
  return (await readIfThere(join(folder, names.checkpoint))) !== undefined;
}

/** Files that an earlier training left, and those that were being written when one was killed. */
const isLeft = (name: string, isResumed: boolean): boolean =>
  /^(run\.json|metrics\.jsonl|(checkpoint|model)\.safetensors|report\.html|events\.out\.tfevents\..*)\.\d+\.tmp$/.test(
    name,
  ) ||
  /^events\.out\.tfevents\.\d+\.rivulet$/.test(name) ||
  (!isResumed && /^((checkpoint|model)\.safetensors|report\.html)$/.test(name));

/** The record of the training that a plan goes on with; undefined for one of several seeds that has not begun. A usage error where there is none, or it has other settings. */
export async function recordToResume(plan: Plan): Promise<RunRecord | undefined> {
  const { folder, command } = plan;
  const record = await readRecord(folder);
  if (record?.kind !== 'run') {
    // Of several seeds, those that had not begun begin now.
    if (command.seeds.length > 1) return undefined;
    const why = record ? 'its run.json is of several seeds' : 'it has no run.json';
    throw nothingToResume(folder, why);
  }
  const [now, then] = [settingsOf(plan), record.settings];
  const differing = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter(
    (name) => now[name] !== then[name],
  );
  if (differing.length === 0) return record;
  const said = differing.map((name) => `--${name} is ${shown(now[name])}, but was ${shown(then[name])}`);
  throw usageError(`train: the training in "${folder}" cannot be resumed with other settings: ${said.join('; ')}`);
}

/** The usage error for a folder in which no training was begun, and why that is so. */
export const nothingToResume = (folder: string, why: string): Error =>
  usageError(`train: there is nothing to resume in "${folder}": ${why}; without --resume a training begins there`);

const shown = (value: string | number | true | undefined): string =>
  value === undefined ? 'not given' : value === true ? 'given' : String(value);

const eventOf = (line: EpochLine, { loss, metric }: RunRecord, began: number) => ({
  time: began + line.seconds,
  step: line.epoch,
  scalars: {
    [`${loss}/train`]: line.train,
    [`${loss}/validation`]: line.valid.loss,
    [`${metric.name}/validation`]: line.valid.metric,
    'gradient norm': line.gradientNorm,
    'learning rate': line.learningRate,
    ...(line.tau ? { [`median time constant (${line.tau.unit})`]: line.tau.value } : {}),
  },
});

const readIfThere = (path: string): Promise<Uint8Array | undefined> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** Add to the end of a file, and flush it to disk. */
async function appendToFile(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'a');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
