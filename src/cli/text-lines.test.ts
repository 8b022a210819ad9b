import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longestLine, type TextLine, textLines } from './text-lines.ts';

async function linesOf(chunks: readonly Uint8Array[]): Promise<TextLine[]> {
  async function* arriving() {
    yield* chunks;
  }
  const lines: TextLine[] = [];
  for await (const some of textLines(arriving())) lines.push(...some);
  return lines;
}
const bytes = (text: string) => new TextEncoder().encode(text);

test('lines are the same wherever the text is cut, in the middle of a character too', async () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\uFEFF]/.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(60)), async (texts, end, cuts) => {
      const whole = bytes(texts.map((text) => text + end).join(''));
      const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const found = await linesOf(at.slice(1).map((to, k) => whole.subarray(at[k]!, to)));
      expect(found).toEqual(texts.map((text, k) => ({ number: k + 1, text })));
    }),
    { seed: 6, numRuns: 200 },
  );
});

test('a byte order mark is no part of the first line, and a text may end without a line end', async () => {
  expect(await linesOf([bytes('\uFEFFa\n\nb')])).toEqual([
    { number: 1, text: 'a' },
    { number: 2, text: '' },
    { number: 3, text: 'b' },
  ]);
});

test('a line without end is given up, not kept, and the line behind it is read', async () => {
  const piece = bytes('x'.repeat(longestLine / 2 + 1));
  expect(await linesOf([bytes('a\n'), piece, piece, piece, bytes('y\nb\n'), piece, piece])).toEqual([
    { number: 1, text: 'a' },
    { number: 2, text: undefined },
    { number: 3, text: 'b' },
    { number: 4, text: undefined },
  ]);
});

test('each chunk gives the lines that end in it, at once', async () => {
  const given: string[] = [];
  async function* arriving() {
    for (const text of ['a\nb', 'c\n', 'd']) {
      given.push(text);
      yield bytes(text);
    }
  }
  const seen: unknown[] = [];
  for await (const lines of textLines(arriving())) seen.push([given.length, lines.map(({ text }) => text)]);
  expect(seen).toEqual([
    [1, ['a']],
    [2, ['bc']],
    [3, ['d']],
  ]);
});
