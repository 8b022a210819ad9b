import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTree } from '../../test/random-trees.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';
import { substitute } from './substitute.ts';
import { parts, type Tree } from './tree.ts';

const named = (tree: Tree): string[] => [...(tree.kind === 'name' ? [tree.name] : []), ...parts(tree).flatMap(named)];

test('a substitution that replaces nothing gives the same tree', () => {
  fc.assert(
    fc.property(anyTree, (tree) => {
      expect(substitute(tree, () => undefined)).toEqual(tree);
    }),
    { seed: 1 },
  );
});

test('a substitution of a name reaches every place of it and no other', () => {
  const renamed = (tree: Tree, from: string, to: string) =>
    substitute(tree, (part) => (part.kind === 'name' && part.name === from ? { ...part, name: to } : undefined));
  fc.assert(
    fc.property(anyTree, (tree) => {
      const there = renamed(tree, 'x', 'memory_x');
      expect(named(there)).toEqual(named(tree).map((name) => (name === 'x' ? 'memory_x' : name)));
      expect(renamed(there, 'memory_x', 'x')).toEqual(tree);
    }),
    { seed: 2 },
  );
});

test('the outermost part is replaced first, and what replaces it is left as it is', () => {
  const { right } = parse('y = a + R @ x * x', 'c').lines[0]!;
  const twice = substitute(right, (part) =>
    part.kind === 'binary' && part.operator === '@'
      ? { ...part, operator: '*' }
      : part.kind === 'name'
        ? { ...part, name: 'b' }
        : undefined,
  );
  expect(print(twice)).toBe('b + R * x * b');
});
