import { nearest } from '../equation/nearest.ts';
import { isObject, shown } from '../formats/shape.ts';
import { camelCase, dashed } from './choice.ts';
import type { Topic } from './commands.ts';
import { commonFlags, type Flag, flags, operands } from './flags.ts';
import { usageError } from './usage-error.ts';

/** What a config file says of a command, as its command line would. */
export interface ConfigArguments {
  /** Options by name, as they are written. */
  readonly options: ReadonlyMap<string, string>;
  /** What is no option, in order. */
  readonly operands: readonly (readonly string[])[];
}

const { init: _, ...commands } = flags;
type Section = keyof typeof commands;

/** Whether a config file may say something of a command. */
export const isConfigured = (topic: Topic): topic is Section => Object.hasOwn(commands, topic);

/** The arguments that a config makes of a command; a usage error that names the path of what is not known, or is of another kind. `file` is what the config is called. */
export function configArguments(config: unknown, topic: Section, file: string): ConfigArguments {
  if (!isObject(config))
    throw usageError(`${file} is ${shown(config)}; wanted a section for each command, as in { "train": { … } }`);
  for (const [name, section] of Object.entries(config)) {
    if (!Object.hasOwn(commands, name)) throw noSection(name, file);
    checkSection(section, name as Section, file);
  }
  const section = (config[topic] ?? {}) as Readonly<Record<string, unknown>>;
  const own: readonly string[] = operands[topic];
  const given = own.map((name) => list(section[name]).map(String));
  const end = given.findIndex((each) => each.length === 0);
  const options = Object.entries(section).flatMap(([name, value]) => {
    if (own.includes(name) || value === undefined) return [];
    const option = dashed(name);
    if (typeof value === 'boolean') return [[option, `--${value ? '' : 'no-'}${option}`] as const];
    return [[option, `--${option}=${list(value).join()}`] as const];
  });
  return { options: new Map(options), operands: end < 0 ? given : given.slice(0, end) };
}

const list = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

function noSection(name: string, file: string): Error {
  const known = Object.keys(commands);
  const isOption = [...operands.train.map(String), ...Object.keys(flags.train)].includes(dashed(name));
  const wanted = isOption ? `{ "train": { "${name}": … } }` : `${known.join(', ')}${nearest(name, known)}`;
  return usageError(`${file}: ${name} is no section; wanted ${wanted}`);
}

function checkSection(section: unknown, topic: Section, file: string): void {
  const at = `${file}: ${topic}`;
  if (!isObject(section)) throw usageError(`${at} is ${shown(section)}; wanted an object, as in { "${topic}": { … } }`);
  const options: Readonly<Record<string, Flag>> = commands[topic];
  const names = Object.keys(options).filter((name) => !Object.hasOwn(commonFlags, name));
  const known: readonly string[] = [...operands[topic], ...names.map(camelCase)];
  for (const [name, value] of Object.entries(section)) {
    if (!known.includes(name)) throw usageError(`${at}.${name} is not known${nearest(name, known)}`);
    if (value === undefined) continue;
    const isFlag = options[dashed(name)]?.type === 'boolean';
    if (isFlag && typeof value !== 'boolean')
      throw usageError(`${at}.${name} is ${shown(value)}; wanted true or false`);
    if (isFlag) continue;
    const isOperand = !names.includes(dashed(name));
    for (const [k, each] of list(value).entries()) {
      const place = Array.isArray(value) ? `${at}.${name}[${k}]` : `${at}.${name}`;
      if (typeof each !== 'string' && typeof each !== 'number')
        throw usageError(`${place} is ${shown(each)}; wanted a text, a number, or a list of them`);
      if (Array.isArray(value) && !isOperand && String(each).includes(','))
        throw usageError(`${place} is ${shown(each)}; wanted no comma in what is listed`);
    }
  }
}
