import { expect, test } from 'vitest';
import { draw, rewind } from '../report/terminal.ts';
import { processConsole } from './console.ts';
import { printable } from './printable.ts';

const hostile = 'a\u001b]0;title\u0007\u001b[2Jb\r\u009b31m\u007f';

test('a control character becomes a picture; letters, tabs and line ends stay', () => {
  expect(printable(hostile)).toBe('a␛]0;title␇␛[2Jb␍\ufffd31m␡');
  expect(printable('warm\tτ 😀 é\n')).toBe('warm\tτ 😀 é\n');
});

test('what the live view draws is left as it is', () => {
  const points = [1, 0.5].map((train, at) => ({
    epoch: at + 1,
    train,
    valid: train,
    best: true,
    gradientNorm: 1,
    seconds: 1,
  }));
  const drawing = draw({ title: 'room', epochs: 2, points, sequences: 8, elapsed: 1 }, 60, 12, true);
  expect(drawing).toContain('\u001b[36m');
  expect(printable(rewind(12) + drawing)).toBe(rewind(12) + drawing);
});

test('a terminal is sent no control characters of files, a pipe what there is', () => {
  const written = (isTTY: boolean) => {
    const texts: string[] = [];
    const stdout = { isTTY, columns: 80, rows: 24, write: (text: string) => texts.push(text) > 0 };
    processConsole(new AbortController().signal, { stdout, env: {} }).out(hostile);
    return texts.join('');
  };
  expect(written(true)).toBe(printable(hostile));
  expect(written(false)).toBe(hostile);
});
