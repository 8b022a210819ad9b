import fc from 'fast-check';
import type { Equation, Line, Tree } from '../src/equation/tree.ts';

const at = { start: 0, end: 0 };
const name = fc.constantFrom('a', 'b', 'x', 'tau', 'W_in', 'dx', 'x0', '_', 'toString', '__proto__');
const index = fc.constantFrom('i', 'j', 'k', 'from');
const indices = fc.option(fc.array(index, { minLength: 1, maxLength: 3 }), { nil: undefined });
const number = fc
  .oneof(fc.nat(20), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }))
  .map((v) => Math.abs(v));

/** Any tree of the language, meaningful or not. */
export const anyTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    number.map((value): Tree => ({ kind: 'number', value, at })),
    fc
      .tuple(name, fc.boolean(), indices)
      .map(([name, primed, indices]): Tree => ({ kind: 'name', name, primed, ...(indices && { indices }), at })),
    fc
      .tuple(fc.constantFrom(...(['+', '-', '*', '/', '@', '^'] as const)), tie('tree'), tie('tree'))
      .map(([operator, left, right]): Tree => ({ kind: 'binary', operator, left, right, at })),
    tie('tree').map((of): Tree => ({ kind: 'negate', of, at })),
    fc
      .tuple(fc.constantFrom('exp', 'max', 'motor', 'f'), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }))
      .map(([name, args]): Tree => ({ kind: 'call', name, args, at })),
    fc
      .tuple(fc.constantFrom(...(['sum', 'max', 'softmax'] as const)), index, tie('tree'))
      .map(([reduce, index, body]): Tree => ({ kind: 'reduce', reduce, index, body, at })),
  ),
})).tree;

const anyLine: fc.Arbitrary<Line> = fc
  .tuple(fc.constantFrom(...(['flow', 'jump', 'definition'] as const)), name, indices, anyTree)
  .map(([kind, name, indices, right]) => ({ left: { kind, name, ...(indices && { indices }), at }, right, at }));

/** Any equation, meaningful or not. */
export const anyEquation: fc.Arbitrary<Equation> = fc
  .array(anyLine, { minLength: 1, maxLength: 4 })
  .map((lines) => ({ source: '', lines }));

/** A tree, line or list of them without the places in the text. */
export const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inside) => (key === 'at' ? undefined : inside)));
