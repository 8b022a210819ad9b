import { expect, test } from 'vitest';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { gaussian } from '../losses/gaussian.ts';
import type { Labelled } from '../sequences.ts';
import { checkLabelled } from './check-labelled.ts';

const good: Labelled = { batch: 2, steps: 3, x: new Float32Array(12), target: new Float32Array(6) };
const outputs = { numbers: 1, classes: 3, labels: 2 };
const check = (change: Partial<Labelled>, when: 'every' | 'last' = 'every', kind: keyof typeof outputs = 'numbers') =>
  checkLabelled('train', { ...good, ...change }, 2, { outputs: outputs[kind], when }, { name: kind, target: kind });

test('fitting sequences pass, also with NaN where nothing counts', () => {
  check({});
  check({ target: [0, 2], weights: [1, 1] }, 'last', 'classes');
  check({ mask: [1, 1, 0, 1, 1, 1], target: [0, 0, NaN, 0, 0, 0] });
  check({ weights: [1, 1, 0, 1, 1, 1], target: [0, 1, NaN, 2, 1, 0] }, 'every', 'classes');
  check({ mask: [0, 0, 0, 0, 1, 0], target: [NaN, 1] }, 'last');
});

test('arrays of a wrong length are refused with the product of axes that was wanted', () => {
  expect(() => check({ x: new Float32Array(11) })).toThrow(
    'train.x has 11 numbers; wanted batch × steps × inputs = 2 × 3 × 2 = 12',
  );
  expect(() => check({ target: [1] })).toThrow(
    'train.target has 1 numbers; wanted batch × steps × outputs = 2 × 3 × 1',
  );
  expect(() => check({}, 'last', 'classes')).toThrow('train.target has 6 numbers; wanted batch = 2');
  expect(() => check({ dt: [1] })).toThrow('train.dt');
  expect(() => check({ mask: [1] })).toThrow('train.mask');
  expect(() => check({ weights: [1] })).toThrow('train.weights');
  expect(() => check({ initial: [1, 2, 3] })).toThrow('train.initial has 3 numbers');
  expect(() => check({ batch: 0 })).toThrow('train.batch is 0; wanted 1 or more sequences');
  expect(() => check({ steps: 1.5 })).toThrow('train.steps is 1.5');
});

test('targets and weights that cannot be learned from are refused by their place', () => {
  expect(() => check({ target: [0, 0, NaN, 0, 0, 0] })).toThrow('train.target[2] is NaN where it counts');
  expect(() => check({ target: [0, 1, 2, 3, 0, 0] }, 'every', 'classes')).toThrow(
    'train.target[3] is 3; wanted a class number from 0 to 2',
  );
  expect(() => check({ target: [0, 0.5, 0, 0, 0, 0] }, 'every', 'classes')).toThrow('train.target[1] is 0.5');
  const labels = Float32Array.of(0, 1, 0.5, 0, 1, 2, 0, 0, 0, 0, 0, 0);
  expect(() => check({ target: labels }, 'every', 'labels')).toThrow(
    'train.target[5] is 2; wanted a label from 0 (no)',
  );
  check({ target: labels, mask: [1, 1, 0, 1, 1, 1] }, 'every', 'labels');
  expect(() => check({ weights: [1, 1, 1, -1, 1, 1] })).toThrow('train.weights[3] is -1; wanted a finite number');
  expect(() => check({ weights: [NaN, 1, 1, 1, 1, 1] })).toThrow('train.weights[0] is NaN');
  expect(() => check({ mask: [0, 0, 0, 0, 0, 0] })).toThrow('train: no step counts, every mask or weight is 0');
});

test('rows of classes that all have the weight 0 are refused', () => {
  const loss = crossEntropy({ classWeights: [0, 1, 0] });
  const judge = (target: readonly number[]) => () =>
    checkLabelled('valid', { ...good, target }, 2, { outputs: 3, when: 'last' }, loss);
  expect(judge([2, 1])).not.toThrow();
  expect(judge([2, 0])).toThrow('valid: no step counts, every mask or weight, or that of its class, is 0');
});

test('a loss that is made for another number of outputs is refused', () => {
  const shape = { outputs: 3, when: 'every' } as const;
  expect(() => checkLabelled('valid', good, 2, shape, gaussian())).toThrow(
    'valid: loss "gaussian" has 2 outputs per target; the model has 3 outputs',
  );
  expect(() => checkLabelled('valid', good, 2, shape, crossEntropy({ classWeights: [1, 2] }))).toThrow(
    'valid: loss "cross-entropy" was given 2 weights; the model has 3 outputs',
  );
  expect(() => checkLabelled('valid', { ...good, target: [1] }, 2, { outputs: 4, when: 'every' }, gaussian())).toThrow(
    'valid.target has 1 numbers; wanted batch × steps × outputs ÷ 2 = 2 × 3 × 2 = 12',
  );
  checkLabelled('valid', good, 2, { outputs: 2, when: 'every' }, gaussian());
});
