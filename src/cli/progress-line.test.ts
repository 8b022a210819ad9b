import { expect, test } from 'vitest';
import { rewind } from '../report/terminal.ts';
import type { Console } from './console.ts';
import { progressLine } from './progress-line.ts';

function shown(total: number, screen: Console['screen']): string[] {
  const out: string[] = [];
  const io = { out: (text: string) => out.push(text), screen, colour: false, signal: AbortSignal.abort() };
  const progress = progressLine(total, 'runs', io);
  for (let count = 1; count <= total; count++) progress(count);
  return out;
}

test('without a screen there is a plain line for each tenth, the last with the whole time', () => {
  const lines = shown(40, undefined);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toMatch(/^10 % {2}4 of 40 runs {2}ETA \S+ m?s\n$/);
  expect(lines.at(-1)).toMatch(/^100 % {2}40 of 40 runs {2}\S+ m?s\n$/);
  expect(shown(3, undefined)).toHaveLength(3);
});

test('on a screen there is one line, redrawn in place and never wider', () => {
  const [first, ...rest] = shown(40, { columns: 20, rows: 10 });
  expect(first).toMatch(/^2 % {2}1 of 40 runs/);
  expect(rest.at(-1)).toContain('100 %  40 of 40');
  for (const text of rest) expect(text.startsWith(rewind(1))).toBe(true);
  for (const text of [first!, ...rest]) expect(text.replace(rewind(1), '').trimEnd().length).toBeLessThan(20);
});
