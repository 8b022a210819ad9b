import type { Index, Node } from './node.ts';

const infix: Partial<Record<Node['op'], string>> = { add: ' + ', mul: '*', div: '/' };
const letter = (i: Index) => (i.rank === 0 ? i.axis : `${i.axis}${i.rank}`);

/** An expression as text, for messages and listings. */
export function show(node: Node): string {
  const of = node.of.map(show);
  if (node.op === 'const') return String(node.value);
  if (node.op === 'ref') return node.at!.length > 0 ? `${node.name}[${node.at!.map(letter)}]` : node.name!;
  if (node.op === 'neg') return `-${of[0]}`;
  if (node.over) return `${node.op}[${letter(node.over)}${node.edge ? ` in ${node.edge.relation}` : ''}](${of[0]})`;
  const sign = infix[node.op];
  return sign ? `(${of.join(sign)})` : `${node.op}(${of.join(', ')})`;
}
