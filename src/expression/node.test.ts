import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build, drafts, everyPlace, placed, valueOfDraft, valueOfNode } from '../../test/random-expressions.ts';
import {
  add,
  canonical,
  div,
  factorsOf,
  index,
  interning,
  mul,
  type Node,
  neg,
  num,
  reduce,
  ref,
  rename,
  replace,
  select,
  sub,
  termsOf,
  unary,
  visit,
} from './node.ts';
import { show } from './show.ts';

const [i, j, k] = [index('n', 0), index('n', 1), index('n', 2)];
const a = ref('a', []);
const x = (at = i) => ref('x', [at]);
const y = (at = i) => ref('y', [at]);
const w = (from = i, to = j) => ref('w', [from, to]);

// Intermediate values are at most some thousands, so rounding stays below 1e-9 of the largest of them.
const isClose = (given: number, wanted: number) =>
  Math.abs(given - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted), 1e3);
const property = (
  holds: (draft: Parameters<typeof build>[0], ...more: number[]) => void,
  ...more: fc.Arbitrary<number>[]
) =>
  fc.assert(
    fc.property(drafts(), ...(more as [fc.Arbitrary<number>, fc.Arbitrary<number>]), (draft, ...rest) =>
      holds(draft, ...rest),
    ),
    { seed: 11, numRuns: 400 },
  );

test('zeros, ones and signs vanish', () => {
  expect(add(num(0), a)).toBe(a);
  expect(add(a, num(0))).toBe(a);
  expect(mul(num(1), a)).toBe(a);
  expect(mul(num(0), a)).toBe(num(0));
  expect(mul(num(-1), a)).toBe(neg(a));
  expect(neg(neg(a))).toBe(a);
  expect(sub(a, a)).toBe(num(0));
  expect(neg(num(0))).toBe(num(0));
  expect(div(num(0), a)).toBe(num(0));
  expect(div(a, num(4))).toBe(mul(num(0.25), a));
  expect(select(x(), a, a)).toBe(a);
  expect(add(num(2), num(3))).toBe(num(5));
  expect(mul(num(2), num(3))).toBe(num(6));
});

test('a sign goes outwards through products, quotients and sums', () => {
  expect(mul(neg(x()), y())).toBe(neg(mul(x(), y())));
  expect(mul(x(), neg(y()))).toBe(neg(mul(x(), y())));
  expect(mul(neg(x()), neg(y()))).toBe(mul(x(), y()));
  expect(div(neg(x()), y())).toBe(neg(div(x(), y())));
  expect(div(x(), neg(y()))).toBe(neg(div(x(), y())));
  expect(add(neg(x()), neg(y()))).toBe(neg(add(x(), y())));
  expect(reduce('sum', i, neg(x()))).toBe(neg(reduce('sum', i, x())));
});

test('equal expressions are the same object, in whatever order they were written', () => {
  expect(x()).toBe(x());
  expect(x(i)).not.toBe(x(j));
  expect(add(x(), y())).toBe(add(y(), x()));
  expect(mul(x(), y())).toBe(mul(y(), x()));
  expect(sub(x(), y())).not.toBe(sub(y(), x()));
  expect(reduce('sum', i, x(i))).toBe(reduce('sum', k, x(k)));
  expect(reduce('sum', i, w(i, j))).toBe(reduce('sum', k, w(k, j)));
  expect(reduce('sum', i, w(i, j))).not.toBe(reduce('sum', i, w(j, i)));
  expect(num(0)).toBe(num(-0));
});

test('a compilation has its own table of expressions, also when it fails', () => {
  const outer = add(x(), y());
  expect(interning(() => add(x(), y()))).not.toBe(outer);
  expect(() =>
    interning(() => {
      throw new Error('within');
    }),
  ).toThrow('within');
  expect(add(x(), y())).toBe(outer);
});

