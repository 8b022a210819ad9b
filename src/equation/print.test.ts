import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyEquation, anyTree, bare } from '../../test/random-trees.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';

test('E6 parsing a printed tree gives the same tree', () => {
  const property = fc.property(anyTree, (tree) => {
    expect(bare(parse(`f = ${print(tree)}`, 'cell').lines[0]!.right)).toEqual(bare(tree));
  });
  fc.assert(property, { seed: 1, numRuns: 3000 });
});

test('E6 parsing a printed equation gives the same lines', () => {
  const property = fc.property(anyEquation, (equation) => {
    expect(bare(parse(print(equation), 'cell').lines)).toEqual(bare(equation.lines));
  });
  fc.assert(property, { seed: 2, numRuns: 500 });
});

test('E6 no pair of brackets of a printed tree can be left out', () => {
  const pairs = (text: string): [number, number][] => {
    const open: number[] = [];
    const found: [number, number][] = [];
    [...text].forEach((character, k) => {
      if (character === '(') open.push(k);
      if (character === ')') found.push([open.pop()!, k]);
    });
    return found.filter(([start]) => !/[\w\]]$/.test(text.slice(0, start)));
  };
  const property = fc.property(anyTree, (tree) => {
    const text = print(tree);
    for (const [start, end] of pairs(text)) {
      const without = `${text.slice(0, start)}${text.slice(start + 1, end)}${text.slice(end + 1)}`;
      expect(bare(parse(`f = ${without}`, 'cell').lines[0]!.right)).not.toEqual(bare(tree));
    }
  });
  fc.assert(property, { seed: 3, numRuns: 1000 });
});

test.each([
  'a - (b - c)',
  'a - b - c',
  'a / (b * c)',
  '(-a)^2',
  '-a^2',
  '-a @ b',
  '-(a @ b)',
  'a^b^c',
  '(a^b)^c',
  'a^-b',
  'a - -b',
  '--a',
  'a @ (b @ c)',
  '(a + b) @ c * 1e-8',
  "sum[i](max(x'[i, j], 2))",
])('E6 %s prints as it stands', (text) => {
  expect(print(parse(`f = ${text}`, 'cell').lines[0]!.right)).toBe(text);
});

test('E6 needless brackets go, blanks and comments too', () => {
  expect(print(parse("f  = ((a))+(b*c)  # sum\nx'[j]=(f[j])", 'cell'))).toBe("f = a + b * c\nx'[j] = f[j]");
});
