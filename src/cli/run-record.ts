import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fields, number, oneOf, recordOf, text, whole } from '../formats/shape.ts';
import { commandLine, settingsOf } from './command-line.ts';
import type { TrainCommand } from './commands.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import { inOwnUnits, metricName } from './report-data.ts';
import { version } from './version.ts';

/** What `run.json` says of a training. */
export interface RunRecord {
  readonly kind: 'run';
  /** The version of this file. */
  readonly version: number;
  /** The versions of the library and of Node that began it. */
  readonly rivulet: string;
  readonly node: string;
  /** When it began, as ISO 8601. */
  readonly began: string;
  /** The command that repeats it. */
  readonly line: string;
  readonly command: TrainCommand;
  readonly seed: number;
  /** Every option that has a part in the result. */
  readonly settings: ReturnType<typeof settingsOf>;
  readonly data: {
    readonly name: string;
    readonly title: string;
    readonly sequences: { readonly train: number; readonly valid: number; readonly test: number };
    readonly steps: number;
    readonly inputs: number;
    readonly outputs: number;
  };
  readonly parameters: number;
  readonly loss: string;
  /** What chooses the best epoch, what tables call it, and what turns it into the units of the result. */
  readonly metric: {
    readonly name: string;
    readonly better: 'lower' | 'higher';
    readonly label: string;
    readonly unit: number;
  };
  /** The data's own metric, which the test part is judged by. */
  readonly test: string;
  /** What it came to; left out while it is under way. */
  readonly result?: Outcome;
}

/** What `run.json` says of trainings with several seeds, each of which has a folder there. */
export interface SeedsRecord {
  readonly kind: 'seeds';
  readonly version: number;
  readonly command: TrainCommand;
}

const VERSION = 1;

/** What is known of a training before it begins, at the time `began`. */
export async function plannedRecord(plan: Plan, began: string): Promise<RunRecord> {
  const { seed, data, net, options, command, folder } = plan;
  const { training, test, inputs, outputs } = data.split;
  const { name, better } = options.metric;
  const isOwn = name === data.metric;
  return {
    kind: 'run',
    version: VERSION,
    rivulet: await version(),
    node: process.version,
    began,
    line: commandLine(plan),
    command: { ...command, seeds: [seed], out: folder },
    seed,
    settings: settingsOf(plan),
    data: {
      name: data.name,
      title: data.title,
      sequences: { train: training.train.batch, valid: training.valid.batch, test: test.batch },
      steps: training.train.steps,
      inputs,
      outputs,
    },
    parameters: net.parameters.length,
    loss: options.loss.name,
    metric: { name, better, label: isOwn ? metricName(data) : name, unit: isOwn ? inOwnUnits(data, 1) : 1 },
    test: metricName(data),
  };
}

/** What is known of trainings with several seeds before they begin. */
export const seedsRecord = (command: TrainCommand): SeedsRecord => ({ kind: 'seeds', version: VERSION, command });

/** A record as its file has it. */
export const recordText = (record: RunRecord | SeedsRecord): string => `${JSON.stringify(record, null, 2)}\n`;

const shape = fields({ kind: oneOf('run', 'seeds'), version: whole, command: fields({ data: text }) });
const runShape = fields({
  began: text,
  seed: whole,
  settings: recordOf(() => {}),
  loss: text,
  metric: fields({ name: text, better: oneOf('lower', 'higher'), label: text, unit: number }),
  test: text,
});

/** The record in a folder; undefined where there is none. Throws an error that says what is wrong with it. */
export async function readRecord(folder: string): Promise<RunRecord | SeedsRecord | undefined> {
  const path = join(folder, 'run.json');
  const json = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (json === undefined) return undefined;
  let record: RunRecord | SeedsRecord;
  try {
    record = JSON.parse(json);
  } catch (error) {
    throw new Error(`${path}: this is not JSON: ${(error as Error).message}`);
  }
  shape(record, path);
  if (record.version !== VERSION)
    throw new Error(`${path}: version is ${record.version}, but this program reads version ${VERSION}`);
  if (record.kind === 'run') runShape(record, path);
  return record;
}
