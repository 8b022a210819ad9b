import { textWidth } from './table.ts';

/** Text in lines of at most `width` columns, broken at spaces; what is broken off stands `indent` columns in. Words are never broken. */
export function wrapped(text: string, width: number, indent = 0): string {
  const lines = text.split('\n').map((line) => {
    const start = line.length - line.trimStart().length;
    let [done, current] = ['', ' '.repeat(start)];
    for (const word of line.trim().split(' ')) {
      const isFirst = current.trim() === '';
      if (!isFirst && textWidth(current) + 1 + textWidth(word) > width) {
        done += `${current}\n`;
        current = ' '.repeat(start + indent) + word;
      } else current += isFirst ? word : ` ${word}`;
    }
    return done + current;
  });
  return lines.map((line) => line.trimEnd()).join('\n');
}
