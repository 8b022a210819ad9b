/** What the value of an option must be: in words, and as a test. */
export interface Kind {
  readonly wanted: string;
  readonly holds: (value: unknown) => boolean;
}

/** The kind of every option there is. */
export type Kinds<Options> = { readonly [Name in keyof Options]-?: Kind };

const quoted = (values: readonly string[]) =>
  values
    .map((value) => `"${value}"`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');

/** One of some words. */
export const oneOf = (...words: readonly string[]): Kind => ({
  wanted: quoted(words),
  holds: (value) => words.includes(value as string),
});

/** A whole number of at least `low`. */
export const wholeFrom = (low: number): Kind => ({
  wanted: `a whole number of at least ${low}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= low,
});

/** A finite number of at least `low`. */
export const numberFrom = (low: number): Kind => ({
  wanted: `a number of at least ${low}`,
  holds: (value) => Number.isFinite(value) && (value as number) >= low,
});

/** A finite number. */
export const finite: Kind = { wanted: 'a finite number', holds: Number.isFinite };

/** A finite number above 0. */
export const positiveNumber: Kind = {
  wanted: 'a positive number',
  holds: (value) => Number.isFinite(value) && (value as number) > 0,
};

/** A rate, or a share that is never the whole. */
export const rate: Kind = {
  wanted: 'a number from 0 to below 1',
  holds: (value) => typeof value === 'number' && value >= 0 && value < 1,
};

export const truth: Kind = { wanted: 'true or false', holds: (value) => typeof value === 'boolean' };

/** What one kind allows, or else the other. */
export const either = (one: Kind, other: Kind): Kind => ({
  wanted: `${one.wanted} or ${other.wanted}`,
  holds: (value) => one.holds(value) || other.holds(value),
});

/** Refuse a value that is not of its kind; `what` is where it was given, and its name. */
export function check(what: string, value: unknown, { wanted, holds }: Kind): void {
  if (holds(value)) return;
  const shown = typeof value === 'string' ? `"${value}"` : Array.isArray(value) ? `[${value}]` : String(value);
  throw new Error(`${what} is ${shown}, but must be ${wanted}`);
}

/** Refuse an option that is not among the names that there are. */
export function checkNames(where: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.length === 0 ? 'it has none' : `the options are ${names.join(', ')}`;
  throw new Error(`${where}: there is no option "${unknown}"; ${known}`);
}

/** Refuse options that there are not, and values that are not of their kind; undefined is as good as not given. */
export function checkOptions<Options extends object>(where: string, options: Options, kinds: Kinds<Options>): void {
  checkNames(where, options, Object.keys(kinds));
  for (const [name, kind] of Object.entries<Kind>(kinds)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined) check(`${where}: ${name}`, value, kind);
  }
}
