import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EquationError } from './error.ts';
import { deepest, parse } from './parse.ts';
import { print } from './print.ts';
import type { Tree } from './tree.ts';

const right = (text: string): Tree => parse(`f = ${text}`, 'cell').lines[0]!.right;

const messageOf = (text: string): string => {
  try {
    parse(text, 'cell');
  } catch (error) {
    if (error instanceof EquationError) return error.message;
    throw error;
  }
  throw new Error(`parsed: ${text}`);
};

test('E1 a newline inside brackets does not end a line, and a comment is no part of it', () => {
  const { lines } = parse('# a leak\r\ndx/dt = (b # open\n - x) / tau\n\n  y = motor(x) # (', 'cell');
  expect(lines.map(({ right }) => print(right))).toEqual(['(b - x) / tau', 'motor(x)']);
  expect(parse('s[j,\n m] = sum[\ni\n](a[i])', 'cell').lines).toHaveLength(1);
});

test('E2 a left side is a flow, a jump or a definition, with indices or without', () => {
  const { lines } = parse("dx[j]/dt = 1\nx'[j, m] = 2\nf[j] = 3\ndy/dt = 4\ndx = 5\nc' = 6\ny = 7", 'cell');
  expect(lines.map(({ left: { kind, name, indices } }) => [kind, name, indices])).toEqual([
    ['flow', 'x', ['j']],
    ['jump', 'x', ['j', 'm']],
    ['definition', 'f', ['j']],
    ['flow', 'y', undefined],
    ['definition', 'dx', undefined],
    ['jump', 'c', undefined],
    ['definition', 'y', undefined],
  ]);
});

test('E2 every tree and every left side knows where it stands', () => {
  const source = 'f = 1\ndx[j]/dt = (a + b) * max[i](-c)';
  const line = parse(source, 'cell').lines[1]!;
  const text = ({ at }: { at: { start: number; end: number } }) => source.slice(at.start, at.end);
  const product = line.right as Extract<Tree, { kind: 'binary' }>;
  expect([line.left, line, product, product.left, product.right].map(text)).toEqual([
    'dx[j]/dt',
    'dx[j]/dt = (a + b) * max[i](-c)',
    '(a + b) * max[i](-c)',
    'a + b',
    'max[i](-c)',
  ]);
});

test.each([
  ['-a^2', '-(a^2)'],
  ['-a @ b', '(-a) @ b'],
  ['a / b * c', '(a / b) * c'],
  ['a - b - c', '(a - b) - c'],
  ['a^b^c', 'a^(b^c)'],
  ['a * b @ c', 'a * (b @ c)'],
  ['a^-b * c', '(a^(-b)) * c'],
  ['--a', '-(-a)'],
])('E3 %s means %s', (bare, bracketed) => {
  expect(print(right(bare))).toBe(print(right(bracketed)));
});

test('E4 a number is read as it is written everywhere else', () => {
  for (const text of ['0', '12', '0.5', '.5', '1e-8', '2.5E+10']) {
    expect(right(text)).toMatchObject({ kind: 'number', value: Number(text) });
  }
});

