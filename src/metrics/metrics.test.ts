import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaussian } from '../losses/gaussian.ts';
import type { Loss } from '../losses/loss.ts';
import type { Labelled } from '../sequences.ts';
import { measureMetric } from '../training/measure-metric.ts';
import { metrics } from './index.ts';
import type { Metric } from './metric.ts';

const every = (outputs: number) => ({ outputs, when: 'every' }) as const;
const [numbers, classes, labels] = (['numbers', 'classes', 'labels'] as const).map((target) => ({ target }));
const measure = (metric: Metric, outputs: readonly number[], data: Labelled, n: number, kind: Pick<Loss, 'target'>) =>
  measureMetric(metric, outputs, data, every(n), kind);
/** One row a sequence, with a class or labels each. */
const rows = (target: readonly number[], batch: number, weights?: readonly number[]): Labelled => ({
  batch,
  steps: 1,
  x: [],
  target,
  ...(weights && { weights }),
});

test.for(Object.entries(metrics))(
  '%s carries its name, and judges what is right as well as can be',
  ([name, metric]) => {
    expect(metric.name).toBe(name);
    for (const target of metric.targets) {
      const outputs = target === 'numbers' ? [1, 0, 0, 1, 1, 0] : [5, -5, -5, 5, 5, -5];
      const wanted = target === 'classes' ? [0, 1, 0] : [1, 0, 0, 1, 1, 0];
      const best = metric.better === 'lower' ? 0 : 1;
      expect(measure(metric, outputs, rows(wanted, 3), 2, { target }).value).toBe(best);
      const worse = measure(metric, outputs.toReversed(), rows(wanted, 3), 2, { target }).value;
      expect(metric.better === 'lower' ? worse > best : worse < best).toBe(true);
    }
  },
);

test('accuracy is the weighted share of kept rows whose first largest output is the class', () => {
  const outputs = [0.1, 0.9, 3, 3, 2, 1, NaN, NaN];
  const data = { batch: 2, steps: 2, x: [], mask: [1, 1, 1, 0], target: [1, 0, 1, NaN] };
  expect(measure(metrics.accuracy, outputs, data, 2, classes!)).toEqual({ value: 2 / 3 });
  const weighted = { ...data, weights: [1, 1, 2, 5] };
  expect(measure(metrics.accuracy, outputs, weighted, 2, classes!)).toEqual({ value: 0.5 });
});

test('accuracy of labels is the share of outputs on the right side of 0', () => {
  const data = { ...rows([1, 0, 0, 1, NaN, NaN], 3), mask: [1, 1, 0] };
  expect(measure(metrics.accuracy, [2, -1, 3, 1, NaN, NaN], data, 2, labels!)).toEqual({ value: 0.75 });
});

test('mse and mae are means over kept rows, each output apart and together', () => {
  const outputs = [1, 2, NaN, 0, 3, -2];
  const data = { batch: 1, steps: 3, x: [], mask: [1, 0, 1], target: [0, 0, 5, NaN, 0, 0] };
  expect(measure(metrics.mse, outputs, data, 2, numbers!)).toEqual({ value: 4.5, perOutput: [5, 4] });
  expect(measure(metrics.mae, outputs, data, 2, numbers!)).toEqual({ value: 2, perOutput: [2, 2] });
});

test('of a Gaussian head the means are judged', () => {
  const data = rows([0, 0, 1, 1], 2);
  const score = measure(metrics.mae, [1, 2, 90, 90, 1, 4, 90, 90], data, 4, gaussian());
  expect(score).toEqual({ value: 1.5, perOutput: [0.5, 2.5] });
});

test('with a readout at the last step a metric has one row per sequence, and none for a sequence without steps', () => {
  const data = { batch: 3, steps: 2, x: [], mask: [1, 0, 0, 0, 1, 1], target: [1, NaN, 1] };
  const shape = { outputs: 1, when: 'last' } as const;
  expect(measureMetric(metrics.mae, [2, NaN, 5], data, shape, numbers!)).toEqual({ value: 2.5, perOutput: [2.5] });
});

/** Answers to a few classes or labels, with scores on a grid so that there are ties, and rows that do not count. */
const drawn = fc.record({ n: fc.integer({ min: 1, max: 3 }), isClass: fc.boolean() }).chain(({ n: least, isClass }) => {
  const n = isClass ? Math.max(2, least) : least;
  const score = fc.integer({ min: -4, max: 4 }).map((value) => value / 2 + 0.25);
  const row = fc.record({
    outputs: fc.array(score, { minLength: n, maxLength: n }),
    class: fc.nat(n - 1),
    labels: fc.array(fc.nat(1), { minLength: n, maxLength: n }),
    weight: fc.constantFrom(0, 1, 1, 2.5),
  });
  return fc.array(row, { minLength: 1, maxLength: 20 }).map((list) => ({ n, isClass, list }));
});

