/** Hands each line of a text to `read`, however the text is cut in pieces; `end` hands over what stands behind the last line break. */
export function inLines(read: (line: string) => void): { push(text: string): void; end(): void } {
  let rest = '';
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      lines.forEach(read);
    },
    end() {
      if (rest !== '') read(rest);
    },
  };
}
