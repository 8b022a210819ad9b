/** Where a text stops being JSON, and what would have gone on there; lines and columns count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly wanted: string;
}

const space = /[ \t\r\n]*/y;
const tokens = {
  text: /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy,
  other: /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y,
} as const;

/** The first place where a text is not JSON, which engines say in ways of their own or not at all; undefined where it is. */
export function jsonFault(text: string): JsonFault | undefined {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const sign = (which: string): boolean => {
    skip(space);
    if (text[at] !== which) return false;
    at++;
    return true;
  };
  const name = (): string | undefined => {
    skip(space);
    return skip(tokens.text) ? (sign(':') ? value() : '":"') : 'a name in double quotes';
  };
  const list = (entry: () => string | undefined, end: string): string | undefined => {
    if (sign(end)) return undefined;
    do {
      const wanted = entry();
      if (wanted !== undefined) return wanted;
    } while (sign(','));
    return sign(end) ? undefined : `"," or "${end}"`;
  };
  const value = (): string | undefined => {
    if (sign('{')) return list(name, '}');
    if (sign('[')) return list(value, ']');
    return skip(tokens.text) || skip(tokens.other) ? undefined : 'a value';
  };
  const end = (): string | undefined => {
    skip(space);
    return at === text.length ? undefined : 'the end of the text';
  };
  const wanted = value() ?? end();
  if (wanted === undefined) return undefined;
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1, wanted };
}