/** The questions a classification asks, as plain lists: what is right, what was said, the score of a yes. */
const asked = ({ n, isClass, list }: typeof drawn extends fc.Arbitrary<infer Drawn> ? Drawn : never) => {
  const kept = list.filter(({ weight }) => weight > 0);
  const ofClass = (k: number) =>
    kept.map(({ outputs, class: wanted, weight }) => {
      const total = outputs.reduce((sum, z) => sum + Math.exp(z), 0);
      // Rounded, so that equal chances are ties.
      const score = Number((Math.exp(outputs[k]!) / total).toPrecision(12));
      return { truth: wanted === k, said: outputs.indexOf(Math.max(...outputs)) === k, score, weight };
    });
  const ofLabel = (k: number) =>
    kept.map(({ outputs, labels, weight }) => {
      return { truth: labels[k] === 1, said: outputs[k]! > 0, score: outputs[k]!, weight };
    });
  const all = Array.from({ length: n }, (_, k) => (isClass ? ofClass(k) : ofLabel(k)));
  if (isClass || n > 1) return all;
  const no = all[0]!.map(({ truth, said, score, weight }) => ({ truth: !truth, said: !said, score: -score, weight }));
  return [no, all[0]!];
};
type Rows = ReturnType<typeof asked>[number];
const weightOf = (list: Rows) => list.reduce((sum, { weight }) => sum + weight, 0);

const judged = (metric: Metric, { n, isClass, list }: Parameters<typeof asked>[0]) => {
  const nothing = (values: number[], weight: number) => (weight === 0 ? values.map(() => NaN) : values);
  const outputs = list.flatMap(({ outputs, weight }) => nothing(outputs, weight));
  const target = list.flatMap((row) => nothing(isClass ? [row.class] : row.labels, row.weight));
  const weights = list.map(({ weight }) => weight);
  return measure(metric, outputs, rows(target, list.length, weights), n, isClass ? classes! : labels!);
};
const same = (a: number, b: number) => Number.isNaN(a) === Number.isNaN(b) && !(Math.abs(a - b) > 1e-12);
const known = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('F1 is the harmonic mean of precision and recall, of the second of two classes or over all of them', () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const expected = asked(given).map((list) => {
        const hits = weightOf(list.filter(({ truth, said }) => truth && said));
        const precision = hits / weightOf(list.filter(({ said }) => said));
        const recall = hits / weightOf(list.filter(({ truth }) => truth));
        if (Number.isNaN(precision) && Number.isNaN(recall)) return NaN;
        return hits === 0 ? 0 : 2 / (1 / precision + 1 / recall);
      });
      const macro = judged(metrics['macro-f1'], given);
      const one = judged(metrics.f1, given);
      for (const { perOutput } of [macro, one])
        expect(expected.every((value, k) => same(perOutput![k]!, value))).toBe(true);
      // Sums of at most 20 weights: rounding far below 1e-12.
      expect(same(macro.value, known(expected).length === 0 ? 0 : mean(known(expected)))).toBe(true);
      const isBinary = given.n === (given.isClass ? 2 : 1);
      if (isBinary) expect(same(one.value, known(expected.slice(1))[0] ?? 0)).toBe(true);
      else expect(one.value).toBe(macro.value);
    }),
    { seed: 5, numRuns: 300 },
  );
});

test('AUC is the share of pairs of a yes and a no that are in order, ties half, whatever the rows that do not count hold', () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const expected = asked(given).map((list) => {
        let [won, all] = [0, 0];
        for (const yes of list.filter(({ truth }) => truth)) {
          for (const no of list.filter(({ truth }) => !truth)) {
            const weight = yes.weight * no.weight;
            all += weight;
            won += weight * (yes.score > no.score ? 1 : yes.score === no.score ? 0.5 : 0);
          }
        }
        return won / all;
      });
      const { value, perOutput } = judged(metrics.auc, given);
      expect(perOutput!.length).toBe(expected.length);
      expect(expected.every((value, k) => same(perOutput![k]!, value))).toBe(true);
      expect(same(value, mean(known(expected)))).toBe(true);
    }),
    { seed: 6, numRuns: 300 },
  );
});

test('AUC tells classes apart whose probabilities round to 1', () => {
  const outputs = [0, 50, 0, 60, 0, 40];
  expect(measure(metrics.auc, outputs, rows([0, 1, 0], 3), 2, classes!).value).toBe(1);
});

test('AUC without a yes, without a no, or with an output that is no number is NaN', () => {
  expect(measure(metrics.auc, [1, 2, 3], rows([1, 1, 1], 3), 1, labels!).value).toBeNaN();
  expect(measure(metrics.auc, [1, 2, 3], rows([0, 0, 0], 3), 1, labels!).value).toBeNaN();
  expect(measure(metrics.auc, [1, NaN, 3], rows([0, 1, 0], 3), 1, labels!).value).toBeNaN();
});
