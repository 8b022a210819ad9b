import type { Equation, Left, Tree } from './tree.ts';

/** How tightly the outermost operation of a tree binds: 1 for a sum … 6 for what never needs brackets. */
const levels = { '+': 1, '-': 1, '*': 2, '/': 2, '@': 3, '^': 5 } as const;
const level = (tree: Tree): number => {
  if (tree.kind === 'binary') return levels[tree.operator];
  return tree.kind === 'negate' ? 4 : 6;
};

const list = (indices: readonly string[] | undefined): string => (indices ? `[${indices.join(', ')}]` : '');

const within = (tree: Tree, least: number): string => (level(tree) < least ? `(${printTree(tree)})` : printTree(tree));

const printTree = (tree: Tree): string => {
  switch (tree.kind) {
    case 'number':
      return String(tree.value);
    case 'name':
      return `${tree.name}${tree.primed ? "'" : ''}${list(tree.indices)}`;
    case 'call':
      return `${tree.name}(${tree.args.map(printTree).join(', ')})`;
    case 'reduce':
      return `${tree.reduce}[${tree.index}](${printTree(tree.body)})`;
    case 'negate':
      return `-${within(tree.of, 4)}`;
    case 'binary': {
      const own = levels[tree.operator];
      if (tree.operator === '^') return `${within(tree.left, 6)}^${within(tree.right, 4)}`;
      return `${within(tree.left, own)} ${tree.operator} ${within(tree.right, own + 1)}`;
    }
  }
};

const printLeft = ({ kind, name, indices }: Left): string => {
  if (kind === 'flow') return `d${name}${list(indices)}/dt`;
  return `${name}${kind === 'jump' ? "'" : ''}${list(indices)}`;
};

/** The text of a tree or of an equation (one line each, comments dropped), with the fewest brackets. */
export const print = (what: Tree | Equation): string =>
  'lines' in what
    ? what.lines.map(({ left, right }) => `${printLeft(left)} = ${printTree(right)}`).join('\n')
    : printTree(what);
