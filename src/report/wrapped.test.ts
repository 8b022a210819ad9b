import { expect, test } from 'vitest';
import { wrapped } from './wrapped.ts';

test('lines are broken at spaces, and what is broken off stands in', () => {
  expect(wrapped('  one two three four', 12, 2)).toBe('  one two\n    three\n    four');
  expect(wrapped('short\nlines', 20)).toBe('short\nlines');
});

test('a word that is too long stands alone', () => {
  expect(wrapped('a abcdefghij b', 5)).toBe('a\nabcdefghij\nb');
});

test('every line is as short as its words allow, and no word is lost', () => {
  const text = Array.from({ length: 60 }, (_, k) => 'x'.repeat(1 + ((k * 7) % 11))).join(' ');
  const lines = wrapped(text, 40, 4).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
});
