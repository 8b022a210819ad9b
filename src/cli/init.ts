import { access } from 'node:fs/promises';
import { saveFile } from '../files.ts';
import { camelCase } from './choice.ts';
import { settingsOf } from './command-line.ts';
import type { InitCommand, TrainCommand } from './commands.ts';
import type { Console } from './console.ts';
import { isFile, loadFiles } from './load-data.ts';
import { parse } from './options.ts';
import { plan } from './plan.ts';
import { configNames, readConfig } from './read-config.ts';
import { suggestedTask } from './suggested-task.ts';
import { understood, understoodText } from './understood.ts';

/** The settings that a first config file spells out; a reader finds the others in `rivulet train --help`. */
const written = [
  ...[
    'target',
    'task',
    'classify',
    'horizon',
    'window',
    'split',
    'time',
    'repeated',
    'header',
    'date-order',
    'recording',
    'long',
    'na',
    'ignore',
    'labels',
  ],
  ...['test', 'cell', 'wiring', 'solver', 'units', 'epochs', 'batch', 'learning-rate', 'seed'],
];

/** Write a config file with which a bare `rivulet train` learns from the given data, or from a data set of the package. Never writes over a file unless told to. Exit code 0. */
export async function init(command: InitCommand, io: Console): Promise<number> {
  const { data, more, isTypeScript, force } = command;
  const file = `rivulet.config.${isTypeScript ? 'ts' : 'json'}`;
  for (const name of configNames) {
    const isThere = await access(name).then(
      () => true,
      () => false,
    );
    if (isThere && name !== file) throw new Error(`init: there is a ${name}; remove it to have a ${file}`);
    if (isThere && !force) throw new Error(`init: there is a ${file} already; --force writes over it`);
  }
  const planned = await plan({ ...(await asTraining(command, io)), kind: 'train' }, 1);
  const settings: Readonly<Record<string, unknown>> = { ...settingsOf(planned), units: planned.recipe.units };
  const train = {
    data: more.length === 0 ? data : [data, ...more],
    ...Object.fromEntries(written.map((name) => [camelCase(name), settings[name]])),
  };
  await saveFile(file, configText({ train }, isTypeScript));
  const { title, notes } = planned.data;
  io.out(
    `${[title, ...notes].join('\n')}\n\n${file} is written: the data and what a training begins with, to be changed\n`,
  );
  await readConfig(file).catch((error: Error) => io.out(`note: ${error.message}\n`));
  io.out('next: npx rivulet train\n');
  return 0;
}

/** The command that trains on what is given, its task found where nothing says it. */
async function asTraining(command: InitCommand, io: Console): Promise<TrainCommand> {
  const { kind: _, data, more, isTypeScript: __, force: ___, ...asked } = command;
  const bare = { ...(parse(['train', data]) as TrainCommand), more };
  if (!isFile(data)) return { ...bare, ...asked };
  const { recorded, test } = await loadFiles({ ...command, kind: 'init' }, io);
  const holds = understood(recorded, asked.time);
  io.out(`${understoodText(holds)}\n\n`);
  const left = new Set([...(holds.time?.columns ?? []), ...(asked.ignore ?? [])]);
  const columns = (holds.labels ?? holds.columns).map(({ name }) => name).filter((name) => !left.has(name));
  const choice = suggestedTask(recorded, test, columns, asked);
  if (asked.target === undefined && choice.target !== undefined)
    io.out(`target: ${choice.target}, the last column that can be learned; --target names another\n`);
  return { ...bare, ...asked, ...choice };
}

/** A config as its file has it, lists of numbers in a line. */
function configText(config: object, isTypeScript: boolean): string {
  const json = JSON.stringify(config, null, 2).replace(
    /\[\s+([\d\s,]+?)\s+\]/g,
    (_, all: string) => `[${all.replace(/\s+/g, ' ')}]`,
  );
  if (!isTypeScript) return `${json}\n`;
  const code = json.replace(/^( +)"(\w+)":/gm, '$1$2:').replace(/"((?:[^"\\']|\\.)*)"/g, "'$1'");
  return `import type { Config } from 'rivulet/config';\n\nexport default ${code} satisfies Config;\n`;
}
