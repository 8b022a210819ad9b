import { nearest } from '../equation/nearest.ts';
import type { Topic } from './commands.ts';
import { usageError } from './usage-error.ts';

/** A whole number of at least `least`, of the option of this name. Undefined where nothing was given; throws a usage error that names the option. */
export function whole(topic: Topic, name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw usageError(`${topic}: --${name} is "${text}"; wanted a whole number, ${least} or more`);
}

/** Whole numbers between commas. */
export function list(topic: Topic, name: string, text: string | undefined, least: number): number[] | undefined {
  return text?.split(',').map((each) => whole(topic, name, each, least)!);
}

/** Values of which none is there twice. */
export function distinct<T>(topic: Topic, name: string, values: readonly T[]): readonly T[] {
  const again = values.find((value, i) => values.indexOf(value) < i);
  if (again === undefined) return values;
  throw usageError(`${topic}: --${name} is "${values.join()}", with ${again} twice; wanted each once`);
}

/** Two numbers in order, LO,HI. */
export function range(
  topic: Topic,
  name: string,
  text: string | undefined,
): readonly [lo: number, hi: number] | undefined {
  if (text === undefined) return undefined;
  const parts = text.split(',');
  const [lo, hi] = parts.map(Number) as [number, number];
  if (parts.length === 2 && parts.every((part) => part.trim() !== '') && lo <= hi) return [lo, hi];
  throw usageError(`${topic}: --${name} is "${text}"; wanted two numbers in order, as in --${name}=-1,1`);
}

/** A number above 0. */
export function positive(topic: Topic, name: string, text: string | undefined): number | undefined {
  return finite(topic, name, text, (value) => value > 0, 'a number above 0');
}

/** A number from 0 to below 1. */
export function share(topic: Topic, name: string, text: string | undefined): number | undefined {
  return finite(topic, name, text, (value) => value >= 0 && value < 1, 'a number from 0 to below 1');
}

/** A finite number that suits. */
export function finite(
  topic: Topic,
  name: string,
  text: string | undefined,
  suits: (value: number) => boolean,
  wanted: string,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && suits(value)) return value;
  throw usageError(`${topic}: --${name} is "${text}"; wanted ${wanted}`);
}

/** One of some words. */
export function oneOf<T extends string>(topic: Topic, name: string, text: string | undefined, known: readonly T[]) {
  if (text === undefined) return undefined;
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  throw usageError(`${topic}: --${name} is "${text}"; wanted ${known.join(' or ')}${nearest(text, known)}`);
}
