import type { Tree } from './tree.ts';

/** A tree with parts of it replaced, outermost first; `replacement` returns undefined for what stays. */
export const substitute = (tree: Tree, replacement: (part: Tree) => Tree | undefined): Tree => {
  const inside = (part: Tree): Tree => substitute(part, replacement);
  const found = replacement(tree);
  if (found) return found;
  switch (tree.kind) {
    case 'call':
      return { ...tree, args: tree.args.map(inside) };
    case 'reduce':
      return { ...tree, body: inside(tree.body) };
    case 'binary':
      return { ...tree, left: inside(tree.left), right: inside(tree.right) };
    case 'negate':
      return { ...tree, of: inside(tree.of) };
    default:
      return tree;
  }
};
