import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  build,
  drafts,
  everyPlace,
  placed,
  SIZE,
  valueOfNode,
  valueOfReduction,
} from '../../test/random-expressions.ts';
import {
  add,
  canonical,
  div,
  type Index,
  index,
  mul,
  type Node,
  neg,
  num,
  ref,
  sub,
  unary,
  visit,
} from '../expression/node.ts';
import { show } from '../expression/show.ts';
import { lines, nests, reads } from './lines.ts';
import { schedule } from './schedule.ts';
import { type Level, levels, simplify } from './simplify.ts';

const [i, j, k] = [index('n', 0), index('n', 1), index('n', 2)] as const;
// Of the arrays of random expressions: y belongs to the sample, x and c to the state, the others are parameters.
const levelOfArray = (name: string): Level => (name === 'y' ? 2 : name === 'x' || name === 'c' ? 3 : 1);

/** Compare two expressions everywhere; rounding stays below 1e-9 of what random expressions reach on the way. */
const isSame = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1e3, Math.abs(b));

test('simplifying keeps the value of any expression', () => {
  fc.assert(
    fc.property(drafts(), (draft) => {
      const node = build(draft);
      const simple = simplify(node, levels(levelOfArray));
      for (const place of everyPlace)
        expect(isSame(valueOfNode(simple, placed(place)), valueOfNode(node, placed(place))), show(simple)).toBe(true);
    }),
    { seed: 21, numRuns: 500 },
  );
});

test('what is known early is put together', () => {
  const level = levels(levelOfArray);
  const [a, p, x, y] = [ref('a', []), ref('p', []), ref('x', [j]), ref('y', [j])];
  expect(simplify(mul(mul(a, x), mul(p, y)), level)).toBe(mul(mul(mul(a, p), y), x));
  expect(simplify(add(add(x, a), add(y, p)), level)).toBe(add(add(add(a, p), y), x));
  expect(simplify(div(x, a), level)).toBe(mul(x, div(num(1), a)));
  expect(simplify(div(a, x), level)).toBe(div(a, x));
});

test('a synapse multiplies the state by its steepness and adds what it knows early', () => {
  const [sigma, mu, x] = [ref('w', [i, j]), ref('v', [i, j]), ref('x', [i])];
  const simple = simplify(unary('sigmoid', mul(sigma, sub(x, mu))), levels(levelOfArray));
  expect(simple).toBe(unary('sigmoid', add(mul(sigma, x), neg(mul(sigma, mu)))));
});

/** The arrays that lines compute, each in full, by the definition of a line. */
function computed(all: ReturnType<typeof lines>['all']): (name: string, at: readonly number[]) => number {
  const known = new Map<string, Map<string, number>>();
  const entry = (name: string, at: readonly number[]): number =>
    known.get(name)?.get(String(at)) ?? valueOfNode(ref(name, canonical(at.map(() => 'n'))), placed(at));
  for (const { name, indices, body, over, reduction, edge } of all) {
    const values = new Map<string, number>();
    for (let n = 0; n < SIZE ** indices.length; n++) {
      const at = indices.map((_, d) => Math.floor(n / SIZE ** d) % SIZE);
      const place = new Map<Index, number>(indices.map((index, d) => [index, at[d]!]));
      const value =
        reduction && over
          ? valueOfReduction(reduction, over, body, edge, place, entry)
          : valueOfNode(body, place, entry);
      values.set(String(at), value);
    }
    known.set(name, values);
  }
  return entry;
}

const cutInto = (node: Node) => {
  const known = new Map<string, Level>();
  const cut = lines(
    levels((name) => known.get(name) ?? levelOfArray(name)),
    (line) => known.set(line.name, line.level),
    () => undefined,
  );
  cut.root('step', 'out', [i, j, k], node);
  return { cut, levelOf: (name: string) => known.get(name) ?? levelOfArray(name) };
};

test('cutting into lines keeps the value, and puts each line after what it reads and no later than it need be', () => {
  fc.assert(
    fc.property(drafts(), (draft) => {
      const node = build(draft);
      const { cut, levelOf } = cutInto(node);
      const entry = computed(cut.all);
      for (const place of everyPlace) expect(isSame(entry('out', place), valueOfNode(node, placed(place)))).toBe(true);
      const done = new Set<string>();
      for (const { name, body, level } of cut.all) {
        for (const read of reads(body)) expect(done.has(read) || !(read.includes('.') || read === 'out')).toBe(true);
        if (name !== 'out') expect(level).toBe(Math.max(1, ...[...reads(body)].map(levelOf)));
        visit([body], (inner) => expect(inner.over).toBeUndefined());
        done.add(name);
      }
    }),
    { seed: 22, numRuns: 300 },
  );
});

test('nests keep the order that lines need, and schedules compute everything in the outermost loop that can', () => {
  fc.assert(
    fc.property(drafts(), (draft) => {
      const { cut } = cutInto(build(draft));
      const written = new Set<string>();
      const gathered = nests(cut.all);
      for (const nest of gathered) {
        for (const sink of nest.sinks)
          for (const name of reads(sink.value)) expect(written.has(name) || !name.includes('.')).toBe(true);
        for (const sink of nest.sinks) written.add(sink.array);
        const { depths, inner } = schedule(nest);
        depths.forEach(({ compute }, depth) => {
          for (const node of compute) {
            expect(node.indices.every((each) => nest.loops.slice(0, depth).includes(each))).toBe(true);
            if (depth > 0) expect(node.indices).toContain(nest.loops[depth - 1]);
          }
        });
        expect([...inner, ...depths.flatMap((depth) => depth.gathered)]).toHaveLength(nest.sinks.length);
      }
      expect(gathered.flatMap((nest) => nest.sinks)).toHaveLength(cut.all.length);
    }),
    { seed: 23, numRuns: 200 },
  );
});
