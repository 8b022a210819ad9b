import type { TrainCommand } from './commands.ts';
import { isFile, isThere } from './load-data.ts';
import { parse } from './options.ts';
import { readRecord } from './run-record.ts';
import { usageError } from './usage-error.ts';

/** Options that change no result, so that they may be others when a training goes on. */
const free: readonly string[] = ['kind', 'data', 'resume', 'jobs', 'threads', 'plain', 'json', 'tensorboard', 'svg'];

/** The command of the run in the folder that is named in the place of data; a command that names data is left as it is. */
export async function resumedCommand(command: TrainCommand): Promise<TrainCommand> {
  const folder = command.data;
  const record = await readRecord(folder);
  if (record === undefined) {
    if (!isFile(folder) || (await isThere(folder))) return command;
    throw usageError(`train: there is nothing to resume in "${folder}": it has no run.json`);
  }
  const { data } = record.command;
  if (isFile(data) && !(await isThere(data)))
    throw usageError(
      `train: "${folder}" learns from "${data}", which is not there, seen from here; resume it where it was begun`,
    );
  const saved = { ...record.command, out: folder };
  const bare = parse(['train', folder, '--resume']);
  const options = (of: object) => Object.entries(of).map(([name, value]) => [name, JSON.stringify(value)] as const);
  const then = new Map(options(saved));
  const unsaid = new Map(options(bare));
  for (const [name, value] of options(command)) {
    if (free.includes(name) || value === unsaid.get(name) || value === then.get(name)) continue;
    const given = name === 'more' ? `"${command.more[0]}"` : option(name);
    throw usageError(
      `train: "${folder}" is resumed as it was begun, so ${given} cannot be given beside it; wanted only options that change no result`,
    );
  }
  return {
    ...saved,
    resume: true,
    jobs: command.jobs ?? saved.jobs,
    threads: command.threads ?? saved.threads,
    plain: command.plain || saved.plain,
    json: command.json,
    tensorboard: command.tensorboard || saved.tensorboard,
    svg: command.svg || saved.svg,
  };
}

const option = (name: string): string =>
  name === 'seeds' ? '--seed' : `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
