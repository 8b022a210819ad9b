import { nearest } from '../equation/nearest.ts';
import { choose, usageError } from './usage-error.ts';

/** What an option of a choice may be: how it is read from text, undefined where it cannot, and what is wanted then, in words and as a help text has it. */
export interface Kind<T = unknown> {
  readonly form: string;
  readonly wanted: string;
  readonly isRequired?: true;
  read(text: string): T | undefined;
}

/** The kind of every option of a member. */
export type Kinds<Options> = {
  readonly [Name in keyof Options]-?: Kind<Options[Name]> &
    (Record<never, never> extends Pick<Options, Name> ? unknown : { readonly isRequired: true });
};

/** The options of a function that all have defaults. */
export type OptionsOf<F> = F extends (options?: infer Options) => unknown ? NonNullable<Options> : never;

/** A finite number. */
export const number: Kind<number> = {
  form: 'X',
  wanted: 'a number',
  read: (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
};

/** `true` or `false`. */
export const truth: Kind<boolean> = {
  form: 'true|false',
  wanted: 'true or false',
  read: (text) => ({ true: true, false: false })[text],
};

/** One of some words. */
export const word = <const Word extends string>(...words: readonly Word[]): Kind<Word> => ({
  form: words.join('|'),
  wanted: words.join(', ').replace(/, ([^,]*)$/, ' or $1'),
  read: (text) => words.find((each) => each === text),
});

/** Two numbers, `1..100`. */
export const range: Kind<readonly [number, number]> = {
  form: 'X..X',
  wanted: 'two numbers, as in 1..100',
  read(text) {
    const [from, to, ...more] = text.split('..').map(number.read);
    return from === undefined || to === undefined || more.length > 0 ? undefined : [from, to];
  },
};

/** Some numbers, `1:5`. */
export const numbers: Kind<readonly number[]> = {
  form: 'X:X:…',
  wanted: 'numbers, as in 1:5',
  read(text) {
    const all = text.split(':').map(number.read);
    return all.every((each) => each !== undefined) ? all : undefined;
  },
};

/** What one kind can read, or else the other. */
export const either = <A, B>(one: Kind<A>, other: Kind<B>): Kind<A | B> => ({
  form: `${one.form}|${other.form}`,
  wanted: `${one.wanted} or ${other.wanted}`,
  read: (text) => one.read(text) ?? other.read(text),
});

/** An option that must be given. */
export const required = <T>(kind: Kind<T>): Kind<T> & { readonly isRequired: true } => ({ ...kind, isRequired: true });

/**
 * Read the name of a member and its options, `name:option=value,option=value`; options are written with dashes. `what` is the option of
 * the command line in errors, which are usage errors that list what there is.
 */
export function choice<Name extends string>(
  what: string,
  text: string,
  members: Readonly<Record<Name, Readonly<Record<string, Kind>>>>,
): { readonly name: Name; readonly options: Readonly<Record<string, unknown>> } {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const kinds = choose<Readonly<Record<string, Kind>>>(what, name, members);
  const known = Object.keys(kinds).map(dashed);
  const options: Record<string, unknown> = {};
  for (const part of colon < 0 ? [] : text.slice(colon + 1).split(',')) {
    const [, option, value] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    if (option === undefined || value === undefined)
      throw usageError(`${what} "${text}" has "${part}" where ${name}:option=value,… was wanted`);
    const property = camelCase(option);
    if (!known.includes(option))
      throw usageError(
        `${what} ${name} has no option "${option}"; ${known.length === 0 ? 'it has none' : `its options are ${known.join(', ')}`}${nearest(option, known)}`,
      );
    if (Object.hasOwn(options, property)) throw usageError(`${what} "${text}" gives ${option} twice`);
    const { wanted, read } = kinds[property]!;
    options[property] = read(value);
    if (options[property] === undefined) throw usageError(`${what} ${name}: ${option} is "${value}"; wanted ${wanted}`);
  }
  const lacking = Object.keys(kinds).filter((each) => kinds[each]!.isRequired && !Object.hasOwn(options, each));
  if (lacking.length > 0) {
    const given = text === name ? `${name}:` : `${text},`;
    throw usageError(
      `${what} ${name} wants ${lacking.map(dashed).join(', ')}, as in ${given}${lacking.map((each) => `${dashed(each)}=…`).join()}`,
    );
  }
  return { name: name as Name, options };
}

/** The options of a member as a help text has them, `sparsity=X`, those in brackets that may be left out. */
export const optionForms = (kinds: Readonly<Record<string, Kind>>): string[] =>
  Object.entries(kinds).map(([name, { form, isRequired }]) =>
    isRequired ? `${dashed(name)}=${form}` : `[${dashed(name)}=${form}]`,
  );

/** A name in the style of the command line: `backbone-units`. */
export const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A name in the style of the code: `backboneUnits`. */
export const camelCase = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
