/** A row as text: its fields, and the line that it begins at. */
export interface Row {
  readonly line: number;
  readonly fields: readonly string[];
  /** Whether it is the last of the comments above the rows, which may be their header. */
  readonly isComment?: boolean;
}

/** Takes text piece by piece, and gives the rows that are complete. */
export interface RecordReader {
  push(text: string): Iterable<Row>;
  /** The rows that are left when the text is over. */
  end(): Iterable<Row>;
  /** Between fields; known as soon as there is a row. */
  readonly separator: string;
}

/** A number written with a decimal comma, and perhaps points between thousands. */
export const DECIMAL_COMMA = /^[+-]?(\d+,\d*|,\d+|\d{1,3}(\.\d{3})+,\d+)(e[+-]?\d+)?\s*%?$/i;

/** What spreadsheets write in a first line to say which separator follows. */
const SAID = /^[ \t]*"?sep=([,;\t])"?[ \t]*(?=[\r\n]|$)/i;

/**
 * A reader of fields separated by commas, semicolons, tabs or spaces (RFC 4180 quotes; any line ends; blank lines are skipped), however the text is cut in pieces. Of lines above the rows that begin
 * with `#`, only the last is given. Its Errors begin with `name` and the line, the first being `firstLine`.
 */
export function csvRecords(name: string, firstLine = 1): RecordReader {
  let text = '';
  let line = firstLine;
  let separator = '';
  let isBegun = false;
  let comment: Row | undefined;
  let isTop = true;

  function* take(isOver: boolean): Generator<Row, undefined> {
    if (!isBegun && text !== '') {
      isBegun = true;
      text = text.replace(/^\uFEFF/, '');
    }
    if (separator === '') {
      const [head, first, second = ''] = /^(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*([^\r\n]*)(?:[\r\n]+([^\r\n]*))?/.exec(text)!;
      if (!isOver && head.length === text.length) return undefined;
      const said = SAID.exec(text);
      separator = said ? said[1]! : separatorOf(first!, second);
      if (said) text = text.slice(said[0].length);
    }
    const ends = lineEnds(text);
    let at = 0;
    while (at < text.length) {
      const end = ends(at);
      // The other half of this line end may be in the next piece.
      if (!isOver && (end === text.length || (text[end] === '\r' && end + 1 === text.length))) break;
      const record = text.slice(at, end);
      if (isTop && /^[ \t]*#/.test(record)) {
        comment = { line, fields: fieldsOf(record, separator), isComment: true };
        line++;
        at = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1);
        continue;
      }
      const read = record.includes('"')
        ? quoted(text, at, { separator, line, name, isOver })
        : { fields: fieldsOf(record, separator), end, lines: 0 };
      if (read === undefined) break;
      const { fields, lines } = read;
      if (fields.length > 1 || fields[0] !== '') {
        if (comment) yield comment;
        comment = undefined;
        isTop = false;
        yield { line, fields };
      }
      line += lines + 1;
      at = read.end + (text[read.end] === '\r' && text[read.end + 1] === '\n' ? 2 : 1);
    }
    text = text.slice(at);
    if (isOver && comment) yield comment;
    return undefined;
  }

  return {
    push(piece) {
      text += piece;
      return take(false);
    },
    end: () => take(true),
    get separator() {
      return separator;
    },
  };
}

/** The fields of a line that stands alone, and what parts them; an Error begins with `name` and the number of the line. */
export function lineFields(
  text: string,
  { name, line }: { readonly name: string; readonly line: number },
): { readonly fields: readonly string[]; readonly separator: string } {
  const separator = separatorOf(text, '');
  const fields = text.includes('"')
    ? quoted(text, 0, { separator, line, name, isOver: true })!.fields
    : fieldsOf(text, separator);
  return { fields, separator };
}

/** The fields of a line without quotes. */
const fieldsOf = (record: string, separator: string): string[] =>
  separator === ' ' ? record.trim().split(/\s+/) : record.split(separator).map((field) => field.trim());

const NUMBERS = /^\s*[-+\d.e]+(\s+([-+\d.e]+|nan|na|\?))+\s*$/i;

/** Whether spaces part the fields of the first two lines: there is nothing else that could, and one of them, or both, holds as many numbers. */
function isSpaced(first: string, second: string): boolean {
  if (/[,;\t"]/.test(first.trim())) return false;
  if (second.trim() === '') return NUMBERS.test(first);
  return NUMBERS.test(second) && fieldsOf(first, ' ').length === fieldsOf(second, ' ').length;
}

/** Spaces where there is nothing else; semicolons and tabs where what they part are no more than numbers with decimal commas, else the separator that the line has most of, outside quotes. */
function separatorOf(line: string, next: string): string {
  if (isSpaced(line, next)) return ' ';
  if (!/[;\t]/.test(line)) return ',';
  const bare = line.replace(/"[^"]*"/g, '');
  const parts = (separator: string) => bare.split(separator);
  const european = [';', '\t'].find(
    (separator) =>
      parts(separator).length > 1 &&
      parts(separator).every((field) => !field.includes(',') || DECIMAL_COMMA.test(field.trim())),
  );
  if (european) return european;
  return [';', '\t'].reduce((best, other) => (parts(other).length > parts(best).length ? other : best), ',');
}

/** Where the line that holds a place ends, for places that only go forward. */
function lineEnds(text: string): (at: number) => number {
  const next = { '\n': -1, '\r': -1 };
  const find = (end: '\n' | '\r', at: number): number => {
    if (next[end] < at) {
      const found = text.indexOf(end, at);
      next[end] = found < 0 ? text.length : found;
    }
    return next[end];
  };
  return (at) => Math.min(find('\n', at), find('\r', at));
}

/** The fields of the row at a place where fields may be quoted, where it ends, and the line ends inside its quotes; undefined where the text has to go on first. */
function quoted(
  text: string,
  from: number,
  { separator, line, name, isOver }: { separator: string; line: number; name: string; isOver: boolean },
): { fields: string[]; end: number; lines: number } | undefined {
  const fields: string[] = [];
  let at = from;
  let lines = 0;
  const isEnd = () => at >= text.length || text[at] === '\n' || text[at] === '\r';
  const skipSpaces = () => {
    while (text[at] === ' ') at++;
  };
  for (;;) {
    skipSpaces();
    if (text[at] === '"') {
      let field = '';
      for (;;) {
        const close = text.indexOf('"', at + 1);
        if (close < 0 && !isOver) return undefined;
        if (close < 0)
          throw new Error(`${name}:${line + lines}: the quote of field ${fields.length + 1} is not closed`);
        field += text.slice(at + 1, close);
        at = close + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
      skipSpaces();
      if (!isEnd() && text[at] !== separator)
        throw new Error(`${name}:${line + lines}: field ${fields.length + 1} goes on after its closing quote`);
      fields.push(field);
      lines += field.split(/\r\n|\n|\r/).length - 1;
    } else {
      const start = at;
      while (!isEnd() && text[at] !== separator) at++;
      fields.push(text.slice(start, at).trim());
    }
    if (isEnd()) {
      const isWhole = at < text.length && (text[at] === '\n' || at + 1 < text.length);
      return isWhole || isOver ? { fields, end: at, lines } : undefined;
    }
    at++;
  }
}