test.each([
  ['a missing right side', 'f =', 'nothing stands right of "="', 'f =', '  ^'],
  ['a second =', 'f = a = b', 'a line has one "="', 'f = a = b', '      ^'],
  ['==', 'f == a', 'wanted a number, a name or "(", found "="', 'f == a', '   ^'],
  ['no = at all', 'f + 1', 'wanted "=" after the left side, found "+"', 'f + 1', '  ^'],
  ['a flow with a space', 'd x/dt = 1', 'a flow is written in one word: dx/dt', 'd x/dt = 1', '^^^'],
  ['a flow of nothing', 'd/dt = 1', "a left side is dx/dt (x a state), x' or a new name", 'd/dt = 1', '^^^^'],
  ['a quotient on the left', 'x/y = 1', "a left side is dx/dt (x a state), x' or a new name", 'x/y = 1', '^^^'],
  ['indices after dt', 'dx/dt[j] = 1', 'indices stand at the state: dx[…]/dt', 'dx/dt[j] = 1', '     ^'],
  ['a number on the left', '2 = x', 'a line starts with dx/dt, x\' or a new name, found "2"', '2 = x', '^'],
  ['a half number', '  f = 1e', '"1e" is neither a number nor a name', 'f = 1e', '    ^^'],
  ['a number run into a name', 'f = 2x', '"2x" is neither a number nor a name', 'f = 2x', '    ^^'],
  ['two dots', 'f = 1.2.3', '"1.2.3" is neither a number nor a name', 'f = 1.2.3', '    ^^^^^'],
  ['a huge number', 'f = 1e999', '1e999 is too large for a number', 'f = 1e999', '    ^^^^^'],
  ['a bracket left open', 'g = 1\nf = tanh((a)\nh = 2', 'this "(" is never closed', 'f = tanh((a)', '        ^'],
  ['an index left open', 'f[i = 2', 'this "[" is never closed', 'f[i = 2', ' ^'],
  ['a bracket too many', 'f = (a))', 'this ")" closes nothing', 'f = (a))', '       ^'],
  ['the wrong bracket', 'f = (a]', 'wanted an operator, "," or ")", found "]"', 'f = (a]', '      ^'],
  ['two names side by side', 'f = a b', 'wanted an operator or the end of the line, found "b"', 'f = a b', '      ^'],
  [
    'a dangling operator',
    'f = a *',
    'wanted a number, a name or "(", found the end of the line',
    'f = a *',
    '       ^',
  ],
  ['no argument', 'f = exp()', 'wanted a number, a name or "(", found ")"', 'f = exp()', '        ^'],
  ['two indices of one sum', 'f = sum[i,j](a)', 'sum runs over one index', 'f = sum[i,j](a)', '         ^'],
  ['a sum of nothing', 'f = sum[i] + a', 'wanted "(" after sum[i], found "+"', 'f = sum[i] + a', '           ^'],
  ['a Greek letter', 'f = a*τ', '"τ" (U+03C4) has no meaning here', 'f = a*τ', '      ^'],
  ['an emoji', 'f = 😀 + a', '"😀" (U+1F600) has no meaning here', 'f = 😀 + a', '    ^'],
  ['a character after a tab', 'f =\t$', '"$" (U+0024) has no meaning here', 'f =\t$', '   \t^'],
])('E7 %s is refused with the line and the character', (_, source, problem, line, caret) => {
  const message = messageOf(source);
  expect(message).toContain(`cell: ${problem}`);
  expect(message.split('\n').slice(1)).toEqual([`  ${line}`, `  ${caret}`]);
});

test('E7 a text without a line is refused', () => {
  for (const text of ['', '  \n\t\r\n', '# only a comment']) expect(messageOf(text)).toContain('the equation is empty');
});

test('E7 deep nesting is refused before it exhausts the stack', () => {
  const many = 100_000;
  for (const text of [
    '('.repeat(many),
    `${'('.repeat(many)}a${')'.repeat(many)}`,
    `${'-'.repeat(many)}a`,
    `a${'^a'.repeat(many)}`,
    `a${' + a'.repeat(many)}`,
    `${'exp('.repeat(many)}a`,
    `${'sum[i]('.repeat(many)}a`,
  ]) {
    expect(messageOf(`f = ${text}`)).toContain(`nested more than ${deepest} deep`);
  }
  expect(print(right(`a${' + a'.repeat(deepest - 1)}`))).toHaveLength(4 * deepest - 3);
  expect(messageOf(`f = a${' + a'.repeat(deepest)}`)).toContain('nested more');
});

test('E7 whatever the text, parsing ends in an equation or an EquationError', () => {
  const words = fc.constantFrom(
    ...[
      'dx/dt',
      "x'",
      'x',
      'sum',
      'max',
      '[',
      ']',
      '(',
      ')',
      '=',
      '\n',
      ' ',
      '+',
      '-',
      '*',
      '/',
      '@',
      '^',
      ',',
      "'",
      '#',
    ],
    ...['1', '1e', '.', 'd', 'dt', 'é', '\t', '__proto__'],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: words, maxLength: 30 }),
    fc.string({ unit: words, maxLength: 20 }).map((text) => `f = ${text}`),
  );
  const property = fc.property(texts, (text) => {
    try {
      const equation = parse(text, 'cell');
      expect(print(parse(print(equation), 'cell'))).toBe(print(equation));
    } catch (error) {
      if (!(error instanceof EquationError)) throw error;
      expect(error.message).toMatch(/^cell: /);
    }
  });
  fc.assert(property, { seed: 7, numRuns: 5000 });
});
