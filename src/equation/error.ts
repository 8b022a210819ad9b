import type { Span } from './tree.ts';

const quote = (source: string, at: Span): string => {
  const start = source.slice(0, at.start).lastIndexOf('\n') + 1;
  const line = /^.*/.exec(source.slice(start))![0].trimEnd();
  const indent = line.length - line.trimStart().length;
  // Tabs stay tabs, so that the caret stands below its character in a terminal.
  const before = source.slice(start + indent, at.start).replace(/[^\t]/gu, ' ');
  const marked = [...source.slice(at.start, Math.min(at.end, start + line.length))].length;
  return `\n  ${line.trimStart()}\n  ${before}${'^'.repeat(Math.max(1, marked))}`;
};

/** A fault in a cell's equation; the message names the cell, quotes the line and points at the character. */
export class EquationError extends Error {
  override readonly name = 'EquationError';
  readonly cell: string;
  readonly problem: string;
  /** Where the fault stands in the source; absent when it stands nowhere, as with an unused parameter. */
  readonly at: Span | undefined;

  constructor(cell: string, problem: string, source: string, at?: Span) {
    super(`${cell}: ${problem}${at ? quote(source, at) : ''}`);
    this.cell = cell;
    this.problem = problem;
    this.at = at;
  }
}

/** Throws an EquationError about one cell's equation. */
export type Fail = (problem: string, at?: Span) => never;
