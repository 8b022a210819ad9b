import type { Fail } from './error.ts';
import type { Span } from './tree.ts';

/** A word of the equation language and where it stands. */
export interface Token {
  readonly kind: 'name' | 'number' | 'symbol' | 'newline' | 'end';
  readonly text: string;
  readonly at: Span;
}

const pattern =
  /(?<blank>[ \t\r]+|#[^\n]*)|(?<newline>\n)|(?<name>[A-Za-z_]\w*)|(?<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol>[-+*/@^()[\],='])/y;

const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** The tokens of a text, ending with `end`. A newline inside brackets and a comment are no tokens. */
export const scan = (source: string, fail: Fail): readonly Token[] => {
  const tokens: Token[] = [];
  let brackets = 0;
  let start = 0;
  while (start < source.length) {
    pattern.lastIndex = start;
    const match = pattern.exec(source);
    if (!match) {
      const character = String.fromCodePoint(source.codePointAt(start)!);
      const at = { start, end: start + character.length };
      fail(`"${character}" (${codePoint(character)}) has no meaning here: names are made of a-z, A-Z, 0-9 and _`, at);
    }
    const text = match[0];
    const groups = match.groups!;
    const kind = (['name', 'number', 'symbol', 'newline'] as const).find((group) => groups[group] !== undefined);
    const end = start + text.length;
    const at = { start, end };
    if (kind === 'number') {
      const tail = /^[\w.]*/.exec(source.slice(end, end + 40))![0];
      if (tail !== '') fail(`"${text}${tail}" is neither a number nor a name`, { start, end: end + tail.length });
      if (!Number.isFinite(Number(text))) fail(`${text} is too large for a number`, at);
    }
    if (text === '(' || text === '[') brackets++;
    if (text === ')' || text === ']') brackets = Math.max(0, brackets - 1);
    if (kind && !(kind === 'newline' && brackets > 0)) tokens.push({ kind, text, at });
    start = end;
  }
  tokens.push({ kind: 'end', text: '', at: { start, end: start } });
  return tokens;
};
