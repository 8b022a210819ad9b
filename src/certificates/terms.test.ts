import { expect, test } from 'vitest';
import { evaluate } from '../backends/elementary.ts';
import { add, binary, index, mul, type Node, neg, num, reduce, ref, sub, unary } from '../expression/node.ts';
import { split } from '../expression/split.ts';
import { random } from '../random.ts';
import { terms } from './terms.ts';

const [i, j] = [index('state', 1), index('state')];
const x = ref('x', [j]);
const u = ref('u', []);
const entry = (name: string) => ref(name, [j]);
const varies = (name: string) => name === 'x' || name === 'u';
const edge = { relation: 'state->state', source: i, target: j };
const synapse = unary('sigmoid', mul(ref('sigma', [i, j]), sub(ref('x', [i]), ref('mu', [i, j]))));
const f = unary('sigmoid', add(entry('b'), u));

/** The value of an expression where every entry of an array is a number of its own; sums run over three indices. */
function value(node: Node, at: ReadonlyMap<unknown, number>, numbers: (key: string) => number): number {
  if (node.op === 'const') return node.value!;
  if (node.op === 'ref') return numbers(`${node.name}${node.at!.map((k) => at.get(k))}`);
  if (node.op === 'sum')
    return [0, 1, 2].reduce((sum, k) => sum + value(node.of[0]!, new Map([...at, [node.over, k]]), numbers), 0);
  const [a, b, c] = node.of.map((of) => value(of, at, numbers));
  return (evaluate[node.op as keyof typeof evaluate] as (...args: unknown[]) => number)(a, b, c);
}

const flows: readonly (readonly [string, Node, number])[] = [
  ['the paper’s equation', add(mul(neg(add(binary('div', num(1), entry('tau')), f)), x), mul(f, entry('A'))), 2],
  [
    'synapses with reversal potentials, over a capacitance',
    binary(
      'div',
      add(
        mul(entry('g'), sub(entry('v'), x)),
        reduce('sum', i, mul(mul(ref('w', [i, j]), synapse), sub(ref('E', [i, j]), x)), edge),
      ),
      entry('cm'),
    ),
    2,
  ],
  ['a gate in front of everything', mul(sub(num(1), f), sub(unary('tanh', ref('x', [i])), x)), 1],
  ['a drive that nothing pulls back', unary('tanh', u), 1],
  ['a leak and a drive', add(neg(binary('div', x, entry('tau'))), mul(entry('alpha'), unary('tanh', u))), 2],
  ['a state in front of a sum', mul(x, reduce('sum', i, mul(ref('w', [i, j]), synapse), edge)), 1],
  ['two factors that vary', mul(mul(f, unary('tanh', u)), sub(entry('A'), x)), 1],
];

test.for(flows)('%s is a sum of as many terms as it has things that vary', ([, flow, count]) => {
  const parts = split(flow, x);
  const found = terms(parts, varies);
  expect(found).toHaveLength(count);
  const draw = random(3);
  const drawn = new Map<string, number>();
  const numbers = (key: string) => {
    if (!drawn.has(key)) drawn.set(key, 0.2 + draw.uniform());
    return drawn.get(key)!;
  };
  for (const z of [-2, 0.5, 3]) {
    const at = new Map([
      [j, 0],
      [i, 1],
    ]);
    const whole = value(parts.rest, at, numbers) + z * value(parts.slope, at, numbers);
    const sum = found.reduce((total, { sums, g, a, b }) => {
      const term = mul(g, add(a, mul(b, num(z))));
      return (
        total +
        value(
          sums.reduceRight((body, s) => reduce('sum', s.over, body, s.edge), term),
          at,
          numbers,
        )
      );
    }, 0);
    // Both add up a few numbers of size 1.
    expect(sum).toBeCloseTo(whole, 12);
  }
});

test('what pulls depends on parameters alone, and what varies in common stands once', () => {
  const found = terms(split(flows[2]![1], x), varies);
  expect(found[0]!.b).toBe(num(-1));
  expect(found[0]!.a).toBe(unary('tanh', ref('x', [i])));
});
