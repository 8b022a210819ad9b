/** A line of a text and its number, the first being 1; undefined in place of one that is too long. */
export interface TextLine {
  readonly number: number;
  readonly text: string | undefined;
}

/** Characters that a line may have. */
export const longestLine = 1_000_000;

/** The lines of UTF-8 as they come, those that end in one chunk at a time; what is behind the last line end is a line once the text ends. */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly TextLine[], void> {
  const decoder = new TextDecoder();
  let rest = '';
  let isTooLong = false;
  let number = 0;
  const line = (text: string): TextLine => {
    number++;
    const whole = isTooLong || text.length > longestLine ? undefined : text.replace(/\r$/, '');
    isTooLong = false;
    return { number, text: whole };
  };
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop()!;
    const lines = parts.map(line);
    if (rest.length > longestLine) [rest, isTooLong] = ['', true];
    if (lines.length > 0) yield lines;
  }
  rest += decoder.decode();
  if (rest !== '' || isTooLong) yield [line(rest)];
}
