import { printable } from './printable.ts';

/** What a command writes to and listens to, so that it can be run in a test. */
export interface Console {
  /** Write text to standard output as it is. */
  out(text: string): void;
  /** Columns and rows where drawings can be redrawn in place; undefined where lines must be plain. */
  readonly screen: { readonly columns: number; readonly rows: number } | undefined;
  readonly colour: boolean;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** The console without drawings: lines only. */
export const plain = (io: Console): Console => ({ ...io, screen: undefined, colour: false });

/** The console that says nothing. */
export const silent = (io: Console): Console => ({ ...plain(io), out: () => {} });

/** What of a process a console is made of. */
interface Terminal {
  readonly stdout: {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
    write(text: string): boolean;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The console of this process: plain where it is not a terminal, in CI, or where TERM says `dumb`; colour unless NO_COLOR is set. A terminal is sent no control characters of files,
 * a pipe the text as it is.
 */
export function processConsole(signal: AbortSignal, { stdout, env }: Terminal = process): Console {
  const live = stdout.isTTY === true && !env.CI && env.TERM !== 'dumb' && !env.NO_COLOR;
  return {
    out: (text) => {
      stdout.write(stdout.isTTY ? printable(text) : text);
    },
    get screen() {
      return live ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined;
    },
    colour: live,
    signal,
  };
}
