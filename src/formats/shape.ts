/** What a value read from JSON must be; `at` is the way to it, as a message names it. Throws when the value is something else. */
export type Shape = (value: unknown, at: string) => void;

/** A value as JSON, cut where it is long. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const wants =
  (wanted: string, holds: (value: unknown) => boolean): Shape =>
  (value, at) => {
    if (!holds(value)) throw new Error(`${at} is ${shown(value)}, but ${wanted} was wanted`);
  };

/** Whether a value is an object with names, no list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const object = wants('an object', isObject);
const list = wants('a list', Array.isArray);

export const text = wants('a text', (value) => typeof value === 'string');
export const truth = wants('true or false', (value) => typeof value === 'boolean');
export const number = wants('a number', (value) => typeof value === 'number');
/** A whole number from 0. */
export const whole = wants('a whole number', (value) => Number.isSafeInteger(value) && (value as number) >= 0);

/** One of some texts. */
export const oneOf = (...values: readonly string[]): Shape =>
  wants(values.map((value) => `"${value}"`).join(' or '), (value) => values.includes(value as string));

/** A list of things of one shape. */
export const listOf =
  (entry: Shape): Shape =>
  (value, at) => {
    list(value, at);
    for (const [k, each] of (value as readonly unknown[]).entries()) entry(each, `${at}[${k}]`);
  };

/** An object with any names and things of one shape. */
export const recordOf =
  (entry: Shape): Shape =>
  (value, at) => {
    object(value, at);
    for (const [name, each] of Object.entries(value as object)) entry(each, `${at}.${name}`);
  };

/** An object with these names, each of its own shape; it may have others. */
export const fields =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value, at) => {
    object(value, at);
    for (const [name, shape] of Object.entries(shapes))
      shape((value as Readonly<Record<string, unknown>>)[name], `${at}.${name}`);
  };

/** Nothing, or a thing of a shape. */
export const optional =
  (shape: Shape): Shape =>
  (value, at) => {
    if (value !== undefined) shape(value, at);
  };

/** A list or an object of one shape, or anything else of another. */
export const compoundOr =
  (compound: Shape, otherwise: Shape): Shape =>
  (value, at) =>
    (typeof value === 'object' && value !== null ? compound : otherwise)(value, at);
