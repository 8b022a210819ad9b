import { nearest } from '../equation/nearest.ts';

const name = 'UsageError';

/** An error in how a command was called, which ends the program with exit code 2. */
export function usageError(message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** True for errors made by `usageError`. */
export function isUsageError(error: unknown): boolean {
  return error instanceof Error && error.name === name;
}

/** What `make` makes; its error is one in how the command was called. */
export function called<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw isUsageError(error) ? error : usageError(`train: ${(error as Error).message.replace(/^model: /, '')}`);
  }
}

/** The member of `table` of this name; a usage error that lists the known ones, and the nearest, when there is none. */
export function choose<T>(what: string, given: string, table: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(table, given)) return table[given]!;
  const known = Object.keys(table);
  throw usageError(`${what} "${given}" is not one of ${known.join(', ')}${nearest(given, known)}`);
}
