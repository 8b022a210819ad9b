/** What is refused with its place. */
export function within<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
  }
}
