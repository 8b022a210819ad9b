import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build, type Draft, drafts, everyPlace, placed, valueOfNode } from '../../test/random-expressions.ts';
import { add, div, index, mul, type Node, neg, num, reduce, ref, sub, unary, visit } from './node.ts';
import { NotAffine, split } from './split.ts';

const [i, j] = [index('n', 0), index('n', 1)];
const [own, other] = [ref('x', [j]), ref('x', [i])];
const [b, w] = [ref('y', [j]), ref('w', [i, j])];
const edge = { relation: 'n->n', source: i, target: j };

test('slope and rest add up to the flow, for any expression that can be split', () => {
  let split_ = 0;
  fc.assert(
    fc.property(drafts(), (draft: Draft) => {
      // The own state among terms of all kinds, and a term that is affine for certain.
      const flow = add(build(draft), mul(ref('v', [i, j]), own));
      try {
        const { slope, rest } = split(flow, own);
        split_++;
        for (const place of everyPlace) {
          const value = (node: Node) => valueOfNode(node, placed(place));
          expect(Math.abs(value(slope) * value(own) + value(rest) - value(flow))).toBeLessThanOrEqual(
            1e-9 * Math.max(1e3, Math.abs(value(flow))),
          );
        }
      } catch (error) {
        if (!(error instanceof NotAffine)) throw error;
      }
    }),
    { seed: 5, numRuns: 600 },
  );
  expect(split_).toBeGreaterThan(400);
});

test('the leak of a liquid time constant is its slope', () => {
  const [tau, f, drive] = [ref('p', []), unary('sigmoid', own), ref('y', [j])];
  const flow = add(mul(neg(add(div(num(1), tau), f)), own), mul(f, drive));
  expect(split(flow, own)).toEqual({ slope: neg(add(div(num(1), tau), f)), rest: mul(f, drive) });
});

test('the own state splits inside a sum', () => {
  const flow = reduce('sum', i, mul(w, sub(b, own)), edge);
  const { slope, rest } = split(flow, own);
  expect(slope).toBe(neg(reduce('sum', i, w, edge)));
  expect(rest).toBe(mul(b, reduce('sum', i, w, edge)));
  expect(split(reduce('sum', i, own, edge), own).slope).toBe(reduce('sum', i, num(1), edge));
});

test('the state of another neuron is no own occurrence, not even where it is the same one', () => {
  const flow = reduce('sum', i, mul(w, other));
  expect(split(flow, own)).toEqual({ slope: num(0), rest: flow });
  expect(split(reduce('sum', j, own), own)).toEqual({ slope: num(0), rest: reduce('sum', j, own) });
});

test('the own state inside a function belongs to the function', () => {
  const flow = sub(unary('tanh', mul(own, own)), mul(unary('sigmoid', own), own));
  const { slope, rest } = split(flow, own);
  expect(slope).toBe(neg(unary('sigmoid', own)));
  expect(rest).toBe(unary('tanh', mul(own, own)));
});

test('a flow without the own state has slope 0', () => {
  expect(split(b, own)).toEqual({ slope: num(0), rest: b });
});

test('a term that is not affine is named', () => {
  const refused: readonly (readonly [Node, string])[] = [
    [sub(b, mul(own, own)), '(x[n1]*x[n1]) is not affine in x[n1]'],
    [add(b, div(num(2), own)), '(2/x[n1]) is not affine in x[n1]'],
    [mul(add(b, own), sub(num(1), own)), 'is not affine in x[n1]'],
  ];
  for (const [flow, message] of refused) expect(() => split(flow, own)).toThrow(message);
});

test('slope and rest hold no own occurrence that the split should have found', () => {
  const { slope, rest } = split(mul(add(b, neg(own)), w), own);
  visit([slope, rest], (node) => expect(node).not.toBe(own));
});