test('a factor that does not depend on the bound index is taken out of a sum', () => {
  expect(reduce('sum', i, mul(a, x(i)))).toBe(mul(a, reduce('sum', i, x(i))));
  expect(reduce('sum', i, mul(mul(y(j), w(i, j)), x(i)))).toBe(mul(y(j), reduce('sum', i, mul(w(i, j), x(i)))));
  const edge = { relation: 'n->n', source: i, target: j };
  expect(reduce('sum', i, mul(y(j), w(i, j)), edge)).toBe(mul(y(j), reduce('sum', i, w(i, j), edge)));
  expect(reduce('sum', i, a).op).toBe('sum');
  expect(reduce('sum', i, num(0))).toBe(num(0));
});

test('the free indices of a reduction are those of its body and the target of its synapses', () => {
  expect(reduce('sum', i, w(i, j)).indices).toEqual([j]);
  expect(reduce('sum', i, x(i), { relation: 'n->n', source: i, target: j }).indices).toEqual([j]);
  expect(add(x(k), w(i, j)).indices).toEqual([i, j, k]);
  expect(canonical(['n', 'm', 'n'])).toEqual([i, index('m'), j]);
});

test('constructors keep the value of any expression', () => {
  property((draft) => {
    const node = build(draft);
    for (const place of everyPlace)
      expect(isClose(valueOfNode(node, placed(place)), valueOfDraft(draft, place)), show(node)).toBe(true);
  });
});

test('renaming indices moves the free ones and captures none', () => {
  const rank = fc.nat(2);
  property(
    (draft, from, to) => {
      const node = rename(build(draft), new Map([[index('n', from), index('n', to)]]));
      for (const place of everyPlace) {
        expect(
          isClose(valueOfNode(node, placed(place)), valueOfDraft(draft, place.with(from, place[to]!))),
          show(node),
        ).toBe(true);
      }
    },
    rank,
    rank,
  );
});

test('renaming does not mistake the target of synapses for a free name', () => {
  const body = unary('tanh', add(x(i), y(k)));
  const node = reduce('sum', i, body, { relation: 'n->n', source: i, target: j });
  const moved = rename(node, new Map([[k, index('n', 3)]]));
  const place = (m: number) => new Map([...placed([2, 1, 0]), [index('n', 3), m]]);
  for (const m of [0, 1, 2]) expect(valueOfNode(moved, place(m))).toBe(valueOfNode(node, placed([2, 1, m])));
});

test('indices can be exchanged', () => {
  property((draft) => {
    const node = rename(
      build(draft),
      new Map([
        [i, j],
        [j, i],
      ]),
    );
    for (const [p, q, r] of everyPlace as [number, number, number][])
      expect(isClose(valueOfNode(node, placed([p, q, r])), valueOfDraft(draft, [q, p, r]))).toBe(true);
  });
});

test('replacing an array puts an expression in its place everywhere', () => {
  property((draft) => {
    const square = (entry: Node) => (entry.name === 'x' ? mul(y(entry.at![0]), y(entry.at![0])) : undefined);
    const node = replace(build(draft), square);
    visit([node], (inner) => expect(inner.name).not.toBe('x'));
    const swapped = JSON.parse(JSON.stringify(draft), (_, value) =>
      value?.name === 'x'
        ? {
            op: 'mul',
            of: [
              { ...value, name: 'y' },
              { ...value, name: 'y' },
            ],
          }
        : value,
    );
    for (const place of everyPlace)
      expect(isClose(valueOfNode(node, placed(place)), valueOfDraft(swapped, place))).toBe(true);
  });
});

test('the terms of a sum add up to it and the factors of a product multiply to it', () => {
  property((draft) => {
    const node = build(draft);
    for (const place of everyPlace.slice(0, 5)) {
      const value = (n: Node) => valueOfNode(n, placed(place));
      expect(
        isClose(
          termsOf(node)
            .map(value)
            .reduce((s, v) => s + v, 0),
          value(node),
        ),
      ).toBe(true);
      expect(
        isClose(
          factorsOf(node)
            .map(value)
            .reduce((s, v) => s * v, 1),
          value(node),
        ),
      ).toBe(true);
    }
  });
});

test('an expression can be read', () => {
  expect(show(reduce('sum', i, mul(w(i, j), unary('tanh', x(i)))))).toBe('sum[n]((w[n,n1]*tanh(x[n])))');
  expect(show(neg(add(a, num(2))))).toMatch(/^-\((a \+ 2|2 \+ a)\)$/);
});
