import { access } from 'node:fs/promises';
import { camelCase } from './choice.ts';
import { configArguments, isConfigured } from './config-arguments.ts';
import { split, topicOf } from './options.ts';
import { configNames, readConfig } from './read-config.ts';
import { readRecord } from './run-record.ts';
import { usageError } from './usage-error.ts';

/** A command line and what a config file adds to it. */
export interface Configured {
  /** The whole: what the file says first, so that what is given wins. */
  readonly argv: readonly string[];
  /** The config file, if one says something of the command. */
  readonly file?: string;
  /** An error's message, in which an option that the file gives has the name it has there. */
  readonly reword: (message: string) => string;
}

/** A command line, completed by the config file that it names or that is in the working directory. */
export async function configured(argv: readonly string[]): Promise<Configured> {
  const asGiven = { argv, reword: (message: string) => message };
  const [command, ...given] = argv;
  const topic = topicOf(command);
  if (topic === undefined || !isConfigured(topic)) return asGiven;
  const { values, positionals } = split(topic, given);
  const named = values.config;
  if (values.help || named === false) return asGiven;
  // What is resumed by its folder has the settings that it was begun with.
  if (named === undefined && values.resume && positionals[0] && (await readRecord(positionals[0]))) return asGiven;
  const file = typeof named === 'string' ? named : await foundConfig();
  if (file === undefined) return asGiven;
  const { options, operands } = configArguments(await readConfig(file), topic, file);
  if (options.size + operands.length === 0) return asGiven;
  const filled = operands.slice(positionals.length).flat();
  const pathOf = (option: string) =>
    options.has(option) && values[option] === undefined ? `${file}: ${topic}.${camelCase(option)}` : undefined;
  return {
    argv: [topic, ...options.values(), ...given, ...filled],
    file,
    reword(message) {
      const named = message.replace(/\b[a-z]+: --([a-z-]+)/, (as, option: string) => pathOf(option) ?? as);
      const isOfFile = named === message && filled.some((each) => message.includes(`"${each}"`));
      return isOfFile ? `${file}: ${message}` : named;
    },
  };
}

/** The config file of the working directory. */
async function foundConfig(): Promise<string | undefined> {
  const isThere = await Promise.all(
    configNames.map((name) =>
      access(name).then(
        () => true,
        () => false,
      ),
    ),
  );
  const [found, other] = configNames.filter((_, k) => isThere[k]);
  if (other === undefined) return found;
  throw usageError(`there are ${found} and ${other}; wanted one config file, or --config FILE`);
}
